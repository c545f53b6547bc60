"""The trusted rules. Everything that is called a theorem was made by these, and by nothing else.

Each rule looks at what it is given and either returns a conclusion or raises ProofError with the reason. A hypothesis
speaks of fixed symbols; symbols that no hypothesis speaks of are universal. SymPy assumptions on scalar symbols
(positive, nonnegative, real, integer) are hypotheses too, and substitution checks them.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    Add,
    Dummy,
    Integer,
    Lambda,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Max,
    S,
    Sum,
    Trace,
    diff,
    expand,
    factorial,
    fraction,
    together,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.calculus.gradient import derivative, gradient, is_gradient_by_definition
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser
from derivations.language.parse import is_index
from derivations.language.propositions import (
    All,
    Ascending,
    AtMost,
    Eigenpairs,
    Equal,
    EqualIff,
    Expansion,
    Gradient,
    LeastValue,
    Minimises,
    Minimum,
    Positive,
    PositiveSemidefinite,
)
from derivations.language.substitute import substitute, symbols_of
from derivations.proof.checks import (
    check_real,
    check_replacement,
    check_smooth,
    check_unknowns,
    is_any_real,
    same,
    unconstrained,
)
from derivations.proof.lemmas import LEMMAS
from derivations.proof.scalar import is_smooth, is_strictly_convex, nonnegative_minimum
from derivations.proof.sign import (
    has_nonnegative_entries,
    has_positive_entries,
    is_nonnegative,
    is_real,
    is_real_matrix,
    is_size,
)
from derivations.proof.theorem import RULES, Conclusion, ProofError, Theorem, rule

__all__ = ["RULES"]  # every rule by its name; the decorator enters them

Theorems = tuple[Theorem, ...]  # tells the decorator which arguments are premises


@rule
def normal_form(statement, hypotheses=()):
    """Both sides of every equation of `statement` have the same normal form under the hypotheses."""
    parts = statement.parts if isinstance(statement, All) else (statement,)
    if not all(p.equational for p in parts):
        raise ProofError(f"the normal form decides equations only, not {statement}")
    normalise = normaliser(tuple(hypotheses))
    for lhs, rhs in statement.equations():
        difference = normalise(lhs) - normalise(rhs)
        if not difference.is_zero:
            raise ProofError(f"{lhs} = {rhs} does not follow: the normal forms differ by {difference}")
    return Conclusion(hypotheses, statement, "normal form")


@rule
def adjoint(function, unknown, hypotheses=()):
    """The gradient by the adjoint rules; if the function is polynomial, also checked by its definition."""
    value = gradient(function, unknown, hypotheses)
    reason = "adjoint rules"
    try:
        right = is_gradient_by_definition(function, unknown, value, hypotheses)
        reason = "adjoint rules; the t-coefficient of f(Z + t V) is tr(grad' V)"
    except UnsupportedExpression:
        right = True
    if not right:
        raise ProofError(f"{value} is not the gradient of {function} in {unknown}: tr(grad' V) is another coefficient")
    return Conclusion(hypotheses, Gradient(function, unknown, value), reason)


@rule
def taylor(function, variable, approximation, order, hypotheses=()):
    """A smooth function of one variable is its Taylor polynomial at 0, up to a remainder of the next order."""
    order = S(order)
    if not is_size(order) or not order.is_Integer:
        raise ProofError(f"the order {order} of the remainder is none of 0, 1, 2, ...")
    if not is_any_real(variable) or any(variable in symbols_of(e) for h in hypotheses for e in h.expressions()):
        raise ProofError(f"{variable} must stand for any real number, and no hypothesis speak of it")
    check_smooth(function, variable, hypotheses)
    terms, slope = [], function
    for m in range(order):
        terms.append(substitute(slope, {variable: S.Zero}) * variable**m / factorial(m))
        slope = derivative(slope, variable, hypotheses)
    difference = normaliser(tuple(hypotheses))(approximation - Add(*terms))
    if not difference.is_zero:
        raise ProofError(f"{approximation} is not the Taylor polynomial of {function}: {difference} is left over")
    statement = Expansion(function, variable, approximation, order)
    return Conclusion(hypotheses, statement, "Taylor's theorem, the derivatives by the adjoint rules")


@rule
def substitution(theorem: Theorem, mapping, facts=()):
    """Replace symbols by real expressions of the same shape that satisfy the assumptions on the symbol; the facts join the
    hypotheses.
    """
    mapping = dict(mapping)
    for p in (*theorem.hypotheses, theorem.statement):
        check_unknowns(p, mapping)
    hypotheses = (*(h.map(lambda e: substitute(e, mapping)) for h in theorem.hypotheses), *facts)
    for symbol, value in mapping.items():
        check_replacement(symbol, value, mapping, hypotheses)
    statement = theorem.statement.map(lambda e: substitute(e, mapping))
    for p in (*hypotheses, statement):
        check_real(p)
    replaced = ", ".join(f"{s} := {v}" for s, v in mapping.items())
    return Conclusion(hypotheses, statement, f"substitution {replaced}")


@rule
def lemma(name, mapping=(), facts=()):
    """An instance of a cited lemma; its hypotheses stay to be discharged, and the facts join them."""
    cited = LEMMAS[name]
    if cited.provides:
        raise ProofError(f"{name} says that something exists: use the rule `existence`")
    mapping = dict(mapping)
    hypotheses = (*(h.map(lambda e: substitute(e, mapping)) for h in cited.hypotheses), *facts)
    for symbol, value in mapping.items():
        check_replacement(symbol, value, mapping, hypotheses)
    statement = cited.statement.map(lambda e: substitute(e, mapping))
    return Conclusion(hypotheses, statement, cited.title, (name,))


@rule
def existence(theorem: Theorem, name, mapping):
    """Drop a hypothesis that an existence lemma provides: what it speaks of occurs nowhere else."""
    cited = LEMMAS[name]
    if not cited.provides:
        raise ProofError(f"{name} is not an existence lemma")
    mapping = dict(mapping)
    statement = cited.statement.map(lambda e: substitute(e, mapping))
    provided = statement.parts if isinstance(statement, All) else (statement,)
    symbols = {substitute(s, mapping) for s in cited.provides}
    if len(symbols) < len(cited.provides) or not all(isinstance(s, MatrixSymbol) for s in symbols):
        raise ProofError(f"{name} provides distinct matrix symbols, found {sorted(map(str, symbols))}")
    rest = [h for h in theorem.hypotheses if h not in provided]
    if len(rest) == len(theorem.hypotheses):
        raise ProofError(f"{name} provides {provided}, none of which is a hypothesis")
    needed = tuple(h.map(lambda e: substitute(e, mapping)) for h in cited.hypotheses)
    for p in (theorem.statement, *rest, *needed):
        if symbols & p.free_symbols():
            raise ProofError(f"{sorted(map(str, symbols))} still occur in {p}")
    for symbol, value in mapping.items():
        if symbol not in cited.provides and symbols & value.free_symbols:
            raise ProofError(f"{name} provides {sorted(map(str, symbols))}: {symbol} cannot depend on them")
        check_replacement(symbol, value, mapping, needed)
    return Conclusion((*rest, *needed), theorem.statement, cited.title, (name,))


@rule
def discharge(theorem: Theorem, proof: Theorem, facts=()):
    """Drop the hypotheses of `theorem` that `proof` proves, up to normal form under `facts`, which join the hypotheses."""
    proved = proof.statement.parts if isinstance(proof.statement, All) else (proof.statement,)
    rest = [h for h in theorem.hypotheses if not any(same(h, p, facts) for p in proved)]
    if len(rest) == len(theorem.hypotheses):
        raise ProofError(f"{proof.statement} is none of the hypotheses {theorem.hypotheses}")
    return Conclusion((*rest, *proof.hypotheses, *facts), theorem.statement, "a proved hypothesis is dropped")


@rule
def assumption(statement, facts=()):
    """statement |- statement; the facts, which it may have no instances without, join the hypotheses."""
    return Conclusion((*facts, statement), statement, "given")


@rule
def restatement(theorem: Theorem, statement, facts=()):
    """The same statement in other words: expressions of equal normal form under `facts`, which join the hypotheses."""
    if not same(theorem.statement, statement, facts):
        raise ProofError(f"{theorem.statement} does not say {statement} under {facts}")
    return Conclusion((*theorem.hypotheses, *facts), statement, "normal form")


@rule
def conjunction(theorems: Theorems):
    """Several theorems at once."""
    hypotheses = [h for t in theorems for h in t.hypotheses]
    return Conclusion(hypotheses, All(tuple(t.statement for t in theorems)), "together")


@rule
def part(theorem: Theorem, position):
    """One part of a conjunction."""
    return Conclusion(theorem.hypotheses, theorem.statement.parts[int(position)], "one part of it")


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
def equal_in_every_entry(statement, bound: Theorem, case: Theorem, indices, weight=S.One):
    """From v_ij <= f_ij, with equality exactly if a_ij = b_ij, for every (i, j): sum_ij w_ij f_ij = sum_ij w_ij v_ij
    exactly if w_ij a_ij = w_ij b_ij for every (i, j), for weights w_ij >= 0. `statement` spells both equations.
    """
    i, j = indices
    facts = (*bound.hypotheses, *case.hypotheses)
    single, inequality = case.statement, bound.statement
    if not isinstance(statement, EqualIff) or not isinstance(single, EqualIff) or not isinstance(inequality, AtMost):
        raise ProofError("an inequality, its case of equality, and what to conclude are needed")
    if (inequality.lhs, inequality.rhs) != (single.rhs, single.lhs):
        raise ProofError(f"{single} is not the case of equality of {inequality}")
    if (
        not is_index(i)
        or not is_index(j)
        or i == j
        or any(s in symbols_of(e) for h in facts for e in h.expressions() for s in (i, j))
    ):
        raise ProofError(f"{i} and {j} are no free indices")
    if not is_nonnegative(weight, facts) or not is_real(weight):
        raise ProofError(f"the weight {weight} is not known to be real and nonnegative")
    matrices = all(isinstance(m, MatrixExpr) for m in (statement.a, statement.b))
    shape = statement.a.shape if matrices else ()
    if (
        not matrices
        or statement.b.shape != shape
        or not all(is_size(d) for d in shape)
        or {i, j} & symbols_of(statement.a) | {i, j} & symbols_of(statement.b)
    ):
        raise ProofError(f"{statement.a} and {statement.b} are no two matrices of one shape")
    normalise = normaliser(facts)
    excess = Sum(weight * (single.lhs - single.rhs), (i, 0, shape[0] - 1), (j, 0, shape[1] - 1))
    if not (normalise(statement.lhs - statement.rhs) - normalise(excess)).is_zero:
        raise ProofError(f"{statement.lhs} - ({statement.rhs}) is not {excess}")
    for matrix, entry in ((statement.a, single.a), (statement.b, single.b)):
        if normalise(matrix) != normalise.entrywise(weight * entry, (i, j), shape):
            raise ProofError(f"the entries of {matrix} are not {weight * entry}")
    return Conclusion(facts, statement, "every term is nonnegative, and 0 in one case only")


@rule
def positive_constant(vector, hypotheses=()):
    """A vector that the normal form shows to be a positive number times the ones vector has positive entries."""
    if not isinstance(vector, MatrixExpr):
        raise ProofError(f"{vector} is no vector")
    level = normaliser(tuple(hypotheses)).multiple_of_ones(vector)
    if level is None or not level.is_positive:
        raise ProofError(f"{vector} is not known to be a positive constant")
    return Conclusion(hypotheses, Positive(vector), "normal form")


@rule
def positive_function(vector, hypotheses=()):
    """A function that is positive wherever its argument may be has positive values."""
    if not has_positive_entries(vector, hypotheses):
        raise ProofError(f"the entries of {vector} are not known to be positive")
    return Conclusion(hypotheses, Positive(vector), "positive at every argument")


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
def same_function(theorem: Theorem, function, index):
    """From a = b, two column vectors, to f(a_k) = f(b_k) for every k."""
    claim = theorem.statement
    if not isinstance(claim, Equal) or not isinstance(claim.lhs, MatrixExpr) or claim.lhs.cols != 1:
        raise ProofError(f"an equation of column vectors is needed, found {claim}")
    if not is_index(index) or any(index in symbols_of(e) for e in (*claim.expressions(), function)):
        raise ProofError(f"{index} is no free index of {claim}")
    if not isinstance(function, Lambda) or len(function.variables) != 1:
        raise ProofError(f"{function} is no function of one variable")
    sides = (_applied(function, MatrixElement(vector, index, 0)) for vector in claim.arguments())
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

    Multipliers of inequalities must be nonnegative; an equation follows from equations and no remainder.
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
    normalise = normaliser(tuple(facts))
    terms = [m * (p.statement.rhs - p.statement.lhs) for p, m in zip(premises, multipliers, strict=True)]
    difference = normalise(statement.rhs - statement.lhs - sum([*terms, *remainder], Integer(0)))
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
    """The minimum is at most the objective, for every value of the unknown."""
    claim = unconstrained(theorem)
    return Conclusion(theorem.hypotheses, AtMost(claim.value, claim.objective), "it is the minimum")


@rule
def value_at_minimum(theorem: Theorem):
    """The objective at the minimiser is the minimum."""
    claim = unconstrained(theorem)
    reached = substitute(claim.objective, {claim.unknown: claim.at})
    return Conclusion(theorem.hypotheses, Equal(reached, claim.value), "the minimum is attained")


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
    least, there = (_applied(claim.function, s, a_k) for s in (point_k, at))
    return Conclusion(theorem.hypotheses, AtMost(least, there), "the minimum in one variable")


@rule
def minimiser(objective, variable, parameter, values, hypotheses=()):
    """The minimiser of a function of `variable` >= 0, as a function of `parameter`, at every entry of `values`.

    That the parameter is at least 0 may be among the hypotheses, and is dropped, where no entry is negative.
    """
    sign = AtMost(0, parameter)
    facts = tuple(h for h in hypotheses if h != sign)
    if parameter == variable or not is_any_real(parameter):
        raise ProofError(f"the parameter {parameter} stands for any real number: nothing else may be declared of it")
    if any(parameter in symbols_of(e) for h in facts for e in h.expressions()):
        raise ProofError(f"the parameter {parameter} stands for any real number: no hypothesis may speak of it")
    if not is_real_matrix(values, facts):
        raise ProofError(f"{values} is not known to be real")
    if sign in hypotheses and not has_nonnegative_entries(values, facts):
        raise ProofError(f"{values} is not known to be nonnegative")
    found = nonnegative_minimum(objective, variable, hypotheses)
    point = ElementwiseApplyFunction(Lambda(parameter, found.at), values)
    statement = Minimises(point, Lambda((variable, parameter), objective), values)
    return Conclusion(facts, statement, f"minimum in one variable: {found.reason}")


def _applied(function, *arguments):
    return substitute(function.expr, dict(zip(function.variables, arguments, strict=True)))


@rule
def rescaling(theorem: Theorem, unit):
    """A minimum over Y is one over Z = unit Y: of the objective at Z / unit, attained at unit Y*."""
    claim = unconstrained(theorem)
    if not unit.is_positive or claim.unknown in unit.free_symbols:
        raise ProofError(f"the unit {unit} is not known to be positive")
    scaled = substitute(claim.objective, {claim.unknown: MatMul(1 / unit, claim.unknown)})
    moved = replace(claim, objective=scaled, at=MatMul(unit, claim.at))
    return Conclusion(theorem.hypotheses, moved, f"the unknown in units of {unit}")


@rule
def revaluation(theorem: Theorem, equation: Theorem):
    """The value of a minimum, written as the equation says."""
    claim, spelled = theorem.statement, equation.statement
    if not isinstance(claim, Minimum) or not isinstance(spelled, Equal) or claim.value != spelled.lhs:
        raise ProofError(f"{spelled} does not rewrite the value of {claim}")
    if any(claim.unknown in p.free_symbols() for p in (spelled, *equation.hypotheses)):
        raise ProofError(f"{claim.unknown} is minimised over: the equation must not speak of it")
    hypotheses = (*theorem.hypotheses, *equation.hypotheses)
    return Conclusion(hypotheses, replace(claim, value=spelled.rhs), "the value, simplified")


@rule
def least_value(theorem: Theorem):
    """The value of a minimum, without saying where it is attained."""
    claim = unconstrained(theorem)
    statement = LeastValue(claim.objective, claim.unknown, claim.value)
    return Conclusion(theorem.hypotheses, statement, "the minimum is attained somewhere")
