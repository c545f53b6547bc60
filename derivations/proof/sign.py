"""Signs that can be read off the structure of an expression; "not known" is the answer to everything else."""

from __future__ import annotations

from sympy import (
    Add,
    BlockMatrix,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Dummy,
    HadamardPower,
    HadamardProduct,
    Identity,
    Inverse,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Max,
    Mul,
    OneMatrix,
    Pow,
    S,
    Sum,
    Trace,
    Transpose,
    ZeroMatrix,
    expand,
    preorder_traversal,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import (
    Abbreviation,
    Centring,
    Eigenvalues,
    Leading,
    LogSumExp,
    ScalarAtom,
    SpectralTrace,
    SquaredNorm,
)
from derivations.language.norms import Norms
from derivations.language.propositions import (
    AtMost,
    Blocks,
    Candidates,
    Eigenpairs,
    EntrywiseNonnegative,
    Invertible,
    Minimises,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
)
from derivations.language.substitute import substitute


def is_nonnegative(expr, hypotheses=()):
    """Whether a real scalar is at least 0 because of how it is built, under the hypotheses."""
    if expr.is_nonnegative and not expr.has(Sum):
        return True
    for h in hypotheses:
        if isinstance(h, AtMost) and expand(h.rhs - h.lhs - expr) == 0:
            return True
    if isinstance(expr, SquaredNorm):
        return is_real_matrix(expr.args[0], hypotheses) and has_sizes(expr)
    if isinstance(expr, (Add, Mul)) and all(is_nonnegative(a, hypotheses) for a in expr.args):
        return True
    if isinstance(expr, Max):
        return is_real(expr) and any(is_nonnegative(a, hypotheses) for a in expr.args)
    if isinstance(expr, Pow):
        even = expr.exp.is_Integer and expr.exp % 2 == 0 and is_real(expr.base)
        return bool(even or (expr.exp.is_real and is_nonnegative(expr.base, hypotheses)))
    if isinstance(expr, Sum):
        return has_sizes(expr) and is_nonnegative(_summand(expr), hypotheses)
    if isinstance(expr, Trace):
        return has_sizes(expr) and is_semidefinite(expr.args[0], hypotheses)
    if isinstance(1 - expr, KroneckerDelta):
        return True
    if isinstance(expr, MatrixElement):
        matrix, i, j = expr.args
        if i == j and matrix.is_square and is_semidefinite(matrix, hypotheses):
            return has_sizes(matrix)
        return has_nonnegative_entries(matrix, hypotheses)
    return False


def is_semidefinite(matrix, hypotheses=()):
    """Whether a real matrix is positive semidefinite because of how it is built: X' X, X' M X, sums of such."""
    if PositiveSemidefinite(matrix) in hypotheses or isinstance(matrix, Centring):
        return True
    if is_positive_definite(matrix, hypotheses):
        return True
    if isinstance(matrix, Abbreviation):
        return is_semidefinite(matrix.definition, hypotheses)
    if isinstance(matrix, DiagMatrix) and 1 in matrix.args[0].shape:
        return has_nonnegative_entries(matrix.args[0], hypotheses)
    if isinstance(matrix, MatAdd):
        return all(is_semidefinite(a, hypotheses) for a in matrix.args)
    if isinstance(matrix, MatMul):
        coefficient, factors = matrix.as_coeff_matrices()
        half = len(factors) // 2
        mirrored = all(_is_transpose(factors[n], factors[-1 - n]) for n in range(half))
        middle = len(factors) % 2 == 0 or is_semidefinite(factors[half], hypotheses)
        real = all(is_real_matrix(f, hypotheses) for f in factors[:half])
        return bool(real and mirrored and middle and is_nonnegative(coefficient, hypotheses))
    return False


def is_positive_definite(matrix, hypotheses=()):
    """Whether v' M v > 0 for every v other than 0 because of how a matrix is built: I + c X' X, for a c >= 0."""
    if PositiveDefinite(matrix) in hypotheses or isinstance(matrix, Identity):
        return True
    if isinstance(matrix, Abbreviation):
        return is_positive_definite(matrix.definition, hypotheses)
    if isinstance(matrix, MatAdd):
        definite = any(is_positive_definite(a, hypotheses) for a in matrix.args)
        return definite and all(is_semidefinite(a, hypotheses) for a in matrix.args)
    if isinstance(matrix, MatMul):
        coefficient, factors = matrix.as_coeff_matrices()
        scaled = len(factors) == 1 and is_positive(coefficient, hypotheses)
        return scaled and is_positive_definite(factors[0], hypotheses)
    return isinstance(matrix, Inverse) and is_positive_definite(matrix.arg, hypotheses)


def _is_transpose(a, b):
    return Transpose(a).doit(deep=False) == b or a == Transpose(b).doit(deep=False)


def is_size(count):
    """Whether a scalar is known to be a number of things: 0, 1, 2, ..."""
    return bool(count.is_integer and count.is_nonnegative)


def has_sizes(expr):
    """Whether every dimension and every range of a sum in an expression is known to be a size."""
    nodes = list(preorder_traversal(expr))
    sizes = [d for m in nodes if isinstance(m, MatrixExpr) for d in m.shape]
    limits = [limit for e in nodes if isinstance(e, Sum) for limit in e.limits]
    return all(is_size(S(d)) for d in sizes) and all(low == 0 and is_size(high + 1) for _, low, high in limits)


def _summand(total):
    """The summand at indices of which nothing is known, not even by hypotheses."""
    return substitute(total.function, {limit[0]: Dummy(integer=True, nonnegative=True) for limit in total.limits})


_REAL_IF_PARTS_ARE = (
    DiagMatrix, DiagonalMatrix, DiagonalOf, Eigenvalues, HadamardProduct, MatAdd, MatMul, Transpose,
)  # fmt: skip


def is_real(expr, hypotheses=()):
    """Whether a scalar is real and finite: SymPy says so once traces, norms and entries of matrices are taken for real.

    It must say so of every part: to SymPy, the absolute value of log 0 is real.
    """
    return all(getattr(part, "is_real", False) for part in preorder_traversal(_shadow(expr, hypotheses)))


def is_positive(expr, hypotheses=()):
    """Whether a scalar is real and greater than 0, of which the same says so."""
    return is_real(expr, hypotheses) and bool(_shadow(expr, hypotheses).is_positive)


def _shadow(expr, hypotheses):
    """The scalar with each function of matrices replaced by a symbol, real where the matrices are."""
    if isinstance(expr, MatrixElement) and has_positive_entries(expr.args[0], hypotheses):
        return Dummy(positive=True)
    if Positive(expr) in hypotheses:
        return Dummy(positive=True)
    if expr.is_Symbol and AtMost(0, expr) in hypotheses:
        return Dummy(nonnegative=True)
    if isinstance(expr, (MatrixElement, Trace, SquaredNorm)):
        known = is_real_matrix(expr.args[0], hypotheses)
        sign = "nonnegative" if is_nonnegative(expr, hypotheses) else "real"
        return Dummy(**{sign: True}) if known else Dummy()
    if isinstance(expr, SpectralTrace):
        value = substitute(expr.function.expr, {expr.function.variables[0]: Dummy(real=True)})
        return Dummy(real=True) if is_real_matrix(expr.matrix, hypotheses) and is_real(value) else Dummy()
    if isinstance(expr, Sum):
        return Dummy(real=True) if has_sizes(expr) and is_real(_summand(expr), hypotheses) else Dummy()
    if isinstance(expr, KroneckerDelta):
        return Dummy(nonnegative=True)
    if isinstance(expr, ScalarAtom) or not expr.args:
        return expr
    return expr.func(*(_shadow(a, hypotheses) for a in expr.args))


def is_real_matrix(matrix, hypotheses=()):
    """Whether every entry of a matrix is real: its symbols stand for real matrices."""
    if isinstance(matrix, (MatrixSymbol, Identity, OneMatrix, ZeroMatrix, Leading)):
        return True
    if isinstance(matrix, Abbreviation):
        return is_real_matrix(matrix.definition, hypotheses)
    if isinstance(matrix, BlockMatrix):
        return all(is_real_matrix(m, hypotheses) for m in matrix.blocks)
    if isinstance(matrix, (LogSumExp, Norms)):  # defined for all real matrices
        return all(is_real_matrix(a, hypotheses) for a in matrix.args)
    if isinstance(matrix, ElementwiseApplyFunction):
        return is_real_matrix(matrix.expr, hypotheses) and is_real(matrix.function(_entry(matrix, hypotheses)))
    if isinstance(matrix, (HadamardPower, MatPow)):
        base, exponent = matrix.args
        if isinstance(matrix, MatPow) and exponent == -1:
            invertible = Invertible(base) in hypotheses or is_positive_definite(base, hypotheses)
            return invertible and is_real_matrix(base, hypotheses)
        return bool(is_real_matrix(base, hypotheses) and exponent.is_Integer and exponent >= 0)
    if isinstance(matrix, _REAL_IF_PARTS_ARE):
        return all(
            is_real_matrix(a, hypotheses) if isinstance(a, MatrixExpr) else is_real(a, hypotheses) for a in matrix.args
        )
    return False


def _entry(matrix, hypotheses):
    """A symbol for what a function of every entry is applied to, with the sign that is known."""
    if has_positive_entries(matrix.expr, hypotheses):
        return Dummy(positive=True)
    return Dummy(**{"nonnegative" if has_nonnegative_entries(matrix.expr, hypotheses) else "real": True})


def has_positive_entries(matrix, hypotheses=()):
    """Whether it is known that every entry of a matrix is greater than 0."""
    if Positive(matrix) in hypotheses or isinstance(matrix, OneMatrix):
        return True
    if isinstance(matrix, ElementwiseApplyFunction):
        return is_real_matrix(matrix, hypotheses) and bool(matrix.function(_entry(matrix, hypotheses)).is_positive)
    if isinstance(matrix, MatAdd):
        some = any(has_positive_entries(a, hypotheses) for a in matrix.args)
        return some and all(has_nonnegative_entries(a, hypotheses) for a in matrix.args)
    if isinstance(matrix, MatMul) and len(matrix.args) == 2 and not isinstance(matrix.args[0], MatrixExpr):
        coefficient, inner = matrix.args
        return is_positive(coefficient, hypotheses) and has_positive_entries(inner, hypotheses)
    if isinstance(matrix, Eigenvalues) and is_positive_definite(matrix.args[0], hypotheses):
        return has_sizes(matrix)
    return any(
        isinstance(h, Eigenpairs) and h.values == matrix and _is_definite_on_range(h.matrix, h.metric, hypotheses)
        for h in hypotheses
    )


def _is_definite_on_range(matrix, metric, hypotheses):
    """Whether v' A v > 0 for every v with v' M v = 1: A is positive definite, or F' S F with such an S, and M is F' F."""
    matrix, metric = (m.definition if isinstance(m, Abbreviation) else m for m in (matrix, metric))
    if is_positive_definite(matrix, hypotheses):
        return True
    factors = matrix.args if isinstance(matrix, MatMul) else ()
    compressed = len(factors) == 3 and metric == MatMul(Transpose(factors[2]), factors[2]) == MatMul(*factors[::2])
    return compressed and is_positive_definite(factors[1], hypotheses)


def has_nonnegative_entries(matrix, hypotheses):
    """Whether it is known that every entry of a matrix is at least 0."""
    if isinstance(matrix, Norms):
        return is_real_matrix(matrix, hypotheses)
    if isinstance(matrix, Eigenvalues):
        return has_sizes(matrix) and is_semidefinite(matrix.args[0], hypotheses)
    if isinstance(matrix, (MatMul, Transpose)) and all(
        has_nonnegative_entries(a, hypotheses) if isinstance(a, MatrixExpr) else is_nonnegative(a, hypotheses)
        for a in matrix.args
    ):
        return True
    if isinstance(matrix, (Identity, Leading, OneMatrix, ZeroMatrix)) or has_positive_entries(matrix, hypotheses):
        return True
    if isinstance(matrix, DiagonalOf) and is_semidefinite(matrix.args[0], hypotheses):
        return True
    if isinstance(matrix, BlockMatrix) and all(has_nonnegative_entries(m, hypotheses) for m in matrix.blocks):
        return True
    if isinstance(matrix, Abbreviation):
        return has_nonnegative_entries(matrix.definition, hypotheses)
    if isinstance(matrix, ElementwiseApplyFunction):
        return is_real_matrix(matrix, hypotheses) and bool(matrix.function(_entry(matrix, hypotheses)).is_nonnegative)
    return any(
        (isinstance(h, (Candidates, EntrywiseNonnegative)) and h.matrix == matrix)
        or (isinstance(h, Minimises) and h.point == matrix)
        or (isinstance(h, Blocks) and matrix in (h.first, h.second))
        or (isinstance(h, Eigenpairs) and h.values == matrix and is_semidefinite(h.matrix, hypotheses))
        for h in hypotheses
    )
