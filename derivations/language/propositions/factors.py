"""Facts on factors of a matrix: an orthonormal basis of its columns, and what undoes it."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Basic, Identity, MatMul, MatrixSymbol, Transpose

from derivations.language.errors import NoInstance
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class OrthonormalFactor(Proposition):
    """M = U B with U'U = I: the columns of M are combinations of those of U, which are orthonormal."""

    equational = True
    irrational = True

    matrix: Basic
    basis: Basic
    coordinates: Basic

    def equations(self):
        m, u, b = self.arguments()
        return (m, MatMul(u, b)), (MatMul(Transpose(u), u), Identity(u.cols))

    def determined(self):
        return (self.basis, self.coordinates)

    def determine(self, instance):
        """The eigenvectors of M M' of largest eigenvalue, as many as U has columns, turned."""
        m, count = instance.value(self.matrix), instance.dimension(self.basis.cols)
        values, vectors = instance.arithmetic.eigenpairs(m @ m.T)
        if count > len(m) or sum(x > instance.arithmetic.tolerance for x in values) > count:
            raise NoInstance(f"the columns of {self.matrix} have no basis of {count}")
        basis = vectors[:, ::-1][:, :count] @ instance.rotation(count)
        return {self.basis: basis, self.coordinates: basis.T @ m}


@dataclass(frozen=True)
class RightInverse(Proposition):
    """M X = I: the rows of M are linearly independent. Of a square M, X is the inverse."""

    equational = True
    irrational = True

    matrix: Basic
    inverse: Basic

    def equations(self):
        return ((MatMul(self.matrix, self.inverse), Identity(self.matrix.rows)),)

    def determined(self):
        return (self.inverse,) if isinstance(self.inverse, MatrixSymbol) else ()

    def determine(self, instance):
        """M' (M M')^-1, and what M does not see of an arbitrary matrix."""
        gram = MatMul(self.matrix, Transpose(self.matrix))
        m, roots = instance.value(self.matrix), instance.pencil(gram, gram)[1]
        if roots.shape[1] < len(m):
            raise NoInstance(f"the rows of {self.matrix} are not linearly independent")
        least = m.T @ (roots @ roots.T)
        free = instance.gaussian(*least.shape)
        return {self.inverse: least + free - least @ (m @ free)}
