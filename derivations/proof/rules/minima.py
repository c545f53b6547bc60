"""Rules on minima: in one variable, over a matrix, and what a minimum says."""

from __future__ import annotations

from dataclasses import replace

from sympy import Lambda, MatMul, MatrixSymbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.normal_form import normaliser
from derivations.language.parse_entries import is_index
from derivations.language.propositions import All, AtMost, Equal, EqualIff, LeastValue, Minimises, Minimum, Positive
from derivations.language.substitute import applied, is_any_real, substitute, symbols_of
from derivations.proof.checks import check_ranges, check_replacement, minimum, same, unconstrained
from derivations.proof.scalar import is_strictly_convex, nonnegative_minimum
from derivations.proof.sign import has_nonnegative_entries, has_positive_entries, is_nonnegative, is_real_matrix
from derivations.proof.theorem import Conclusion, ProofError, Theorem, Theorems, rule

_ANY_NONNEGATIVE = {"nonnegative", "real", "commutative"}


@rule
def scalar_minimum(objective, variable, hypotheses=()):
    """The least value of a function of one variable s >= 0, with the identity that certifies it."""
    found = nonnegative_minimum(objective, variable, hypotheses)
    at = substitute(objective, {variable: found.at})
    parts = (AtMost(found.value, objective), Equal(at, found.value), Equal(objective - found.value, found.certificate))
    return Conclusion(hypotheses, All(parts), f"minimum in one variable: {found.reason}")


@rule
def strict_minimum(objective, variable, hypotheses=()):
    """The least value of a strictly convex function of one variable s >= 0 is attained at one point only."""
    found = nonnegative_minimum(objective, variable, hypotheses)
    if not is_strictly_convex(objective, variable):
        raise ProofError(f"{objective} is not known to be strictly convex in {variable}")
    return Conclusion(hypotheses, EqualIff(objective, found.value, variable, found.at), "strictly convex")


@rule
def minimiser(objective, variable, parameter, values, hypotheses=()):
    """The minimiser of a function of `variable` >= 0, as a function of `parameter`, at every entry of `values`.

    That the parameter is at least 0, or positive, may be among the hypotheses, and is dropped, where every entry is.
    """
    facts = tuple(h for h in hypotheses if h not in (AtMost(0, parameter), Positive(parameter)))
    if parameter == variable or not is_any_real(parameter):
        raise ProofError(f"the parameter {parameter} stands for any real number: nothing else may be declared of it")
    if any(parameter in symbols_of(e) for h in facts for e in h.expressions()):
        raise ProofError(f"the parameter {parameter} stands for any real number: no hypothesis may speak of it")
    if not is_real_matrix(values, facts):
        raise ProofError(f"{values} is not known to be real")
    if AtMost(0, parameter) in hypotheses and not has_nonnegative_entries(values, facts):
        raise ProofError(f"{values} is not known to be nonnegative")
    if Positive(parameter) in hypotheses and not has_positive_entries(values, facts):
        raise ProofError(f"{values} is not known to be positive")
    found = nonnegative_minimum(objective, variable, hypotheses)
    point = ElementwiseApplyFunction(Lambda(parameter, found.at), values)
    statement = Minimises(point, Lambda((variable, parameter), objective), values)
    return Conclusion(facts, statement, f"minimum in one variable: {found.reason}")


@rule
def pointwise(theorem: Theorem, index, at):
    """From `point minimises function` to: its value at point_k is at most that at `at` >= 0, for every k."""
    claim = theorem.statement
    if not isinstance(claim, Minimises):
        raise ProofError(f"a minimum in one variable for each k is needed, found {claim}")
    if not is_index(index) or any(index in symbols_of(e) for e in claim.expressions()):
        raise ProofError(f"{index} is no free index of {claim}")
    if not is_nonnegative(at, theorem.hypotheses):
        raise ProofError(f"{at} is not known to be nonnegative")
    a_k, point_k = (MatrixElement(v, index, 0) for v in (claim.values, claim.point))
    least, there = (applied(claim.function, s, a_k) for s in (point_k, at))
    return Conclusion(theorem.hypotheses, AtMost(least, there), "the minimum in one variable")


@rule
def everywhere(theorem: Theorem, statement, index, at):
    """The converse of `pointwise`: from the value at point_k being at most that at `at`, for every k and every number
    `at` >= 0, to `statement`, which says that `point minimises function`.
    """
    claim = theorem.statement
    if not isinstance(statement, Minimises) or not isinstance(claim, AtMost):
        raise ProofError(
            f"an inequality for each k is needed, and a minimum to conclude; found {claim} and {statement}"
        )
    if not at.is_Symbol or not at.is_nonnegative or not at._assumptions_orig.keys() <= _ANY_NONNEGATIVE:
        raise ProofError(f"{at} must stand for any number that is at least 0")
    if statement.point.shape != statement.values.shape or statement.values.cols != 1:
        raise ProofError(f"{statement.point} and {statement.values} are no two vectors of one length")
    spoken = (*theorem.hypotheses, statement)
    if not is_index(index) or any({index, at} & symbols_of(e) for p in spoken for e in p.expressions()):
        raise ProofError(f"{index} is no free index, or {at} is spoken of")
    if not has_nonnegative_entries(statement.point, theorem.hypotheses):
        raise ProofError(f"{statement.point} is not known to be nonnegative")
    a_k, point_k = (MatrixElement(v, index, 0) for v in (statement.values, statement.point))
    check_ranges([a_k], claim.expressions())
    normalise = normaliser(tuple(theorem.hypotheses))
    for side, number in ((claim.lhs, point_k), (claim.rhs, at)):
        wanted = applied(statement.function, number, a_k)
        if not normalise.for_every(side - wanted).is_zero:
            raise ProofError(f"{side} is not {wanted}")
    return Conclusion(theorem.hypotheses, statement, "for every k, and every number that is at least 0")


