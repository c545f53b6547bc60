"""Matrix expressions as a person would write them: transposes pushed inwards, like terms joined, factors kept."""

from __future__ import annotations

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
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixExpr,
    OneMatrix,
    Rational,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Centring
from derivations.language.blocks import BlockInner, BlockSum
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.network import spelling
from derivations.language.normal_form import normaliser
from derivations.language.products import content, scaled
from derivations.language.substitute import node_count
from derivations.language.tidy_diagonals import diagonal, diagonal_matrix, diagonal_part
from derivations.language.tidy_entrywise import applied, entrywise_product
from derivations.language.tolerant import tolerant

FORMS = {
    DiagMatrix: diagonal_matrix,
    DiagonalMatrix: diagonal_part,
    DiagonalOf: diagonal,
    ElementwiseApplyFunction: applied,
    HadamardProduct: entrywise_product,
}


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
            return self.transposed(node.args[0])
        if isinstance(node, MatMul):
            coefficient, factors = self.factors(node)
            return scaled(coefficient, factors, node)
        if isinstance(node, MatAdd):
            return self.sum(node.args, node.shape)
        if type(node) in FORMS:
            return FORMS[type(node)](node, self)
        if self.facts and isinstance(node, MatPow) and (c := self._multiple_of_identity(node.base)) is not None:
            return scaled(c**node.exp, [], node)
        if isinstance(node, (Inverse, KroneckerProduct, MatPow)):
            return node.func(*(self.matrix(a) if isinstance(a, MatrixExpr) else a for a in node.args))
        return node

    def transposed(self, node):
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
            return MatAdd(*(self.transposed(a) for a in node.args))
        if isinstance(node, (HadamardPower, HadamardProduct, Inverse, KroneckerProduct, MatPow)):
            return node.func(*(self.transposed(a) if isinstance(a, MatrixExpr) else a for a in node.args))
        if isinstance(node, ElementwiseApplyFunction):
            return ElementwiseApplyFunction(node.function, self.transposed(node.expr))
        if isinstance(node, (BlockInner, BlockSum)):
            return node.func(*map(self.transposed, node.args))
        if isinstance(node, (BlockMatrix, MatrixBase)):
            return node.transpose()
        return ZeroMatrix(node.cols, node.rows) if isinstance(node, ZeroMatrix) else Transpose(node)

    def factors(self, node):
        """(scalar coefficient, matrix factors) of a product, flattened, without identities."""
        if not isinstance(node, MatMul):
            return Rational(1), [] if isinstance(node, Identity) else [node]
        coefficient, factors = node.as_coeff_matrices()
        flat = []
        for f in factors:
            inner = self.matrix(f)
            if isinstance(inner, MatAdd):
                shared, inner = content(inner)
                coefficient *= shared
            c, fs = self.factors(inner)
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
                self._join(joined, *self.factors(part))
        terms = self._with_common_last_factor([(c, fs) for c, fs, _ in joined if c != 0])
        kept = [(c, scaled(1, fs, Identity(shape[0]))) for c, fs in terms]
        if not kept:
            return ZeroMatrix(*shape)
        return MatAdd(*(scaled(c, [m], m) for c, m in kept)) if len(kept) > 1 else scaled(*_first(kept))

    def _with_common_last_factor(self, terms):
        """c A Z + c B Z as c (A + B) Z."""
        groups = {}
        for c, factors in terms:
            groups.setdefault((c, factors[-1]) if len(factors) > 1 else (c, tuple(factors)), []).append(factors)
        found = []
        for (c, last), members in groups.items():
            if len(members) > 1:
                first = self.sum([scaled(1, fs[:-1], fs[0]) for fs in members], (last.rows, last.rows))
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
        for trace in sorted(coefficient.atoms(Trace), key=lambda t: (node_count(t), spelling(t))):
            form = self.normalise(trace).key
            spelled[trace] = self.traces.setdefault(form, Trace(self.matrix(trace.args[0])))
        return coefficient.xreplace(spelled)

    def _join(self, joined, coefficient, factors):
        coefficient = self._scalar(coefficient)
        form = self.normalise(scaled(1, factors, None)) if factors else None
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
    sizes = [sum(map(node_count, factors)) for factors in (a, b)]
    return (
        min(a, b, key=lambda factors: [*map(spelling, factors)])
        if sizes[0] == sizes[1]
        else (a, b)[sizes[1] < sizes[0]]
    )


def _first(kept):
    ((c, m),) = kept
    return c, [m], m


def tidy(expr, facts=()):
    """An equal matrix expression in tidy form."""
    if not isinstance(expr, MatrixExpr):
        raise TypeError(f"a matrix expression is tidied, found {expr}")
    return Tidier(facts).matrix(expr)
