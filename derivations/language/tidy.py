"""Matrix expressions as a person would write them: transposes pushed inwards, like terms joined, factors kept."""

from __future__ import annotations

from math import gcd

from sympy import (
    Add,
    BlockMatrix,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Rational,
    Trace,
    Transpose,
    ZeroMatrix,
    ilcm,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Centring
from derivations.language.blocks import BlockInner, BlockSum
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.network import spelling
from derivations.language.normal_form import normaliser
from derivations.language.shorten import joined_powers
from derivations.language.substitute import variable
from derivations.language.tolerant import tolerant


class Tidier:
    """Rewrites expressions into equal, shorter ones; every step that needs a fact is decided by the normal form."""

    def __init__(self, facts=()):
        self.normalise = tolerant(tuple(facts))
        self.facts, self.traces = tuple(facts), {}

    def _multiple_of_identity(self, matrix):
        """c if the facts make a matrix c I, else None."""
        try:
            return normaliser(self.facts, folded=True).multiple_of_identity(matrix)
        except (Undecided, UnsupportedExpression):
            return None

    def equal(self, a, b):
        return self.normalise(a) == self.normalise(b)

    def matrix(self, node):
        """A matrix expression with its transposes pushed inwards and its products and sums flattened."""
        if isinstance(node, Transpose):
            return self._transposed(node.args[0])
        if isinstance(node, MatMul):
            coefficient, factors = self._factors(node)
            return _scaled(coefficient, factors, node)
        if isinstance(node, MatAdd):
            return self.sum(node.args, node.shape)
        if isinstance(node, HadamardProduct):
            return self._hadamard(node)
        if self.facts and isinstance(node, MatPow) and (c := self._multiple_of_identity(node.base)) is not None:
            return _scaled(c**node.exp, [], node)
        if isinstance(node, (Inverse, KroneckerProduct, MatPow)):
            return node.func(*(self.matrix(a) if isinstance(a, MatrixExpr) else a for a in node.args))
        if isinstance(node, ElementwiseApplyFunction):
            return self._applied(node.function, self.matrix(node.expr))
        if isinstance(node, DiagonalOf):
            return self._diagonal(node)
        if isinstance(node, DiagMatrix):
            coefficient, factors = self._factors(node.args[0])
            if len(factors) == 1 and isinstance(factors[0], OneMatrix):
                return _scaled(coefficient, [], node)
            return node if coefficient == 1 else _scaled(coefficient, [DiagMatrix(_scaled(1, factors, node))], node)
        if isinstance(node, DiagonalMatrix):
            inner = self.matrix(node.args[0])
            if isinstance(inner, DiagonalMatrix):
                return inner
            if isinstance(inner, MatAdd):
                parts = self.sum([DiagonalMatrix(a) for a in inner.args], node.shape)
                if len(parts.args if isinstance(parts, MatAdd) else [parts]) < len(inner.args):
                    return parts
            coefficient, factors = self._factors(inner)
            factors = [f.args[0] if isinstance(f, Transpose) and len(factors) == 1 else f for f in factors]
            if not factors or (len(factors) == 1 and self.equal(DiagonalMatrix(factors[0]), factors[0])):
                return inner
            outer = [(f, isinstance(f, (DiagMatrix, DiagonalMatrix))) for f in factors]
            if len(factors) > 1 and (outer[0][1] or outer[-1][1]):  # what scales rows or columns comes out
                left, right = ([f] if scales else [] for f, scales in (outer[0], outer[-1]))
                right = right if len(factors) > len(left) else []
                core = factors[len(left) : len(factors) - len(right)]
                return self.matrix(MatMul(coefficient, *left, DiagonalMatrix(_scaled(1, core, inner)), *right))
            return _scaled(coefficient, [DiagonalMatrix(_scaled(1, factors, inner))], node)
        return node

    def _hadamard(self, node):
        """An entrywise product, flattened, with the scalar factors in front."""
        coefficient, entrywise = Rational(1), []
        for argument in node.args:
            c, factors = self._factors(self.matrix(argument))
            inner = _scaled(1, factors, argument)
            coefficient *= c
            entrywise += inner.args if isinstance(inner, HadamardProduct) else [inner]
        number, entrywise = self._of_one_matrix(entrywise)
        left, right, dense = [], [], []
        for m in entrywise:  # u 1' o M is diag(u) M
            factors = m.args if isinstance(m, MatMul) else ()
            outer = len(factors) == 2 and 1 in factors[0].shape
            if outer and isinstance(factors[1], OneMatrix) and factors[0].cols == 1 != node.cols:
                left.append(DiagMatrix(factors[0]))
            elif outer and isinstance(factors[0], OneMatrix) and factors[1].rows == 1 != node.rows:
                right.append(DiagMatrix(Transpose(factors[1]).doit(deep=False)))
            elif not isinstance(m, OneMatrix):
                dense.append(m)
        if not dense:
            left, right, dense = (
                [],
                [],
                [m for m in entrywise if not isinstance(m, OneMatrix)] or [OneMatrix(*node.shape)],
            )
        core = HadamardProduct(*dense) if len(dense) > 1 else dense[0]
        return _scaled(coefficient * number, [*left, core, *right], node)

    def _of_one_matrix(self, entrywise):
        """Functions of the entries of one matrix as one function: X o log(X) is f(X) for f(x) = x log x."""
        bodies, x = {}, variable(*(m.function for m in entrywise if isinstance(m, ElementwiseApplyFunction)))
        for m in entrywise:
            base, body = m, x
            if isinstance(m, ElementwiseApplyFunction):
                base, body = m.expr, m.function(x)
            elif isinstance(m, HadamardPower):
                base, body = m.base, x**m.exp
            bodies.setdefault(base, []).append((m, body))
        number, kept = Integer(1), []
        for base, members in bodies.items():
            if (
                len(members) == 1
                or all(isinstance(m, (HadamardPower, MatrixSymbol)) for m, _ in members)
                or base == members[0][0] == members[-1][0]
            ):
                kept += [m for m, _ in members]
                continue
            factor, body = joined_powers(Mul(*(b for _, b in members))).as_independent(x, as_Add=False)
            number *= factor
            kept.append(base if body == x else OneMatrix(*base.shape) if body == 1 else base.applyfunc(Lambda(x, body)))
        return number, kept

    @staticmethod
    def _applied(function, matrix):
        """A function of every entry, with the numbers that multiply it in front."""
        x = variable(function)
        number, body = joined_powers(function(x)).as_independent(x, as_Add=False)
        if body == x or number == 1:
            return ElementwiseApplyFunction(function, matrix) if body != x else MatMul(number, matrix)
        return MatMul(number, ElementwiseApplyFunction(Lambda(x, body), matrix))

    def _diagonal(self, node):
        """The diagonal of a matrix: that of u v' is u o v, and what only scales rows or columns comes out."""
        inner = self.matrix(node.args[0])
        if isinstance(inner, MatAdd):
            return self.sum([DiagonalOf(a) for a in inner.args], node.shape)
        coefficient, factors = self._factors(inner)
        if len(factors) == 1 and isinstance(factors[0], DiagMatrix):
            vector = factors[0].args[0]
            return _scaled(coefficient, [vector if vector.cols == 1 else self._transposed(vector)], node)
        if (
            len(factors) == 3
            and isinstance(factors[1], DiagMatrix)
            and factors[0].shape == factors[2].shape[::-1] != (1, 1)
        ):
            left, vector, right = factors[0], factors[1].args[0], self._transposed(factors[2])
            weights = vector if vector.cols == 1 else self._transposed(vector)
            return self.matrix(MatMul(coefficient, HadamardProduct(left, right), weights))
        scales = []
        while (
            len(factors) > 1
            and (end := next((e for e in (0, -1) if isinstance(factors[e], DiagMatrix)), None)) is not None
        ):
            scales.append(factors.pop(end).args[0])
        cut = next((n for n in range(1, len(factors)) if factors[n].rows == 1), None)
        if cut is not None:
            scales += [_scaled(1, factors[:cut], node), Transpose(_scaled(1, factors[cut:], node))]
        elif factors and not all(isinstance(f, OneMatrix) for f in factors):
            (single,) = factors if len(factors) == 1 else (None,)
            scales.append(DiagonalOf(single.args[0] if isinstance(single, Transpose) else _scaled(1, factors, node)))
        columns = [s if s.cols == 1 else self._transposed(s) for s in scales] or [OneMatrix(*node.shape)]
        if len(columns) == 1:
            return _scaled(coefficient, columns, node)
        return self.matrix(MatMul(coefficient, self._hadamard(HadamardProduct(*columns))))

    def _transposed(self, node):
        node = self.matrix(node)
        if isinstance(node, (Identity, DiagMatrix, DiagonalMatrix)):
            return node
        if isinstance(node, Transpose):
            return node.args[0]
        if isinstance(node, OneMatrix):
            return OneMatrix(node.cols, node.rows)
        if node.is_square and self.equal(Transpose(node), node):
            return node
        if isinstance(node, MatMul):
            coefficient, factors = node.as_coeff_matrices()
            return self.matrix(MatMul(coefficient, *(Transpose(f) for f in reversed(factors))))
        if isinstance(node, MatAdd):
            return MatAdd(*(self._transposed(a) for a in node.args))
        if isinstance(node, (HadamardPower, HadamardProduct, Inverse, KroneckerProduct, MatPow)):
            return node.func(*(self._transposed(a) if isinstance(a, MatrixExpr) else a for a in node.args))
        if isinstance(node, ElementwiseApplyFunction):
            return ElementwiseApplyFunction(node.function, self._transposed(node.expr))
        if isinstance(node, (BlockInner, BlockSum)):
            return node.func(*map(self._transposed, node.args))
        if isinstance(node, (BlockMatrix, MatrixBase)):
            return node.transpose()
        return ZeroMatrix(node.cols, node.rows) if isinstance(node, ZeroMatrix) else Transpose(node)

    def _factors(self, node):
        """(scalar coefficient, matrix factors) of a product, flattened, without identities."""
        if not isinstance(node, MatMul):
            return Rational(1), [] if isinstance(node, Identity) else [node]
        coefficient, factors = node.as_coeff_matrices()
        flat = []
        for f in factors:
            inner = self.matrix(f)
            if isinstance(inner, MatAdd):
                content, inner = _content(inner)
                coefficient *= content
            c, fs = self._factors(inner)
            coefficient *= c
            for m in fs:
                if isinstance(m, OneMatrix) and flat and isinstance(flat[-1], OneMatrix):  # 1 1' 1 1' = n 1 1'
                    coefficient *= m.rows
                    flat[-1] = OneMatrix(flat[-1].rows, m.cols)
                elif not (isinstance(m, Centring) and flat[-1:] == [m]):  # H H = H
                    flat.append(m)
        return coefficient, flat

    def sum(self, terms, shape):
        """The sum of matrix terms, with those that agree up to a scalar joined and those that vanish left out."""
        joined, terms = [], list(terms)
        if len(given := [t for t in terms if isinstance(t, MatrixBase)]) > 1:
            terms = [sum(given[1:], given[0]), *(t for t in terms if not isinstance(t, MatrixBase))]
        for term in terms:
            term = self.matrix(term)
            for part in term.args if isinstance(term, MatAdd) else (term,):
                self._join(joined, *self._factors(part))
        terms = self._with_common_last_factor([(c, fs) for c, fs, _ in joined if c != 0])
        kept = [(c, _scaled(1, fs, Identity(shape[0]))) for c, fs in terms]
        if not kept:
            return ZeroMatrix(*shape)
        return MatAdd(*(_scaled(c, [m], m) for c, m in kept)) if len(kept) > 1 else _scaled(*_first(kept))

    def _with_common_last_factor(self, terms):
        """c A Z + c B Z as c (A + B) Z."""
        groups = {}
        for c, factors in terms:
            groups.setdefault((c, factors[-1]) if len(factors) > 1 else (c, tuple(factors)), []).append(factors)
        found = []
        for (c, last), members in groups.items():
            if len(members) > 1:
                first = self.sum([_scaled(1, fs[:-1], fs[0]) for fs in members], (last.rows, last.rows))
                members = [[*([] if isinstance(first, Identity) else [first]), last]]
            found += [(c, fs) for fs in members if not any(isinstance(f, ZeroMatrix) for f in fs)]
        return found

    def _scalar(self, coefficient):
        """A number in which traces that are equal are spelled the same."""
        for d in coefficient.atoms(Determinant) if self.facts else ():
            if (c := self._multiple_of_identity(d.args[0])) is not None:
                coefficient = coefficient.xreplace({d: c ** d.args[0].rows})
        if not coefficient.has(Trace):
            return coefficient
        spelled = {}
        for trace in sorted(coefficient.atoms(Trace), key=lambda t: (_size(t), spelling(t))):
            form = self.normalise(trace).key
            spelled[trace] = self.traces.setdefault(form, trace)
        return coefficient.xreplace(spelled)

    def _join(self, joined, coefficient, factors):
        coefficient = self._scalar(coefficient)
        form = self.normalise(_scaled(1, factors, None)) if factors else None
        if form is not None and form.is_zero:
            return
        for n, (c, fs, known) in enumerate(joined):
            if known == form and (form is not None or known is None):
                joined[n] = (Add(c, coefficient), _shorter(fs, factors), form)
                return
        joined.append((coefficient, factors, form))


def _shorter(a, b):
    if a == b:
        return a
    sizes = [sum(map(_size, factors)) for factors in (a, b)]
    return (
        min(a, b, key=lambda factors: [*map(spelling, factors)])
        if sizes[0] == sizes[1]
        else (a, b)[sizes[1] < sizes[0]]
    )


def _first(kept):
    ((c, m),) = kept
    return c, [m], m


def _size(expr):
    return 1 + sum(map(_size, getattr(expr, "args", ())))


def _scaled(coefficient, factors, like):
    """coefficient * product of factors; an empty product is the identity of the order of `like`."""
    if not factors:
        factors = [Identity(like.shape[0])]
    if coefficient == 1 and len(factors) == 1:
        return factors[0]
    factors = [g for f in factors for g in (f.args if isinstance(f, MatMul) else (f,))]
    return MatMul(coefficient, *factors) if coefficient != 1 else MatMul(*factors)


def _content(total):
    """(c, A) with total = c A, c the common rational factor of the terms of a sum."""
    numbers, rests = zip(
        *(term.as_coeff_mmul() if isinstance(term, MatMul) else (1, term) for term in total.args), strict=True
    )
    rationals = [Rational(n.as_coeff_Mul()[0]) if n != 1 else Rational(1) for n in map(_as_expr, numbers)]
    content = Rational(gcd(*(abs(r.p) for r in rationals)), ilcm(*(r.q for r in rationals), 1))
    if content == 1:
        return Rational(1), total
    return content, MatAdd(*(_scaled(_as_expr(n) / content, [m], m) for n, m in zip(numbers, rests, strict=True)))


def _as_expr(x):
    return x if not isinstance(x, int) else Rational(x)


def tidy(expr, facts=()):
    """An equal matrix expression in tidy form."""
    if not isinstance(expr, MatrixExpr):
        raise TypeError(f"a matrix expression is tidied, found {expr}")
    return Tidier(facts).matrix(expr)
