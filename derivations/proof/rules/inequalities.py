"""Rules on signs, order and sums, and what follows from several of them."""

from __future__ import annotations

from sympy import (
    Dummy,
    Integer,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Max,
    S,
    Sum,
    Trace,
    diff,
    expand,
    fraction,
    together,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.normal_form import normaliser
from derivations.language.parse_entries import free_indices, is_index
from derivations.language.propositions import (
    All,
    Ascending,
    AtMost,
    Eigenpairs,
    Equal,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
)
from derivations.language.substitute import applied, symbols_of
from derivations.proof.checks import check_ranges
from derivations.proof.scalar import is_smooth
from derivations.proof.sign import has_positive_entries, is_nonnegative, is_positive_definite, is_real, is_size
from derivations.proof.theorem import Conclusion, ProofError, Theorem, Theorems, rule


@rule
def positive_constant(vector, hypotheses=()):
    """A vector that the normal form shows to be a positive number times the ones vector has positive entries."""
    if not isinstance(vector, MatrixExpr):
        raise ProofError(f"{vector} is no vector")
    level = normaliser(tuple(hypotheses)).multiple_of_ones(vector)
    if level is None or not level.is_positive:
        raise ProofError(f"{vector} is not known to be a positive constant")
    return Conclusion(hypotheses, Positive(vector), "every entry is the same positive number")


@rule
def positive_function(vector, hypotheses=()):
    """A function that is positive wherever its argument may be has positive values; a positive definite matrix has positive
    eigenvalues; a sum of nonnegative vectors, one of which is positive, is positive.
    """
    if not has_positive_entries(vector, hypotheses):
        raise ProofError(f"the entries of {vector} are not known to be positive")
    if isinstance(vector, ElementwiseApplyFunction):
        reason = "the function is positive at every argument"
    elif isinstance(vector, (MatAdd, MatMul)):
        reason = (
            "one term is positive, and none is negative" if isinstance(vector, MatAdd) else "the factors are positive"
        )
    else:
        reason = "the eigenvalues of a positive definite matrix are positive"
    return Conclusion(hypotheses, Positive(vector), reason)


@rule
def positive_definite(matrix, hypotheses=()):
    """I + c X' X, for a c >= 0, and whatever else is positive definite because of how it is built."""
    if not isinstance(matrix, MatrixExpr) or not is_positive_definite(matrix, hypotheses):
        raise ProofError(f"{matrix} is not known to be positive definite")
    return Conclusion(hypotheses, PositiveDefinite(matrix), "by how it is built")


@rule
def positive_part(number, hypotheses=()):
    """max(0, x) is x where x >= 0 is known, and 0 where x <= 0 is."""
    if not is_real(number, hypotheses):
        raise ProofError(f"{number} is not known to be real")
    above, below = fraction(together(-number))
    if is_nonnegative(number, hypotheses):
        value = number
    elif is_nonnegative(expand(above), hypotheses) and below.is_positive:
        value = S.Zero
    else:
        raise ProofError(f"the sign of {number} is not known")
    return Conclusion(hypotheses, Equal(Max(0, number), value), "the sign is known")


@rule
def monotone(vector, function, hypotheses=()):
    """Positive entries in ascending order are in ascending order after a smooth function that does not fall there."""
    (x,) = function.variables
    ordered = any(
        (isinstance(h, Ascending) and h.vector == vector) or (isinstance(h, Eigenpairs) and h.values == vector)
        for h in hypotheses
    )
    if not ordered or Positive(vector) not in hypotheses:
        raise ProofError(f"the entries of {vector} are not known to be positive and ascending")
    at = Dummy(positive=True)
    slope = diff(function.expr, x)
    if not is_smooth(function.expr, x, at) or not slope.subs(x, at).is_nonnegative:
        raise ProofError(f"{function.expr} is not known to be smooth, and not to fall, at positive {x}")
    return Conclusion(hypotheses, Ascending(vector.applyfunc(function)), "a function that does not fall")


@rule
def larger(a, b, hypotheses=()):
    """The larger of two real numbers is either of them and what the other has beyond it."""
    if not is_real(a, hypotheses) or not is_real(b, hypotheses):
        raise ProofError(f"{a} and {b} are not known to be real")
    parts = (Equal(Max(a, b), x + Max(0, y - x)) for x, y in ((a, b), (b, a)))
    return Conclusion(hypotheses, All(tuple(parts)), "the larger of two numbers")


@rule
def raised(theorem: Theorem, floor):
    """From x <= y to max(floor, x) <= max(floor, y)."""
    claim = theorem.statement
    if not isinstance(claim, AtMost):
        raise ProofError(f"an inequality is needed, found {claim}")
    if not all(is_real(e, theorem.hypotheses) for e in (*claim.expressions(), floor)):
        raise ProofError(f"{claim.lhs}, {claim.rhs} and {floor} are not known to be real")
    return Conclusion(theorem.hypotheses, claim.map(lambda e: Max(floor, e)), "the larger of two numbers")


@rule
def same_function(theorem: Theorem, function, index):
    """From a = b, two column vectors, to f(a_k) = f(b_k) for every k."""
    claim = theorem.statement
    if not isinstance(claim, Equal) or not isinstance(claim.lhs, MatrixExpr) or claim.lhs.cols != 1:
        raise ProofError(f"an equation of column vectors is needed, found {claim}")
    if not is_index(index) or any(index in symbols_of(e) for e in (*claim.expressions(), function)):
        raise ProofError(f"{index} is no free index of {claim}")
    if not isinstance(function, Lambda) or len(function.variables) != 1:
        raise ProofError(f"{function} is no function of one variable")
    sides = (applied(function, MatrixElement(vector, index, 0)) for vector in claim.arguments())
    return Conclusion(theorem.hypotheses, Equal(*sides), "the same function of the same number")


@rule
def sum_over(theorem: Theorem, index, count, weight=S.One):
    """From an equation or inequality for every `index` in 0 .. count-1 to that of the sums, weighted by `weight`."""
    if not is_index(index) or not is_size(count):
        raise ProofError(
            f"the sum needs an index that is any of 0, 1, ..., and a number of terms; found {index}, {count}"
        )
    if any(index in symbols_of(e) for h in theorem.hypotheses for e in h.expressions()):
        raise ProofError(f"{index} occurs in a hypothesis")
    matrices = {m for e in theorem.statement.expressions() for m in e.atoms(MatrixSymbol)}
    if any(index in d.free_symbols for m in matrices for d in m.shape):
        raise ProofError(f"{index} occurs in a dimension")
    ranges = {d for e in theorem.statement.expressions() for i, d in free_indices(e) if i == index}
    if not ranges <= {count}:
        raise ProofError(f"{index} runs over {ranges}, not over {count}")
    if not isinstance(theorem.statement, (Equal, AtMost)):
        raise ProofError(f"only equations and inequalities are summed, not {theorem.statement}")
    if isinstance(theorem.statement, AtMost) and not is_nonnegative(weight, theorem.hypotheses):
        raise ProofError(f"the weight {weight} of an inequality is not known to be nonnegative")
    if not is_real(weight, theorem.hypotheses):
        raise ProofError(f"the weight {weight} is not known to be real and finite")
    statement = theorem.statement.map(lambda e: Sum(weight * e, (index, 0, count - 1)))
    return Conclusion(theorem.hypotheses, statement, f"summed over {index}")


@rule
def combination(statement, premises: Theorems, multipliers=(), remainder=(), hypotheses=()):
    """Chain, add and scale: rhs - lhs = sum of multipliers * (rhs - lhs of the premises) + nonnegative remainder.

    Multipliers of inequalities must be nonnegative; an equation follows from equations and no remainder. Indices that are
    free stand for every value.
    """
    multipliers = tuple(multipliers) or (Integer(1),) * len(premises)
    facts = (*hypotheses, *(h for p in premises for h in p.hypotheses))
    if isinstance(statement, Equal) and (remainder or not all(isinstance(p.statement, Equal) for p in premises)):
        raise ProofError("an equation follows from equations alone")
    if not isinstance(statement, (Equal, AtMost)) or len(multipliers) != len(premises):
        raise ProofError("a combination concludes an equation or an inequality, with one multiplier a premise")
    for p, m in zip(premises, multipliers, strict=True):
        if not isinstance(p.statement, (Equal, AtMost)):
            raise ProofError(f"{p.statement} is neither an equation nor an inequality")
        if isinstance(p.statement, AtMost) and not is_nonnegative(m, facts):
            raise ProofError(f"the multiplier {m} of an inequality is not known to be nonnegative")
        if not is_real(m, facts):
            raise ProofError(f"the multiplier {m} is not known to be real and finite")
    for extra in remainder:
        if not is_nonnegative(extra, facts):
            raise ProofError(f"{extra} is not known to be nonnegative")
    check_ranges(
        statement.expressions(), (*(e for p in premises for e in p.statement.expressions()), *multipliers, *remainder)
    )
    normalise = normaliser(tuple(facts))
    terms = [m * (p.statement.rhs - p.statement.lhs) for p, m in zip(premises, multipliers, strict=True)]
    difference = normalise.for_every(statement.rhs - statement.lhs - sum([*terms, *remainder], Integer(0)))
    if not difference.is_zero:
        raise ProofError(f"{statement} does not follow: {difference} is left over")
    return Conclusion(facts, statement, "together" if len(premises) > 1 else "normal form")


@rule
def semidefinite(theorem: Theorem, vector):
    """From 0 <= tr(v' M v) for every v to M positive semidefinite."""
    statement = theorem.statement
    if not isinstance(statement, AtMost) or statement.lhs != 0 or not isinstance(statement.rhs, Trace):
        raise ProofError(f"0 <= tr(v' M v) is needed, found {statement}")
    first, matrix, last = statement.rhs.args[0].args
    if (
        not isinstance(vector, MatrixSymbol)
        or first != vector.T
        or last != vector
        or vector.cols != 1
        or matrix.has(vector)
    ):
        raise ProofError(f"{statement.rhs} is not the quadratic form of {vector}")
    if any(vector in h.free_symbols() for h in theorem.hypotheses):
        raise ProofError(f"{vector} occurs in a hypothesis")
    return Conclusion(theorem.hypotheses, PositiveSemidefinite(matrix), "for every v")
