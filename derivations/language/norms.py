"""Norms of rows, of columns and of entries, and matrices with their rows or columns scaled to norm one."""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    HadamardProduct,
    Lambda,
    MatAdd,
    MatMul,
    Rational,
    Symbol,
    Transpose,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr

from derivations.language.atoms import Abbreviation, Named
from derivations.language.brackets import bracketed


class Norms(MatrixExpr):
    """Norms of the rows or columns of a matrix, as a column vector, or of its entries; `squares` are their squares."""

    irrational = True
    squares: MatrixExpr

    @property
    def shape(self):
        return self.squares.shape

    def _entry(self, i, j, **kwargs):
        return MatrixElement(self, i, j)

    @property
    def reciprocals(self):
        """The diagonal matrix of 1 over the norms."""
        x = Symbol("x", positive=True)
        return DiagMatrix(ElementwiseApplyFunction(Lambda(x, 1 / x), self))


class RowNorms(Norms):
    """|z_i|, the Euclidean norms of the rows of a matrix, as an N x 1 vector."""

    def __new__(cls, matrix):
        return super().__new__(cls, matrix)

    @property
    def squares(self):
        return DiagonalOf(MatMul(self.args[0], Transpose(self.args[0])))

    def adjoint_of(self, seed):
        """d|z_i| = u_i' dz_i."""
        yield self.args[0], MatMul(DiagMatrix(seed), UnitRows(self.args[0]))

    def value(self, arithmetic, matrix):
        squares = (matrix * matrix).sum(axis=1)
        return arithmetic.array([arithmetic.power(x, arithmetic.number(1) / 2) for x in squares]).reshape(-1, 1)

    def text(self, show, index="k"):
        return f"|{self._row(show)}_{index}|"

    def latex(self, show, index="k"):
        return rf"\lVert {self._row(show)}_{{{index}}} \rVert"

    def _row(self, show):
        """A row of Z is written z, and one of another matrix by its name in brackets."""
        name = show(self.args[0])
        return name.lower() if len(name) == 1 else f"({name})"


class UnitRows(Abbreviation):
    """U, the matrix with its rows scaled to norm one: u_i = z_i / |z_i|."""

    name = "U"
    parametric = True
    irrational = True

    def __new__(cls, matrix):
        return super().__new__(cls, matrix)

    shape = property(lambda self: self.args[0].shape)
    norms = property(lambda self: RowNorms(self.args[0]))

    def lines_and_scale(self):
        """(Y, t) where the matrix is diag(t) Y, else (the matrix, None)."""
        matrix = self.args[0]
        if isinstance(matrix, MatMul) and isinstance(matrix.args[0], DiagMatrix):
            return MatMul(*matrix.args[1:]).doit(deep=False), matrix.args[0].args[0]
        return matrix, None

    @property
    def definition(self):
        return MatMul(self.norms.reciprocals, self.args[0])

    def adjoint_of(self, seed):
        """du_i = (I - u_i u_i') dz_i / |z_i|: the seed F, projected row by row on the tangent of the sphere."""
        pull = seed if isinstance(seed, Named) else Named("F", seed)
        along = DiagonalMatrix(MatMul(pull, Transpose(self)))
        yield self.args[0], MatMul(self.norms.reciprocals, MatAdd(pull, MatMul(-1, along, self)))