@rule
def attainment(bound: Theorem, witness: Theorem, unknown, at, feasible: Theorems = ()):
    """A lower bound for every value of `unknown` that is met at `at` is the global minimum.

    Hypotheses of the bound that speak of `unknown` are constraints; `feasible` proves each of them at `at`.
    """
    if not isinstance(bound.statement, AtMost) or not isinstance(witness.statement, Equal):
        raise ProofError("a lower bound (<=) and a value (=) are needed")
    if not isinstance(unknown, MatrixSymbol) or unknown in at.free_symbols:
        raise ProofError(f"the minimum is over a matrix symbol, at something else; found {unknown} and {at}")
    value, objective = bound.statement.lhs, bound.statement.rhs
    constraints = tuple(h for h in bound.hypotheses if unknown in h.free_symbols())
    rest = tuple(h for h in bound.hypotheses if h not in constraints)
    facts = (*rest, *witness.hypotheses, *(h for f in feasible for h in f.hypotheses))
    check_replacement(unknown, at, {}, facts)
    if unknown in value.free_symbols or any(unknown in h.free_symbols() for h in facts):
        raise ProofError(f"{unknown} occurs where it must not: in {value} or in {facts}")
    reached = Equal(substitute(objective, {unknown: at}), value)
    if not same(witness.statement, reached, facts):
        raise ProofError(f"{witness.statement} is not {reached}")
    for c in constraints:
        there = c.map(lambda e: substitute(e, {unknown: at}))
        if not any(same(f.statement, there, facts) for f in feasible):
            raise ProofError(f"the constraint {there} is not shown to hold")
    return Conclusion(facts, Minimum(objective, unknown, value, at, constraints), "the bound is met")


@rule
def lower_bound(theorem: Theorem):
    """The minimum is at most the objective, for every value of the unknown that meets the constraints."""
    claim = minimum(theorem)
    hypotheses = (*theorem.hypotheses, *claim.subject_to)
    return Conclusion(hypotheses, AtMost(claim.value, claim.objective), "it is the minimum")


@rule
def value_at_minimum(theorem: Theorem):
    """The objective at the minimiser is the minimum."""
    claim = minimum(theorem)
    reached = substitute(claim.objective, {claim.unknown: claim.at})
    return Conclusion(theorem.hypotheses, Equal(reached, claim.value), "the minimum is attained")


@rule
def feasible_minimum(theorem: Theorem):
    """The minimiser meets the constraints."""
    claim = minimum(theorem)
    if not claim.subject_to:
        raise ProofError(f"there are no constraints in {claim}")
    met = (p.map(lambda e: substitute(e, {claim.unknown: claim.at})) for p in claim.subject_to)
    return Conclusion(theorem.hypotheses, All(tuple(met)), "the minimum is attained")


@rule
def rescaling(theorem: Theorem, unit):
    """A minimum over Y is one over Z = unit Y: of the objective at Z / unit, where Z / unit meets the constraints, attained at
    unit Y*.
    """
    claim = minimum(theorem)
    if not unit.is_positive or claim.unknown in unit.free_symbols:
        raise ProofError(f"the unit {unit} is not known to be positive")

    def scaled(expr):
        return substitute(expr, {claim.unknown: MatMul(1 / unit, claim.unknown)})

    constraints = tuple(p.map(scaled) for p in claim.subject_to)
    moved = replace(claim, objective=scaled(claim.objective), at=MatMul(unit, claim.at), subject_to=constraints)
    return Conclusion(theorem.hypotheses, moved, f"the unknown in units of {unit}")


@rule
def revaluation(theorem: Theorem, equation: Theorem):
    """The value of a minimum, written as the equation says."""
    claim, spelled = theorem.statement, equation.statement
    if not isinstance(claim, Minimum) or not isinstance(spelled, Equal) or claim.value != spelled.lhs:
        raise ProofError(f"{spelled} does not rewrite the value of {claim}")
    if any(claim.unknown in p.free_symbols() for p in (spelled, *equation.hypotheses)):
        raise ProofError(f"{claim.unknown} is minimised over: the equation must not speak of it")
    check_ranges([spelled.rhs], [spelled.lhs])
    hypotheses = (*theorem.hypotheses, *equation.hypotheses)
    return Conclusion(hypotheses, replace(claim, value=spelled.rhs), "the value, simplified")


@rule
def least_value(theorem: Theorem):
    """The value of a minimum, without saying where it is attained."""
    claim = unconstrained(theorem)
    statement = LeastValue(claim.objective, claim.unknown, claim.value)
    return Conclusion(theorem.hypotheses, statement, "the minimum is attained somewhere")
