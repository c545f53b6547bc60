"""From SymPy matrix expressions to sums of networks: one function a node, chosen by the node's class."""

from __future__ import annotations

from functools import singledispatchmethod
from itertools import product as pairs

from sympy import (
    Abs,
    Add,
    BlockMatrix,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Dummy,
    Expr,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    degree,
    exp,
    expand,
    log,
    sqrt,
)
from sympy.core.symbol import Str
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from derivations.language.atoms import (
    Abbreviation,
    Eigenvalues,
    Leading,
    LogSumExp,
    ScalarAtom,
    SpectralTrace,
    SquaredNorm,
)
from derivations.language.determinant import LogDet
from derivations.language.entries import (
    ONE,
    Entry,
    composed,
    entry_at,
    entry_networks,
    function_factor,
    numbers,
    renumbered,
)
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.network import SCALAR, Factor, Term, spelling
from derivations.language.norms import Absolute, Norms, UnitColumns, UnitRows
from derivations.language.partition import is_in_two_parts, placed, slice_sizes, taken
from derivations.language.substitute import UNDEFINED, applied, symbols_of

TERMS = 20_000  # of a product: more would take minutes to bring to their normal form
INDEX_ASSUMPTIONS = {"integer": True, "nonnegative": True, "real": True, "commutative": True}


def is_index(symbol):
    """Whether nothing is declared of a symbol that some index 0, 1, ... fails to meet."""
    return isinstance(symbol, Symbol) and symbol._assumptions_orig.items() <= INDEX_ASSUMPTIONS.items()


def key_of(symbol):
    """The key of a matrix symbol, told apart from those of atoms; its dimensions tell it from others of its name. One that
    is named by a symbol, or of another kind, is another one.
    """
    if type(symbol) is MatrixSymbol and isinstance(symbol.args[0], Str):
        key = repr(symbol.name) if "(" in symbol.name else symbol.name
    else:
        key = spelling(symbol)
    return f"row({key})" if symbol.rows == 1 != symbol.cols else key


def product(*sums):
    """The product of sums of networks; ports of the same label are identified."""
    result = [(ONE, SCALAR)]
    for other in sums:
        if len(result) * len(other) > TERMS:
            raise Undecided(f"a product that is multiplied out has more than {TERMS} terms")
        joined = ((a * b, s.joined(t)) for a, s in result for b, t in other)
        result = [(c, t) for c, t in joined if not is_in_two_parts(t)]
    return result


def scaled(coefficient, terms):
    return [(coefficient * a, t) for a, t in terms]


def relabelled(terms, mapping):
    return [(a, t.relabelled(mapping)) for a, t in terms]


def summed(terms, label, dimension):
    """Sum over the port `label`; a term that does not have it is counted `dimension` times."""
    return [(a if t.port(label) is not None else a * dimension, t.relabelled({label: None})) for a, t in terms]


def ports_of(matrix):
    """The indices of a factor, their dimensions and their labels; none for a dimension of 1."""
    kept = [(label, d) for label, d in zip(("row", "column"), map(_sympify, matrix.shape), strict=True) if d != 1]
    return (
        tuple(range(len(kept))),
        dict(enumerate(d for _, d in kept)),
        tuple((la, i) for i, (la, _) in enumerate(kept)),
    )


