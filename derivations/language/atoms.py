"""The atoms that SymPy's matrix language lacks.

An *abbreviation* is a name for a longer expression: it prints as its name, and the calculus and the normal form look
through it. The other atoms are new primitives. Every atom holds its shape, its value on arrays, its adjoint (where it
has one) and its LaTeX and text forms; the printers, the evaluator and the calculus ask the class and keep no lists.
"""

from __future__ import annotations

from sympy import (
    Add,
    DiagMatrix,
    Dummy,
    Expr,
    Function,
    HadamardProduct,
    Identity,
    Integer,
    Lambda,
    MatAdd,
    MatMul,
    OneMatrix,
    Symbol,
    Trace,
    Transpose,
    exp,
    expand,
    log,
)
from sympy.core.symbol import Str
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr

from derivations.language.brackets import bracketed


class Abbreviation(MatrixExpr):
    """A matrix that is written as a name and means its `definition`."""

    is_commutative = False
    name: str
    definition: MatrixExpr
    parametric = False  # whether the name stands for the same construction of other arguments

    def _entry(self, i, j, **kwargs):
        return MatrixElement(self, i, j)

    def _eval_transpose(self):
        return None

    def doit(self, **hints):
        return self

    def text(self, show):
        return self.name

    def latex(self, show):
        return self.name

    product_name = None  # what NumPy code calls `self @ operand`, where numpy_product writes it without an N x N array

    def numpy_product(self, operand):
        """NumPy source of `self @ operand`."""
        raise NotImplementedError(f"{self.name} has no product of its own")


class Named(Abbreviation):
    """`Named("C", Z.T * H * Z / N)`: a name for a subexpression."""

    def __new__(cls, name, definition):
        if not isinstance(definition, MatrixExpr):
            raise TypeError(f"{name} must be the name of a matrix expression, found {definition!r}")
        return super().__new__(cls, Str(str(name)), definition)

    name = property(lambda self: self.args[0].name)
    definition = property(lambda self: self.args[1])
    shape = property(lambda self: self.args[1].shape)


class Centring(Abbreviation):
    """H = I - 1 1'/N: the projector on the complement of the ones vector."""

    def __new__(cls, n):
        return super().__new__(cls, _sympify(n))

    name = "H"
    parametric = True
    shape = property(lambda self: (self.args[0], self.args[0]))

    @property
    def definition(self):
        n = self.args[0]
        return MatAdd(Identity(n), MatMul(-1 / n, OneMatrix(n, n)))

    product_name = "centred"

    def numpy_product(self, operand):
        return f"Centred({operand})"


class Laplacian(Abbreviation):
    """L = diag(G 1) - G, the Laplacian of a relation matrix."""

    def __new__(cls, relation):
        return super().__new__(cls, relation)

    name = "L"
    shape = property(lambda self: self.args[0].shape)

    @property
    def definition(self):
        relation = self.args[0]
        degrees = MatMul(relation, OneMatrix(relation.rows, 1))
        return MatAdd(DiagMatrix(degrees), MatMul(-1, relation))

    product_name = "energy"

    def numpy_product(self, operand):
        return f"laplacian_product(G, {operand})"


class LogSumExp(MatrixExpr):
    """log sum_j A_ij exp(S_ij) over the candidates of each row i, as an N x 1 vector.

    A_ij is 1 where j is a candidate of i, else 0. The atom is defined for all real A: entries below 0 count as 0, and a
    row without candidates gives 0.
    """

    irrational = True

    def __new__(cls, scores, candidates):
        if scores.shape != candidates.shape:
            raise ValueError(f"scores of shape {scores.shape}, and candidates of shape {candidates.shape}")
        return super().__new__(cls, scores, candidates)

    scores = property(lambda self: self.args[0])
    candidates = property(lambda self: self.args[1])

    @property
    def shape(self):
        return (self.args[0].rows, _sympify(1))

    def _entry(self, i, j, **kwargs):
        return MatrixElement(self, i, j)

    def adjoint_of(self, seed):
        """d LSE_i = sum_j P_ij dS_ij."""
        yield self.scores, MatMul(DiagMatrix(seed), Softmax(self.scores, self.candidates))

    def value(self, arithmetic, scores, candidates):
        exponential, logarithm = arithmetic.function("exp"), arithmetic.function("log")
        rows = []
        for row, weights in zip(scores, candidates, strict=True):
            counted = [(x, w) for x, w in zip(row, weights, strict=True) if w > 0]
            top = max((x for x, _ in counted), default=0)
            total = sum(w * exponential(x - top) for x, w in counted)
            rows.append(top + logarithm(total) if counted else arithmetic.number(0))
        return arithmetic.array(rows).reshape(-1, 1)

    def text(self, show, index=""):
        over = self._over(show)
        over = f"({over})" if " " in over else over
        return f"LSE{over and '_'}{over}({show(self.scores)}){index and '_'}{index}"

    def latex(self, show, index=""):
        over = self._over(show)
        over = over and f"_{{{over}}}"
        return rf"\operatorname{{LSE}}{over}{bracketed(show(self.scores))}{index and f'_{{{index}}}'}"

    def _over(self, show):
        """The candidates; empty where they are everyone."""
        return "" if self.candidates == OneMatrix(*self.candidates.shape) else show(self.candidates)


