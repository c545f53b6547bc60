"""A sum of large matrices as NumPy statements that compute it in the place of one of its terms, which is no longer needed."""

from __future__ import annotations

from functools import cached_property

from sympy import MatAdd, MatMul, Mul, S

from derivations.export.code.layout import words


def accumulated(matrices, expr):
    """(statements, source) of a matrix expression.

    `matrices`, a MatrixCode, has assigned what the statements speak of; its new arrays are theirs to change. Without one among
    the terms there is nothing but the source.
    """
    terms = [_Term(matrices, *term) for term in _distributed(matrices, expr)]
    own = [t for t in terms if t.is_new and t.matrix.shape == expr.shape]
    if not own or any(t.value.diagonal for t in terms):
        return [], matrices.matrix(expr).code
    place, name = own[0], own[0].value.code
    others = sorted((t for t in terms if t is not place), key=lambda t: bool(t.small))
    if any(name in words(f"{t.value.code} {t.weight}") for t in others):  # it would be changed before it is needed
        return [], matrices.matrix(expr).code
    statements = [] if place.coefficient == 1 else [f"{name} *= {matrices.scalar_code(place.coefficient)}"]
    statements += [term.added_to(name) for term in others]
    returns_it = statements and not statements[-1].startswith(f"{name} ")
    return (statements[:-1], statements[-1]) if returns_it else (statements, name)


class _Term:
    """c A, or c A M with a smaller matrix M."""

    def __init__(self, matrices, coefficient, factors):
        self.coefficient = coefficient
        self.matrix, *small = matrices.paired(list(factors))
        self.small = MatMul(*small).doit(deep=False) if small else None
        if small and all(map(matrices.is_diagonal, MatAdd.make_args(self.small))):
            self.matrix, self.small = MatMul(self.matrix, self.small), None
        self.value = matrices.matrix(self.matrix)
        self.is_new = self.value.code in matrices.fresh
        self._matrices = matrices

    @cached_property
    def weight(self):
        """The source of c M, or of c A where there is no M."""
        if self.small is None:
            return self._matrices.scaled(self.coefficient, self.value).code
        return self._matrices.weights(self.coefficient, self.small)

    def added_to(self, total):
        """The source of what adds the term to an array in its place."""
        if self.small is None:
            return f"{total} -= {self.weight[1:]}" if self.weight.startswith("-") else f"{total} += {self.weight}"
        if self.value.centred:
            return f"{self.value.centred}.times({self.weight}, plus={total})"
        return f"plus_product({total}, {self.value.code}, {self.weight})"


def _distributed(matrices, expr, coefficient=S.One):
    """(coefficient, factors) of the terms of a sum; a number before it is multiplied in, and what is on the right of a sum
    with a relation in it.
    """
    if isinstance(expr, MatAdd):
        for term in expr.args:
            yield from _distributed(matrices, term, coefficient)
        return
    number, factors = _flat(expr)
    if matrices.is_thinned(factors) or (len(factors) == 1 and isinstance(factors[0], MatAdd)):
        for term in factors[0].args:
            yield from _distributed(matrices, MatMul(term, *factors[1:]), coefficient * number)
    else:
        yield coefficient * number, factors


def _flat(expr):
    """(coefficient, factors) of a product, those of the products in it among them."""
    if not isinstance(expr, MatMul):
        return S.One, [expr]
    number, factors = expr.as_coeff_matrices()
    parts = [_flat(f) for f in factors]
    return Mul(number, *(c for c, _ in parts)), [f for _, inner in parts for f in inner]