class Parser:
    """Reads expressions into sums of networks `[(coefficient, Term), ...]`.

    `is_symmetric(matrix)` tells whether the two indices of a symbol may be exchanged, `is_opaque(abbreviation)` whether
    not to look through it, and `name(matrix)` gives the key of an atom whose arguments are matrices (two atoms with
    arguments of the same normal form get the same key); `multiple_of_identity(matrix)` is c where the normal form is
    that of c I, else None; `multiple_of_ones(vector)` the same for c 1; `inverted(matrix)` is (c, factors) for c times a product
    of matrices that are known to be invertible, c not 0, else None;
    `log_sum_exp(scores, weights)` gives, for the LogSumExp of two matrices in networks, whether its rows are known to
    have candidates, the key of a factor, and terms to be added to it; `sum_of_exponentials(node)` is
    sum_j A_ij exp(S_ij) of a LogSumExp where it is the same for every i, and `levels(matrix)` gives (low, high, b) for a
    matrix low + (high - low) b with b of 0 and 1, both None where that is not known; `positive()` gives the functions
    of entries that are declared to be positive, each with the dimensions that its indices run over; `turned(matrix)` are
    matrices of the same eigenvalues as a square one.
    """

    def __init__(
        self,
        name,
        multiple_of_identity,
        multiple_of_ones,
        inverted,
        log_sum_exp,
        sum_of_exponentials,
        levels,
        is_symmetric,
        is_opaque,
        positive,
        turned,
    ):
        self.name = name
        self.multiple_of_identity = multiple_of_identity
        self.multiple_of_ones = multiple_of_ones
        self.inverted = inverted
        self.log_sum_exp = log_sum_exp
        self.sum_of_exponentials = sum_of_exponentials
        self.levels = levels
        self.is_symmetric = is_symmetric
        self.is_opaque = is_opaque
        self.positive = positive
        self.turned = turned

    # matrices: ports "row" and "column", none where the dimension is 1

    @singledispatchmethod
    def matrix(self, node):
        raise UnsupportedExpression(node, "the normal form", "it is not polynomial in the entries of its arguments")

    def _factor(self, node, key):
        slots, dims, ports = ports_of(node)
        return [(ONE, Term((Factor(key, slots, self.is_symmetric(node)),), dims, ports))]

    @matrix.register
    def _(self, node: MatrixSymbol):
        return self._factor(node, key_of(node))

    @matrix.register
    def _(self, node: Abbreviation):
        return self._factor(node, spelling(node)) if self.is_opaque(node) else self.matrix(node.definition)

    @matrix.register(UnitColumns)
    @matrix.register(UnitRows)
    def _(self, node):
        """A positive scale of the columns, or of the rows, is not seen; nor is one of the matrix."""
        coefficient, factors = node.args[0].as_coeff_matrices() if isinstance(node.args[0], MatMul) else (ONE, ())
        if coefficient != 1 and coefficient.is_positive:
            node = node.func(MatMul(*factors).doit(deep=False), *node.args[1:])
        lines, scale = node.lines_and_scale()
        if scale is not None and self._is_positive_vector(scale):
            node = node.func(lines, *node.args[1:])
        return self._factor(node, spelling(node)) if self.is_opaque(node) else self.matrix(node.definition)

    @matrix.register
    def _(self, node: Leading):
        return self.matrix(Identity(node.rows)) if node.rows == node.cols else self._factor(node, self.name(node))

    @matrix.register
    def _(self, node: Eigenvalues):
        multiple = self.multiple_of_identity(node.args[0])
        if multiple is not None:
            return scaled(multiple, self.matrix(OneMatrix(*node.shape)))
        return self._factor(node, self.name(node))

    @matrix.register
    def _(self, node: LogSumExp):
        total = self.sum_of_exponentials(node)
        if total is not None and total.is_positive:
            return scaled(log(total), self.matrix(OneMatrix(*node.shape)))
        _, key, shift = self.log_sum_exp(*map(self.matrix, node.args))
        return self._factor(node, key) + shift

    @matrix.register
    def _(self, node: Norms):
        squared = self.multiple_of_ones(node.squares)
        if squared is not None and squared.is_nonnegative:
            return scaled(sqrt(squared), self.matrix(OneMatrix(*node.shape)))
        return self._factor(node, self.name(node))

    @matrix.register
    def _(self, node: Absolute):
        """A matrix of one or two values has the absolute values of these."""
        x = Symbol("x", real=True)
        known = self.levels(node.args[0]) is not None
        return self.matrix(node.args[0].applyfunc(Lambda(x, Abs(x)))) if known else self._factor(node, self.name(node))

    @matrix.register
    def _(self, node: Identity):
        if node.rows == 1:
            return [(ONE, SCALAR)]
        return [(ONE, Term((), {0: node.rows}, (("row", 0), ("column", 0))))]

    @matrix.register
    def _(self, node: OneMatrix):
        _, dims, ports = ports_of(node)
        return [(ONE, Term((), dims, ports))]

    @matrix.register
    def _(self, node: ZeroMatrix):
        return []

    @matrix.register
    def _(self, node: MatAdd):
        return [term for arg in node.args for term in self.matrix(arg)]

    @matrix.register
    def _(self, node: MatMul):
        coefficient, matrices = node.as_coeff_matrices()
        result = self.scalar(coefficient, {})
        last = None
        for m in matrices:
            terms = relabelled(self.matrix(m), {"row": last or "row", "column": ("inner", m)})
            if last is not None:
                terms = summed(product(result, terms), last, ONE)
            else:
                terms = product(result, terms)
            result, last = relabelled(terms, {("inner", m): "next"}), "next"
        return relabelled(result, {"next": "column"})

    @matrix.register
    def _(self, node: Transpose):
        return relabelled(self.matrix(node.args[0]), {"row": "column", "column": "row"})

    @matrix.register
    def _(self, node: MatPow):
        exponent = node.exp
        if not exponent.is_Integer:
            raise UnsupportedExpression(node, "the normal form", "only integer powers are read")
        if exponent < 0:
            return self._inverse_power(node, -exponent)
        return self.matrix(MatMul(*[node.base] * int(exponent)) if exponent > 0 else Identity(node.rows))

    def _inverse_power(self, node, exponent):
        """The inverse of a product is that of the factors in reverse order; that of M' is that of M, transposed."""
        found = self.inverted(node.base)
        if found is None:
            raise UnsupportedExpression(node, "the normal form", f"{node.base} is not known to be invertible")
        c, factors = found
        if factors != [node.base] or exponent > 1:
            inverses = [Inverse(f) for f in reversed(factors)] * int(exponent)
            return scaled(c**-exponent, self.matrix(MatMul(*inverses) if inverses else Identity(node.rows)))
        key, turned = (self.name(Inverse(m)) for m in (node.base, Transpose(node.base)))
        terms = self._factor(node, min(key, turned))
        return terms if key <= turned else relabelled(terms, {"row": "column", "column": "row"})

    @matrix.register
    def _(self, node: HadamardProduct):
        return product(*(self.matrix(arg) for arg in node.args))

    @matrix.register
    def _(self, node: HadamardPower):
        if not (node.exp.is_Integer and node.exp > 0):
            return self._elementwise(node)
        return product(*[self.matrix(node.base)] * int(node.exp))

    @matrix.register
    def _(self, node: DiagMatrix):
        if 1 not in node.args[0].shape:
            raise UnsupportedExpression(node, "the normal form", f"{node.args[0]} is no vector")
        return self._diagonal(relabelled(self.matrix(node.args[0]), {"column": "row"}), node.rows)

    @matrix.register
    def _(self, node: DiagonalMatrix):
        _check_square(node)
        return self._diagonal(self.matrix(node.args[0]), node.rows)

    @matrix.register
    def _(self, node: DiagonalOf):
        _check_square(node)
        return relabelled(self._diagonal(self.matrix(node.args[0]), node.rows), {"column": None})

    def _diagonal(self, terms, n):
        return product(terms, self.matrix(Identity(n)))

    @matrix.register
    def _(self, node: BlockMatrix):
        rows, columns = node.rowblocksizes, node.colblocksizes
        terms = []
        for i, j in pairs(range(len(rows)), range(len(columns))):
            in_row = placed(self.matrix(node.blocks[i, j]), "row", rows, i)
            terms += placed(in_row, "column", columns, j)
        return terms

    @matrix.register
    def _(self, node: MatrixSlice):
        terms = self.matrix(node.parent)
        for label, bounds, d in zip(("row", "column"), (node.rowslice, node.colslice), node.parent.shape, strict=True):
            terms = taken(terms, label, *slice_sizes(node, bounds, d))
        return terms

    @matrix.register
    def _(self, node: ElementwiseApplyFunction):
        return self._elementwise(node)

    def _elementwise(self, node):
        """A matrix that is known by its entries."""
        labels = {
            Dummy(label, integer=True): (label, d) for label, d in zip(("row", "column"), node.shape, strict=True)
        }
        body = entry_at(node, *labels, self.is_opaque)
        entries = self.scalar(body, {index: d for index, (_, d) in labels.items()})
        # a constant term has no index of its own: it is that multiple of the ones matrix
        return product(
            self.matrix(OneMatrix(*node.shape)), relabelled(entries, {i: label for i, (label, _) in labels.items()})
        )

    # scalars: ports are the index symbols in `env`, a mapping to their dimensions

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
        declared, key, shift = self.log_sum_exp(*forms)
        if not declared:
            raise UnsupportedExpression(
                node, "the normal form", "its terms are not declared as the candidates of a row"
            )
        return [(ONE, Term((Factor(key, (0,)),), {0: env[i]}, ((i, 0),))), *relabelled(shift, {"row": i})]

    @scalar.register
    def _(self, node: Trace, env):
        _closed(node, env)
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
        _closed(node, env)
        multiple = self.multiple_of_identity(node.matrix)
        if multiple is not None:
            return self.scalar(node.matrix.rows * applied(node.function, multiple), {})
        return [term for c, t in node.terms() for term in product(self.scalar(c, {}), self._spectral_trace(t))]

    def _spectral_trace(self, node):
        """tr s^m is the trace of a power; another function that is no sum and no multiple is known by its name."""
        s, body = node.function.variables[0], node.function.expr
        if body.is_polynomial(s):
            return self.trace(self.matrix(MatPow(node.matrix, degree(body, s)).doit(deep=False)), node.matrix.rows)
        names = [self.name(SpectralTrace(node.function, m)) for m in self.turned(node.matrix)]
        key = f"{_shortest(names)} of order {spelling(node.matrix.rows)}"  # which no slot shows
        return [(ONE, Term((Factor(key, ()),), {}, ()))]

    @scalar.register
    def _(self, node: LogDet, env):
        """That of c I is n log c."""
        _closed(node, env)
        multiple = self.multiple_of_identity(node.matrix)
        if multiple is not None and multiple.is_positive:
            return _constant(node.matrix.rows * log(multiple))
        return self._of_determinant(node)

    @scalar.register
    def _(self, node: Determinant, env):
        """That of c I is c^n."""
        _closed(node, env)
        multiple = self.multiple_of_identity(node.args[0])
        return _constant(multiple ** node.args[0].rows) if multiple is not None else self._of_determinant(node)

    def _of_determinant(self, node):
        """A function of a determinant, known by its name: that of M' is that of M."""
        (matrix,) = node.args
        key = _shortest(self.name(node.func(m)) for turned in self.turned(matrix) for m in (turned, Transpose(turned)))
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
        wanted = _indices(node, env)
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

    def _entry(self, node, exponent, env):
        """A function of entries that is not a polynomial: factors of their own, known by their expressions."""
        if (whole := composed(node, self.is_opaque)) != node:
            return self.scalar(whole**exponent, env)
        elements = sorted(node.atoms(MatrixElement), key=spelling)
        if not elements or node.atoms(Entry):
            raise UnsupportedExpression(node, "the normal form", "it is not polynomial in the entries of its arguments")
        for e in elements:
            _indices(e, env)
        for e in elements:
            if (levels := self.levels(e.args[0])) is not None:
                return self._at_levels(node**exponent, e, levels, env)
        indices = list(dict.fromkeys(i for e in elements for i in e.args[1:] if i in env and env[i] != 1))
        if len(indices) > 2:
            raise UnsupportedExpression(node, "the normal form", "a function of entries at more than two indices")
        dims = [env[i] for i in indices]
        entry = self.entry(node, elements, indices)
        if entry.free_symbols & env.keys() or entry.has(MatrixExpr, Trace, Sum, ScalarAtom):
            raise UnsupportedExpression(node, "the normal form", "more than a function of entries")
        if entry.has(*UNDEFINED):
            raise UnsupportedExpression(node, "the normal form", "it is not defined")
        if isinstance(entry, exp) and entry.args[0].is_real and exponent.is_real:
            entry, exponent = exp(expand(exponent * entry.args[0])), ONE  # exp(u)^p = exp(p u) for real u and p
        for power in (entry**exponent).atoms(Pow):
            if not power.exp.is_nonnegative and not self._is_divisor(power.base, dims):
                found = power.base.xreplace({e: Symbol(e.key) for e in power.base.atoms(Entry)})
                raise UnsupportedExpression(node, "the normal form", f"{found} is not declared to be positive")
        names = {("entry", n): i for n, i in enumerate(indices)}
        if exponent == 1:
            return relabelled(entry_networks(entry, dims), names)
        factor = function_factor(entry, exponent)
        return [(ONE, Term((factor,), dict(enumerate(dims)), tuple((i, n) for n, i in enumerate(indices))))]

    def _at_levels(self, node, element, levels, env):
        """A function of an entry that is `low` or `high`, as b_ij is 0 or 1: f(low) + (f(high) - f(low)) b_ij."""
        low, high, b = levels
        entry = Dummy(real=True)
        for power in node.xreplace({element: entry}).atoms(Pow):
            bases = [power.base.xreplace({entry: level}) for level in (low, high) if level is not None]
            if not power.exp.is_nonnegative and any(x.is_zero is not False and not x.has(MatrixElement) for x in bases):
                raise UnsupportedExpression(node, "the normal form", f"{power.base} may be zero")
        at_low = self.scalar(node.xreplace({element: low}), env)
        if b is None:
            return at_low
        at_high = self.scalar(node.xreplace({element: high}), env)
        chosen = self._picked([(ONE, b)], _indices(element, env), element.args[0].rows)
        return at_low + product(at_high, chosen) + scaled(-ONE, product(at_low, chosen))

    def entry(self, node, elements, indices):
        """A function of entries with each entry replaced by its stand-in, the indices numbered as they are given."""
        names = {}
        for e in elements:
            matrix, *at = e.args
            positions = [indices.index(i) for i, d in zip(at, matrix.shape, strict=True) if d != 1]
            names[e] = Entry(self.key(matrix), positions, len(positions) == 2 and self.is_symmetric(matrix))
        return expand(node.xreplace(names))

    def key(self, matrix):
        """The key of a matrix as a factor, or of one that is none as the argument of a function."""
        if isinstance(matrix, MatrixSymbol):
            return key_of(matrix)
        return spelling(matrix) if isinstance(matrix, Abbreviation) else self.name(matrix)

    def _is_positive_vector(self, vector):
        """Whether a vector of symbols is declared to be positive."""
        index = Dummy(integer=True)
        element = MatrixElement(vector, index, 0)
        return isinstance(vector, MatrixSymbol) and self._is_positive(
            self.entry(element, [element], [index]), [vector.rows]
        )

    def _is_divisor(self, base, dims):
        """Whether a function of entries may be divided by."""
        return self._is_positive(base, dims)

    def _is_positive(self, base, dims):
        """Whether a function of entries at indices that run over `dims` is declared to be positive."""
        if {(base, tuple(dims)), (base, ())} & (known := self.positive()):
            return True
        whole = {(e, own) for e, own in known if isinstance(e, Entry) and len(numbers(e)) == len(e.positions)}
        declared = {(e.key, _sizes(e, own)) for e, own in whole}  # all entries, and not those of the diagonal alone
        stand_ins = {e: Dummy(positive=True) for e in base.atoms(Entry) if (e.key, _sizes(e, dims)) in declared}
        kept = numbers(base)
        return bool(base.xreplace(stand_ins).is_positive) or (
            len(kept) == 1 and (renumbered(base, {kept[0]: 0}), (dims[kept[0]],)) in known
        )