class Softmax(Abbreviation):
    """P, the softmax of each row of the scores over its candidates: P_ij = A_ij exp(S_ij - LSE_i)."""

    name = "P"
    parametric = True
    irrational = True

    def __new__(cls, scores, candidates):
        return super().__new__(cls, scores, candidates)

    shape = property(lambda self: self.args[0].shape)

    @property
    def definition(self):
        scores, candidates = self.args
        x = Symbol("x", real=True)
        ones = OneMatrix(1, scores.cols)
        shifted = MatAdd(scores, MatMul(-1, LogSumExp(scores, candidates), ones))
        among_all = ElementwiseApplyFunction(Lambda(x, exp(x)), shifted)
        return among_all if candidates == OneMatrix(*scores.shape) else HadamardProduct(candidates, among_all)


class entr(Function):
    """-x log x for x > 0, and its limit 0 at x = 0."""

    @classmethod
    def eval(cls, x):
        if x in (0, 1):
            return Integer(0)
        if isinstance(x, exp) and x.args[0].is_real:
            return -x * x.args[0]
        return None

    def fdiff(self, argindex=1):
        return -1 - log(self.args[0])

    def _eval_is_real(self):
        return True if self.args[0].is_nonnegative else None


class Leading(MatrixExpr):
    """The first `q` columns of the identity of order `r` (r x q): `W * Leading(r, q)` are the first q columns of W."""

    def __new__(cls, r, q):
        return super().__new__(cls, _sympify(r), _sympify(q))

    @property
    def shape(self):
        return self.args

    def _entry(self, i, j, **kwargs):
        return MatrixElement(self, i, j)

    def value(self, arithmetic, rows, columns):
        return arithmetic.eye(int(rows), int(columns))

    def text(self, show):
        return f"I_({self._size(show, ' x ')})"

    def latex(self, show):
        return "I_{" + self._size(show, r" \times ") + "}"

    def _size(self, show, times):
        """Rows times columns; a sum in brackets."""
        return times.join(f"({show(d)})" if d.is_Add else show(d) for d in self.args)


class Eigenvalues(MatrixExpr):
    """The `q` largest eigenvalues of a symmetric matrix, descending, as a q x 1 vector."""

    irrational = True

    def __new__(cls, matrix, q):
        return super().__new__(cls, matrix, _sympify(q))

    @property
    def shape(self):
        return (self.args[1], _sympify(1))

    def _entry(self, i, j, **kwargs):
        return MatrixElement(self, i, j)

    def value(self, arithmetic, matrix, q):
        return arithmetic.eigenvalues(matrix)[::-1][: int(q)].reshape(-1, 1)

    def text(self, show, index=""):
        return f"sigma{index and '_'}{index}({show(self.args[0])})"

    def latex(self, show, index=""):
        return rf"\sigma{index and f'_{{{index}}}'}{bracketed(show(self.args[0]))}"


class ScalarAtom(Expr):
    """A scalar function of matrices."""

    is_commutative = True


class SquaredNorm(ScalarAtom):
    """The squared Frobenius norm |M|^2 = tr(M' M)."""

    def __new__(cls, matrix):
        return super().__new__(cls, matrix)

    @property
    def definition(self):
        matrix = self.args[0]
        return Trace(MatMul(Transpose(matrix), matrix))

    def adjoint_of(self, seed):
        """d|M|^2 = tr((2 M)' dM)."""
        yield self.args[0], MatMul(2 * seed, self.args[0])

    def value(self, arithmetic, matrix):
        return (matrix * matrix).sum()

    def text(self, show):
        return f"|{show(self.args[0])}|^2"

    def latex(self, show):
        return rf"\left\lVert {show(self.args[0])} \right\rVert_F^2"


class SpectralTrace(ScalarAtom):
    """tr phi(M) for a scalar function phi and a symmetric matrix M: the sum of phi over the eigenvalues of M."""

    irrational = True

    def __new__(cls, function, matrix):
        if not isinstance(function, Lambda):
            raise TypeError(f"function must be a SymPy Lambda of one argument, found {function!r}")
        return super().__new__(cls, function, matrix)

    function = property(lambda self: self.args[0])
    matrix = property(lambda self: self.args[1])

    def terms(self):
        """[(coefficient, trace of a function that is no sum and no multiple)]: tr phi(M) is linear in phi.

        An eigenvalue is any real number, whatever is declared of the variable: where x > 0 alone, log x^2 is 2 log x.
        """
        x = Symbol("x", real=True)
        x = Dummy(real=True) if x in self.function.free_symbols else x
        terms = (t for t in Add.make_args(expand(self.function(x))) if t != 0)
        split = (t.as_independent(x, as_Add=False) for t in terms)
        return [(coefficient, SpectralTrace(Lambda(x, single), self.matrix)) for coefficient, single in split]

    def value(self, arithmetic, function, matrix):
        return sum((function(s) for s in arithmetic.eigenvalues(matrix)), arithmetic.number(0))

    def text(self, show):
        x = Symbol("x", real=True)
        return f"sum_(x in sigma({show(self.matrix)})) {show(self.function(x))}"

    def latex(self, show):
        x = Symbol("x", real=True)
        return rf"\sum_{{x \in \sigma{bracketed(show(self.matrix))}}} {show(self.function(x))}"
