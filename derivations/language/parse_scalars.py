"""Scalars as sums of networks, whose ports are the indices that are free in them."""

from __future__ import annotations

from functools import singledispatchmethod

from sympy import (
    Add,
    Determinant,
    Dummy,
    Expr,
    Integer,
    KroneckerDelta,
    MatPow,
    MatrixExpr,
    Mul,
    OneMatrix,
    Pow,
    Sum,
    Trace,
    Transpose,
    degree,
    exp,
    log,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import ScalarAtom, SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.entries import ONE, composed
from derivations.language.errors import UnsupportedExpression
from derivations.language.network import SCALAR, Factor, Term, spelling
from derivations.language.parse_entries import EntryParser, check_closed, free_indices, indices_of, is_index
from derivations.language.substitute import UNDEFINED, applied, symbols_of
from derivations.language.sums import product, relabelled, scaled, summed


class ScalarParser(EntryParser):
    """Reads scalars; `env` maps the indices that may occur in one, which are the ports of its networks, to their dimensions."""

    def every(self, node):
        """A scalar for every value of the indices that are free in it."""
        env = dict(sorted(free_indices(node), key=str))
        constant = [(ONE, Term((), dict(enumerate(env.values())), tuple((i, n) for n, i in enumerate(env))))]
        return product(self.scalar(node, env), constant) if env else self.scalar(node, env)

    @singledispatchmethod
    def scalar(self, node, env):
        raise UnsupportedExpression(node, "the normal form", "no rule for it")

    @scalar.register
    def _(self, node: Expr, env):
        if not _depends(node, env):
            return _constant(node)
        return self._entry(node, ONE, env)

    @scalar.register
    def _(self, node: Add, env):
        return [term for arg in node.args for term in self.scalar(arg, env)]

    @scalar.register
    def _(self, node: Mul, env):
        return product(*(self.scalar(arg, env) for arg in node.args))

    @scalar.register
    def _(self, node: Pow, env):
        if not _depends(node, env):
            return _constant(node)
        if node.exp.is_Integer and node.exp > 0:
            return product(*[self.scalar(node.base, env)] * int(node.exp))
        if _depends(node.exp, env):
            return self._entry(node, ONE, env)
        return self._entry(node.base, node.exp, env)

    @scalar.register
    def _(self, node: log, env):
        if not _depends(node, env):
            return _constant(node)
        if isinstance(node.args[0], Determinant):
            return self.scalar(LogDet(*node.args[0].args), env)
        exponents, rest = [], []
        for f in Mul.make_args(node.args[0]):
            (exponents if isinstance(f, exp) and _is_real(f.args[0]) else rest).append(f)
        if not rest or not exponents:
            return self._log(node, rest[0] if len(rest) == 1 else Mul(*rest), env)
        inner = Mul(*rest)
        # only of log-sum-exps, which are logarithms of positive numbers, is log(1/x) = -log x taken for granted
        sign = -1 if isinstance(inner, Pow) and inner.exp == -1 and isinstance(inner.base, Sum) else 1
        exponent = self.scalar(Add(*(e.args[0] for e in exponents)), env)  # log(exp(u) x) = u + log x for real u
        return exponent + scaled(Integer(sign), self.scalar(log(inner**sign), env))

    def _log(self, node, total, env):
        """log sum_l A_il exp(S_il) is the log-sum-exp of row i of S over its candidates; else a function of entries."""
        outer = [i for i in env if total.has(i)]
        if not isinstance(total, Sum) or len(total.limits) != 1 or len(outer) != 1:
            return self._entry(node, ONE, env)
        (l, _, high), (i,) = total.limits[0], outer
        inner = self._ranges(total, env)
        shape = (env[i], high + 1)
        if 1 in shape:
            raise UnsupportedExpression(node, "the normal form", "a softmax over a single sample")
        weights, exponents = [], []
        for f in Mul.make_args(total.function):
            (exponents if isinstance(f, exp) else weights).append(f)
        if len(exponents) != 1:
            return self._entry(node, ONE, env)
        if not _is_real(exponents[0].args[0]):
            raise UnsupportedExpression(node, "the normal form", f"{exponents[0].args[0]} is not known to be real")
        forms = []
        for part in (exponents[0].args[0], Mul(*weights)):
            terms = relabelled(self.scalar(part, inner), {i: "row", l: "column"})
            forms.append(product(self.matrix(OneMatrix(*shape)), terms))
        declared, key, shift = self.known.log_sum_exp(*forms)
        if not declared:
            raise UnsupportedExpression(
                node, "the normal form", "its terms are not declared as the candidates of a row"
            )
        return [(ONE, Term((Factor(key, (0,)),), {0: env[i]}, ((i, 0),))), *relabelled(shift, {"row": i})]

    @scalar.register
    def _(self, node: Trace, env):
        check_closed(node, env)
        return self.trace(self.matrix(node.args[0]), node.args[0].rows)

    def trace(self, terms, n):
        if n == 1:
            return terms
        diagonal = self._diagonal(terms, n)
        return summed(relabelled(diagonal, {"column": None}), "row", ONE)

    @scalar.register
    def _(self, node: SquaredNorm, env):
        return self.scalar(node.definition, env)

    @scalar.register
    def _(self, node: SpectralTrace, env):
        check_closed(node, env)
        multiple = self.known.multiple_of_identity(node.matrix)
        if multiple is not None:
            return self.scalar(node.matrix.rows * applied(node.function, multiple), {})
        return [term for c, t in node.terms() for term in product(self.scalar(c, {}), self._spectral_trace(t))]

    def _spectral_trace(self, node):
        """tr s^m is the trace of a power; another function that is no sum and no multiple is known by its name."""
        s, body = node.function.variables[0], node.function.expr
        if body.is_polynomial(s):
            return self.trace(self.matrix(MatPow(node.matrix, degree(body, s)).doit(deep=False)), node.matrix.rows)
        names = [self.known.name(SpectralTrace(node.function, m)) for m in self.known.turned(node.matrix)]
        key = f"{_shortest(names)} of order {spelling(node.matrix.rows)}"  # which no slot shows
        return [(ONE, Term((Factor(key, ()),), {}, ()))]

    @scalar.register
    def _(self, node: LogDet, env):
        """That of c I is n log c."""
        check_closed(node, env)
        multiple = self.known.multiple_of_identity(node.matrix)
        if multiple is not None and multiple.is_positive:
            return _constant(node.matrix.rows * log(multiple))
        return self._of_determinant(node)

    @scalar.register
    def _(self, node: Determinant, env):
        """That of c I is c^n."""
        check_closed(node, env)
        multiple = self.known.multiple_of_identity(node.args[0])
        return _constant(multiple ** node.args[0].rows) if multiple is not None else self._of_determinant(node)

    def _of_determinant(self, node):
        """A function of a determinant, known by its name: that of M' is that of M."""
        (matrix,) = node.args
        key = _shortest(
            self.known.name(node.func(m)) for turned in self.known.turned(matrix) for m in (turned, Transpose(turned))
        )
        return [(ONE, Term((Factor(f"{key} of order {spelling(matrix.rows)}", ()),), {}, ()))]

    @scalar.register
    def _(self, node: KroneckerDelta, env):
        i, j = node.args[:2]
        if i not in env or j not in env:
            raise UnsupportedExpression(node, "the normal form", "its indices must be summed over")
        if env[i] != env[j]:
            raise UnsupportedExpression(node, "the normal form", f"{i} runs over {env[i]} and {j} over {env[j]}")
        return [(ONE, Term((), {0: env[i]}, ((i, 0), (j, 0))))]

    @scalar.register
    def _(self, node: MatrixElement, env):
        wanted = indices_of(node, env)
        return self._picked(self.matrix(node.args[0]), wanted, node.args[0].rows)

    def _picked(self, terms, wanted, rows):
        """The entries of a matrix at the indices that its ports are to be called."""
        if len(wanted) == 2 and wanted["row"] == wanted["column"]:
            terms = relabelled(self._diagonal(terms, rows), {"column": None})
        return relabelled(terms, wanted)

    @scalar.register
    def _(self, node: Sum, env):
        terms = self.scalar(node.function, self._ranges(node, env))
        for index, _, high in node.limits:
            terms = summed(terms, index, high + 1)
        return terms

    @staticmethod
    def _ranges(node, env):
        """`env` with the indices of a sum."""
        inner = dict(env)
        if len({index for index, *_ in node.limits}) < len(node.limits):
            raise UnsupportedExpression(node, "the normal form", "it sums over one index twice")
        for index, low, high in node.limits:
            if low != 0:
                raise UnsupportedExpression(node, "the normal form", f"the index {index} must start at 0")
            if not is_index(index):
                raise UnsupportedExpression(node, "the normal form", f"{index} is not declared as an index 0, 1, ...")
            if symbols_of(high) & (env.keys() | {limit[0] for limit in node.limits}):
                raise UnsupportedExpression(node, "the normal form", f"the range of {index} depends on an index")
            if (high + 1).is_nonnegative is not True:
                raise UnsupportedExpression(node, "the normal form", f"{index} may run over {high + 1} < 0 values")
            inner[index] = high + 1
        return inner


def _shortest(names):
    return min(names, key=lambda name: (len(name), name))


def _depends(node, env):
    return node.has(MatrixExpr, Trace, Sum, ScalarAtom) or any(s in env for s in node.free_symbols)


def _constant(node):
    """A scalar in which no matrix and no index occurs."""
    if node.has(*UNDEFINED):
        raise UnsupportedExpression(node, "the normal form", "it is not defined")
    return [(node, SCALAR)]


def _is_real(expr):
    """Whether a function of entries is real wherever it is defined: matrices are."""
    if isinstance(expr, Sum):
        return _is_real(expr.function)
    expr = composed(expr)
    parts = {e: Dummy(real=True, zero=False) for e in expr.atoms(MatrixElement, Sum)}
    return all(_is_real(e) for e in parts if isinstance(e, Sum)) and bool(expr.xreplace(parts).is_real)