def _shortest(names):
    return min(names, key=lambda name: (len(name), name))


def free_indices(node, bound=frozenset()):
    """Pairs of a free index of the entries in an expression and a dimension that it runs over."""
    if isinstance(node, Sum):
        bound = bound | {limit[0] for limit in node.limits}
    elif isinstance(node, Lambda):
        bound = bound | set(node.variables)
    own = zip(node.args[1:], node.args[0].shape, strict=True) if isinstance(node, MatrixElement) else ()
    found = {(i, d) for i, d in own if is_index(i) and i not in bound and d != 1}
    return found.union(*(free_indices(a, bound) for a in node.args))


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


def _sizes(entry, dims):
    """The dimensions that the indices of an entry run over."""
    return tuple(dims[p] for p in entry.positions)


def _indices(node, env):
    """The index of each port of the matrix that an entry is of; refuses one that runs over something else."""
    matrix, *indices = node.args
    _closed(matrix, env)
    wanted = {}
    for label, i, d in zip(("row", "column"), indices, matrix.shape, strict=True):
        if d == 1 and (i == 0 or env.get(i) == 1):
            continue
        if i not in env:
            raise UnsupportedExpression(node, "the normal form", f"the index {i} is not summed over")
        if env[i] != d:
            raise UnsupportedExpression(node, "the normal form", f"{i} runs over {env[i]}, the matrix over {d}")
        wanted[label] = i
    return wanted


def _check_square(node):
    if not node.args[0].is_square:
        raise UnsupportedExpression(node, "the normal form", f"{node.args[0]} is not square")


def _closed(node, env):
    """Refuse a matrix that is another one for each value of an index that is summed over."""
    if symbols_of(node) & env.keys():
        raise UnsupportedExpression(node, "the normal form", "it depends on an index that is summed over")