class ColumnNorms(Norms):
    """(z_k' M z_k)^(1/2), the lengths of the columns of a matrix in a metric M, as a K x 1 vector.

    The atom is defined for all real M: where z_k' M z_k is below 0, the length is 0. So it is the square root where it is
    declared to be positive.
    """

    def __new__(cls, matrix, metric):
        return super().__new__(cls, matrix, metric)

    @property
    def squares(self):
        matrix, metric = self.args
        return DiagonalOf(MatMul(Transpose(matrix), metric, matrix))

    def adjoint_of(self, seed):
        """d n_k = (z_k' M dz_k + z_k' dM z_k / 2) / n_k, for the symmetric part of M."""
        matrix, metric = self.args
        unit = UnitColumns(matrix, metric)
        yield matrix, MatMul(_symmetric_part(metric), unit, DiagMatrix(seed))
        yield metric, MatMul(Rational(1, 2), unit, DiagMatrix(seed), Transpose(matrix))

    def value(self, arithmetic, matrix, metric):
        """The lengths; 0 where a square is what rounding leaves of its terms."""
        squares = (matrix * (metric @ matrix)).sum(axis=0)
        terms = (abs(matrix) * (abs(metric) @ abs(matrix))).sum(axis=0)
        zero, half = arithmetic.number(0), arithmetic.number(1) / 2
        certain = [x if x > arithmetic.rounding * y else zero for x, y in zip(squares, terms, strict=True)]
        return arithmetic.array([arithmetic.power(x, half) for x in certain]).reshape(-1, 1)

    def text(self, show, index="k"):
        return f"sqrt(({show(self._gram)})_{index}{index})"

    def latex(self, show, index="k"):
        return rf"\sqrt{{{bracketed(show(self._gram))}_{{{index}{index}}}}}"

    @property
    def _gram(self):
        return self.squares.args[0]


class Absolute(Norms):
    """|M|, the absolute value of every entry of a matrix."""

    irrational = False

    def __new__(cls, matrix):
        return super().__new__(cls, matrix)

    @property
    def squares(self):
        return HadamardProduct(self.args[0], self.args[0])

    def adjoint_of(self, seed):
        """d|m_ij| = (m_ij / |m_ij|) dm_ij, where m_ij is not 0."""
        x = Symbol("x", positive=True)
        signs = HadamardProduct(self.args[0], ElementwiseApplyFunction(Lambda(x, 1 / x), self))
        yield self.args[0], HadamardProduct(seed, signs)

    def value(self, arithmetic, matrix):
        return abs(matrix)

    def text(self, show):
        return f"|{show(self.args[0])}|"

    def latex(self, show):
        return rf"\lvert{{{show(self.args[0])}}}\rvert"


class UnitColumns(Abbreviation):
    """U, the matrix with its columns scaled to length one in a metric M: u_k = z_k / (z_k' M z_k)^(1/2)."""

    name = "U"
    parametric = True
    irrational = True

    def __new__(cls, matrix, metric):
        return super().__new__(cls, matrix, metric)

    metric = property(lambda self: self.args[1])
    shape = property(lambda self: self.args[0].shape)
    norms = property(lambda self: ColumnNorms(*self.args))

    def lines_and_scale(self):
        """(Y, t) where the matrix is Y diag(t), else (the matrix, None)."""
        matrix = self.args[0]
        if isinstance(matrix, MatMul) and isinstance(matrix.args[-1], DiagMatrix):
            return MatMul(*matrix.args[:-1]).doit(deep=False), matrix.args[-1].args[0]
        return matrix, None

    @property
    def definition(self):
        return MatMul(self.args[0], self.norms.reciprocals)

    def adjoint_of(self, seed):
        """du_k = (dz_k - u_k u_k' (M dz_k + dM z_k / 2)) / n_k, for the symmetric part of M: the seed F without its part along
        the columns.
        """
        pull = seed if isinstance(seed, Named) else Named("F", seed)
        along = DiagonalMatrix(MatMul(Transpose(self), pull))
        matrix, metric = self.args
        lengthened = MatMul(-1, _symmetric_part(metric), self, along)
        yield matrix, MatMul(MatAdd(pull, lengthened), self.norms.reciprocals)
        yield metric, MatMul(-Rational(1, 2), self, along, Transpose(self))


def _symmetric_part(metric):
    return metric if isinstance(metric, DiagMatrix) else MatMul(Rational(1, 2), MatAdd(metric, Transpose(metric)))
