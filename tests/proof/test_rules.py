"""Each rule: what it concludes, and one thing at least that it refuses."""

from dataclasses import replace

import pytest
from sympy import (
    DiagonalOf,
    Function,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    Lambda,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    log,
    sqrt,
)

from derivations.language.atoms import Centring, Eigenvalues, LogSumExp, SquaredNorm, entr
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.instances import instances
from derivations.language.norms import RowNorms
from derivations.language.propositions import (
    All,
    Ascending,
    AtMost,
    Candidates,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    EqualIff,
    Expansion,
    Gradient,
    LeastValue,
    Majorised,
    Minimises,
    Minimum,
    Orthonormal,
    Positive,
    PositiveSemidefinite,
    PrescribedDiagonal,
    Symmetric,
    UnitLength,
)
from derivations.proof import rules
from derivations.proof.lemmas.lemma import K as rows
from derivations.proof.lemmas.lemma import q as columns
from derivations.proof.lemmas.lemma import r as rank
from derivations.proof.theorem import ProofError
from tests.proof.terms import (
    ONE,
    ZERO,
    A,
    B,
    K,
    M,
    N,
    Z,
    a,
    at_k,
    b,
    each,
    equation,
    i,
    j,
    k,
    nearest,
    nonnegative,
    p,
    s,
    v,
    w,
    x,
)

norm = SquaredNorm(Z)
TRIES = 3


def concludes(theorem, statement, *hypotheses):
    """The theorem says so, and it is so on random instances."""
    assert theorem.statement == statement
    assert set(theorem.hypotheses) == set(hypotheses)
    drawn = list(instances(list(hypotheses), list(statement.expressions()), TRIES))
    assert len(drawn) == TRIES
    for instance in drawn:
        try:
            residual = statement.residual(instance)
        except UnsupportedExpression:
            instance = instance.in_multi_precision()
            residual = statement.residual(instance)
        assert residual <= instance.arithmetic.tolerance


def refused(match):
    return pytest.raises(ProofError, match=match)


def test_normal_form():
    claim = Equal(Trace(MatMul(A, B)), Trace(MatMul(A, Transpose(B))))
    concludes(rules.normal_form(claim, [Symmetric(A)]), claim, Symmetric(A))
    both = All((Equal(A, A), Equal(Trace(MatMul(A, B)), Trace(MatMul(B, A)))))
    concludes(rules.normal_form(both), both)
    with refused("does not follow"):
        rules.normal_form(claim)
    for claim in (AtMost(ZERO, ONE), Ascending(v), All((Equal(A, A), AtMost(ZERO, ONE)))):
        with refused("equations only"):
            rules.normal_form(claim)


def test_adjoint():
    concludes(rules.adjoint(norm, Z), Gradient(norm, Z, 2 * Z))
    grown = rules.adjoint(exp(Trace(MatMul(A, Z)) / 100), Z)
    assert grown.reason == "adjoint rules"
    concludes(grown, grown.statement)
    with pytest.raises(UnsupportedExpression):
        rules.adjoint(Trace(Inverse(A)), A)


def test_adjoint_is_checked_by_its_definition(monkeypatch):
    monkeypatch.setattr(rules.equations, "gradient", lambda function, unknown, facts: Transpose(A))
    with refused("is not the gradient"):
        rules.adjoint(Trace(MatMul(Transpose(Z), A)), Z)


def test_substitution():
    theorem = nonnegative(p * SquaredNorm(A))
    concludes(rules.substitution(theorem, {A: Z * B, p: p + 1}), AtMost(ZERO, (p + 1) * SquaredNorm(Z * B)))
    small = MatrixSymbol("A", M, M)
    concludes(rules.substitution(theorem, {N: M}), AtMost(ZERO, p * SquaredNorm(small)))
    given = equation(Trace(A), Trace(Transpose(A)), [Symmetric(A)])
    concludes(rules.substitution(given, {A: B}), Equal(Trace(B), Trace(Transpose(B))), Symmetric(B))
    for mapping, message in [
        ({A: MatrixSymbol("W", N, K)}, "has shape"),
        ({A: a}, "has shape|shape|scalar"),
        ({a: A}, "scalar by scalar"),
        ({p: a}, "positive"),
        ({p: ZERO}, "positive"),
        ({N: K - 1}, "positive"),
        ({N: K / 2}, "integer"),
        ({A + B: Z}, "scalar by scalar|shape"),
    ]:
        with pytest.raises((ProofError, AttributeError), match=message):
            rules.substitution(theorem, mapping)


def test_substitution_of_a_nonnegative_symbol_may_rest_on_a_hypothesis():
    theorem = rules.normal_form(Equal(s * Trace(A), s * Trace(Transpose(A))), [AtMost(ZERO, a)])
    assert rules.substitution(theorem, {s: a}).hypotheses == (AtMost(ZERO, a),)
    with refused("nonnegative"):
        rules.substitution(theorem, {s: b})
    with refused("nonnegative"):  # the hypothesis is about something else after the substitution
        rules.substitution(theorem, {s: a, a: b})


def test_substitution_of_a_function():
    phi = Function("phi")
    theorem = equation(phi(a) * Trace(A), phi(a) * Trace(Transpose(A)))
    assert rules.substitution(theorem, {phi: Lambda(x, x**2)}).statement.lhs == a**2 * Trace(A)
    with refused("Lambda only"):
        rules.substitution(theorem, {phi: a})


def test_lemma():
    y, ascending = MatrixSymbol("Y", rank, rows), MatrixSymbol("a", rank, 1)
    theorem = rules.lemma("von-neumann-trace", {y: 2 * y})
    assert theorem.hypotheses == (Ascending(ascending),)
    assert theorem.lemmas == {"von-neumann-trace"}
    with refused("use the rule"):
        rules.lemma("schur-horn")
    with refused("has shape"):
        rules.lemma("von-neumann-trace", {y: A})
    with pytest.raises(KeyError):
        rules.lemma("riemann-hypothesis")


def test_existence():
    rotation, values, d = MatrixSymbol("R", rows, columns), MatrixSymbol("s", columns, 1), MatrixSymbol("d", rows, 1)
    given = PrescribedDiagonal(rotation, values, d)
    theorem = equation(ONE, ONE, [given])
    assert rules.existence(theorem, "schur-horn", {}).hypotheses == (Majorised(d, values),)
    with refused("none of which"):
        rules.existence(equation(ONE, ONE), "schur-horn", {})
    with refused("not an existence lemma"):
        rules.existence(theorem, "gram-spectrum", {})
    with refused("still occur"):
        rules.existence(equation(rotation, rotation, [given]), "schur-horn", {})
    with refused("still occur"):
        rules.existence(equation(ONE, ONE, [given, Orthonormal(rotation)]), "schur-horn", {})


def test_discharge():
    theorem = equation(Trace(MatMul(A, B)), Trace(MatMul(A, Transpose(B))), [Symmetric(A)])
    of_sum = rules.substitution(theorem, {A: B + Transpose(B)})
    symmetric = rules.normal_form(Symmetric(B + Transpose(B)))
    concludes(rules.discharge(of_sum, symmetric), of_sum.statement)
    assert rules.discharge(theorem, rules.assumption(Symmetric(A))).hypotheses == (Symmetric(A),)
    with refused("none of the hypotheses"):
        rules.discharge(theorem, symmetric)
    with refused("none of the hypotheses"):
        rules.discharge(theorem, rules.normal_form(Equal(A, A)))


def test_discharge_keeps_what_the_proof_rests_on():
    theorem = equation(ONE, ONE, [Symmetric(A)])
    under = rules.normal_form(Symmetric(A), [Equal(A, Z + Transpose(Z))])
    assert rules.discharge(theorem, under).hypotheses == under.hypotheses
    near = rules.assumption(Symmetric(MatMul(Centring(N), A)))
    fact = Equal(MatMul(Centring(N), A), A)
    assert set(rules.discharge(theorem, near, [fact]).hypotheses) == {*near.hypotheses, fact}


def test_assumption():
    concludes(rules.assumption(Symmetric(A)), Symmetric(A), Symmetric(A))


def test_restatement():
    theorem = nonnegative(norm)
    concludes(rules.restatement(theorem, AtMost(ZERO, Trace(Z * Transpose(Z)))), AtMost(ZERO, Trace(Z * Transpose(Z))))
    under = rules.restatement(theorem, AtMost(ZERO, Trace(Z * Z)), [Symmetric(Z)])
    assert under.hypotheses == (Symmetric(Z),)
    for other in (AtMost(ZERO, Trace(Z * Z)), AtMost(norm, ZERO), Equal(ZERO, norm), AtMost(ZERO, ONE)):
        with refused("does not say"):
            rules.restatement(theorem, other)


def test_assumption_with_facts_that_its_instances_need():
    semidefinite = PositiveSemidefinite(MatMul(A, B))
    concludes(
        rules.assumption(semidefinite, [Equal(A, Transpose(B))]), semidefinite, Equal(A, Transpose(B)), semidefinite
    )


def test_larger():
    found = rules.larger(a, b)
    concludes(found, All((Equal(Max(a, b), a + Max(0, b - a)), Equal(Max(a, b), b + Max(0, a - b)))))
    with refused("not known to be real"):
        rules.larger(a, Symbol("z"))
    with refused("not known to be real"):
        rules.larger(ONE, sqrt(a))
    semidefinite = PositiveSemidefinite(A)
    assert rules.larger(ONE, sqrt(A[k, k]), [semidefinite]).hypotheses == (semidefinite,)


def test_same_function():
    squares = equation(HadamardProduct(v, v), DiagonalOf(MatMul(v, Transpose(v))))
    claim = Equal(*(exp(at_k(vector)) for vector in squares.statement.arguments()))
    assert rules.same_function(squares, Lambda(x, exp(x)), k).statement == claim
    with refused("an equation of column vectors"):
        rules.same_function(equation(A, A), Lambda(x, x), k)
    with refused("no free index"):
        rules.same_function(equation(v, v), Lambda(x, k * x), k)
    with refused("no function of one variable"):
        rules.same_function(equation(v, v), Lambda((x, b), x), k)


def test_conjunction_and_part():
    both = rules.conjunction([rules.assumption(Symmetric(A)), nonnegative(norm)])
    concludes(both, All((Symmetric(A), AtMost(ZERO, norm))), Symmetric(A))
    concludes(rules.part(both, 1), AtMost(ZERO, norm), Symmetric(A))
    with pytest.raises(IndexError):
        rules.part(both, 2)
    with pytest.raises(AttributeError):
        rules.part(nonnegative(norm), 0)


def test_scalar_minimum():
    theorem = rules.scalar_minimum(p * s**2 + b * s, s)
    assert len(theorem.statement.parts) == 3
    for position in range(3):
        concludes(rules.part(theorem, position), theorem.statement.parts[position])


def test_strict_minimum(monkeypatch):
    only = rules.strict_minimum(s**2 - 2 * b * s, s)
    concludes(only, EqualIff(s**2 - 2 * b * s, -(Max(0, b) ** 2), s, Max(0, b)))
    entropy = rules.strict_minimum(-entr(s) - s - s * b, s)
    concludes(entropy, EqualIff(-entr(s) - s - s * b, -exp(b), s, exp(b)))
    for flat in (s**3 - s**3, b * s**2, -sqrt(s), -entr(s) - entr(2 - s), log(s), s**2 + s * Max(0, s - 1)):
        with pytest.raises((ProofError, Undecided), match="cannot be certified|not known"):
            rules.strict_minimum(flat, s)
    for other in (a, Symbol("m", nonnegative=True, integer=True)):
        with pytest.raises(Undecided, match="nonnegative, and nothing else"):
            rules.strict_minimum((other - p) ** 2, other)
    with pytest.raises(Undecided, match="no hypothesis may speak of"):
        rules.strict_minimum((s - p) ** 2, s, [AtMost(s, ONE)])
    monkeypatch.setattr(rules.minima, "is_strictly_convex", lambda objective, variable: False)
    with refused("not known to be strictly convex"):
        rules.strict_minimum((s - p) ** 2, s)


def squares(hypotheses=()):
    """For every (i, j): -exp(2 b_ij) <= a_ij^2 - 2 a_ij exp(b_ij), with equality exactly if a_ij = exp(b_ij); A >= 0."""
    given, objective = [EntrywiseNonnegative(A), *hypotheses], s**2 - 2 * exp(b) * s
    bound, case = rules.part(rules.scalar_minimum(objective, s, given), 0), rules.strict_minimum(objective, s, given)
    return [rules.substitution(theorem, {s: A[i, j], b: B[i, j]}) for theorem in (bound, case)]


def test_equal_in_every_entry():
    everywhere = ((i, 0, N - 1), (j, 0, N - 1))
    bound, case = squares()
    exponentials = each(exp(x), B)
    misfit = SquaredNorm(A) - 2 * Trace(MatMul(Transpose(A), exponentials))
    claim = EqualIff(misfit, -Sum(exp(2 * B[i, j]), *everywhere), A, exponentials)
    concludes(rules.equal_in_every_entry(claim, bound, case, (i, j)), claim, EntrywiseNonnegative(A))
    bound, case = squares([Candidates(Z)])
    weighted = EqualIff(
        Sum(Z[i, j] * (A[i, j] ** 2 - 2 * A[i, j] * exp(B[i, j])), *everywhere),
        -Sum(Z[i, j] * exp(2 * B[i, j]), *everywhere),
        HadamardProduct(Z, A),
        HadamardProduct(Z, exponentials),
    )
    concludes(
        rules.equal_in_every_entry(weighted, bound, case, (i, j), Z[i, j]),
        weighted, EntrywiseNonnegative(A), Candidates(Z),
    )  # fmt: skip

    def refuses(reason, statement=claim, bound=bound, case=case, indices=(i, j), weight=ONE):
        with refused(reason):
            rules.equal_in_every_entry(statement, bound, case, indices, weight)

    half = Rational(1, 2)
    refuses("are needed", statement=Equal(A, exponentials))
    refuses("are needed", bound=case)
    refuses("are needed", case=bound)
    refuses("is not the case of equality", case=rules.strict_minimum(s**2, s))
    refuses("no free indices", indices=(i, i))
    refuses("no free indices", indices=(N, j))
    refuses("weight", weight=a)
    refuses("weight", weight=-ONE)
    refuses("no two matrices of one shape", statement=EqualIff(claim.lhs, claim.rhs, A, MatrixSymbol("W", N, K)))
    refuses("no two matrices of one shape", statement=EqualIff(claim.lhs, claim.rhs, a, b))
    refuses("is not Sum", statement=EqualIff(claim.lhs, half * claim.rhs, A, exponentials))
    refuses("the entries of", statement=EqualIff(claim.lhs, claim.rhs, Transpose(A), exponentials))
    refuses("the entries of", statement=EqualIff(claim.lhs, claim.rhs, A, Transpose(exponentials)))
    refuses("the entries of", statement=replace(weighted, a=A, b=exponentials), weight=Z[i, j])
    refuses("the entries of", indices=(j, i))


def test_equality_of_one_entry_that_a_hypothesis_fixes_is_not_that_of_all():
    bound, case = squares([AtMost(ZERO, B[i, j])])
    with refused("no free indices"):
        rules.equal_in_every_entry(EqualIff(ZERO, ZERO, A, B), bound, case, (i, j))


def test_positive_constant():
    unit = UnitLength(Z)
    concludes(rules.positive_constant(RowNorms(Z), [unit]), Positive(RowNorms(Z)), unit)
    concludes(rules.positive_constant(MatMul(p, OneMatrix(N, 1))), Positive(MatMul(p, OneMatrix(N, 1))))
    for vector in (MatMul(s, OneMatrix(N, 1)), RowNorms(Z), v, ZeroMatrix(N, 1), MatMul(-1, OneMatrix(N, 1))):
        with refused("not known to be a positive constant"):
            rules.positive_constant(vector)
    with refused("no vector"):
        rules.positive_constant(p)


def test_taylor():
    ones = OneMatrix(N, 1)
    softened = Trace(MatMul(Transpose(ones), LogSumExp(MatMul(a, Z), OneMatrix(N, N))))
    quadratic = N * log(N) + a * Trace(MatMul(Transpose(ones), Z, ones)) / N
    concludes(rules.taylor(softened, a, quadratic, 2), Expansion(softened, a, quadratic, Integer(2)))
    cubic = (1 + a) ** 3 * Trace(A)
    up_to = {1: 1, 2: 1 + 3 * a, 3: 1 + 3 * a + 3 * a**2, 4: (1 + a) ** 3, 5: (1 + a) ** 3}
    for order, factor in up_to.items():
        concludes(rules.taylor(cubic, a, factor * Trace(A), order), Expansion(cubic, a, factor * Trace(A), order))
    for order, factor in {1: 1 + a, 2: 1, 3: 1 + 3 * a, 4: 1 + 3 * a + 3 * a**2}.items():
        with refused("is not the Taylor polynomial"):
            rules.taylor(cubic, a, factor * Trace(A), order)
    for variable in (p, s, Trace(A)):
        with refused("must stand for any real number"):
            rules.taylor(variable * Trace(B), variable, ZERO, 1)
    with refused("no hypothesis speak of it"):
        rules.taylor(a * Trace(B), a, ZERO, 1, [Equal(A, a * B)])
    with refused("tends to 0"):
        rules.substitution(rules.taylor(a * Trace(A), a, ZERO, 1), {A: MatMul(a, B)})
    for order in (-1, Rational(5, 2), N):
        with refused("order"):
            rules.taylor(cubic, a, Trace(A), order)


@pytest.mark.parametrize(
    "function",
    [
        log(a) * Trace(A),
        Trace(A) / a,
        sqrt(1 + a**2),
        Max(0, a) * Trace(A),
        Trace(each(sqrt(x), MatMul(a, A))),
        Trace(MatMul(OneMatrix(1, N), LogSumExp(MatMul(a, B), A))),  # not known to be candidates
        Trace(MatMul(OneMatrix(1, N), LogSumExp(B, MatMul(a, A)))),
        Trace(MatMul(OneMatrix(1, N), RowNorms(MatMul(a, A)))),
        Trace(MatrixSymbol("M", a, a)),
    ],
    ids=str,
)
def test_taylor_wants_a_smooth_function(function):
    with refused("is not known to be a smooth function of a"):
        rules.taylor(function, a, ZERO, 1)


def test_sum_over():
    below = rules.part(rules.scalar_minimum(s**2 - 2 * s, s), 0)
    concludes(rules.sum_over(below, k, N), AtMost(Sum(-ONE, (k, 0, N - 1)), Sum(s**2 - 2 * s, (k, 0, N - 1))))
    weighted = rules.sum_over(below, k, N, p)
    concludes(weighted, AtMost(Sum(-p, (k, 0, N - 1)), Sum(p * (s**2 - 2 * s), (k, 0, N - 1))))
    with refused("weight"):
        rules.sum_over(below, k, N, a)
    with refused("weight"):
        rules.sum_over(equation(ONE, ONE), k, N, 1 / a)
    with refused("equations and inequalities"):
        rules.sum_over(rules.assumption(Symmetric(A)), k, N)
    for count in (Integer(-1), a, N - M):
        with refused("number of terms"):
            rules.sum_over(below, k, count)


def test_combination():
    premises = [nonnegative(norm), equation(Trace(A), Trace(Transpose(A)))]
    claim = AtMost(Trace(A), 2 * norm + Trace(Transpose(A)) + SquaredNorm(B))
    concludes(rules.combination(claim, premises, [Integer(2), ONE], [SquaredNorm(B)]), claim)
    chained = rules.combination(Equal(Trace(A), Trace(Transpose(A)) + 0), premises[1:], [ONE])
    concludes(chained, Equal(Trace(A), Trace(Transpose(A))))
    given = rules.combination(AtMost(ZERO, a * norm), [nonnegative(norm)], [a], hypotheses=[AtMost(ZERO, a)])
    assert given.hypotheses == (AtMost(ZERO, a),)
    with refused("left over"):
        rules.combination(AtMost(ONE, norm), [nonnegative(norm)])
    with refused("one multiplier a premise"):
        rules.combination(claim, premises, [ONE])
    with refused("neither an equation"):
        rules.combination(claim, [rules.assumption(Symmetric(A))])
    with refused("an equation or an inequality"):
        rules.combination(Symmetric(A), [])


def test_semidefinite():
    form = AtMost(ZERO, Trace(MatMul(Transpose(v), MatMul(Transpose(B), B, evaluate=False), v)))
    theorem = rules.combination(form, [], remainder=[SquaredNorm(B * v)])
    shown = rules.combination(
        AtMost(ZERO, Trace(MatMul(v.T, Centring(N), v))), [], remainder=[SquaredNorm(Centring(N) * v)]
    )
    concludes(rules.semidefinite(shown, v), PositiveSemidefinite(Centring(N)))
    with pytest.raises((ProofError, ValueError)):
        rules.semidefinite(theorem, w)
    with refused("is needed"):
        rules.semidefinite(nonnegative(ONE), v)
    other = rules.combination(
        AtMost(ZERO, Trace(MatMul(v.T, Centring(N), v))), [], remainder=[SquaredNorm(Centring(N) * v)]
    )
    with refused("not the quadratic form"):
        rules.semidefinite(other, w)


def test_attainment():
    theorem = nearest(Trace(A))
    concludes(theorem, Minimum(SquaredNorm(Z - A) + Trace(A), Z, Trace(A), A))
    bound, witness = theorem.premises
    with refused("is not"):
        rules.attainment(bound, witness, Z, B)
    with refused("lower bound"):
        rules.attainment(witness, witness, Z, A)
    with refused("matrix symbol"):
        rules.attainment(bound, witness, Z, Z)
    with refused("occurs where it must not"):
        rules.attainment(bound, witness, A, Z)


def test_attainment_under_constraints():
    constraint = Orthonormal(Z)
    bound = rules.combination(AtMost(N, norm), [equation(N, norm, [constraint])])
    witness, feasible = equation(SquaredNorm(Identity(N)), N), rules.normal_form(Orthonormal(Identity(N)))
    theorem = rules.attainment(bound, witness, Z, Identity(N), [feasible])
    concludes(theorem, Minimum(norm, Z, N, Identity(N), (constraint,)))
    with refused("not shown to hold"):
        rules.attainment(bound, witness, Z, Identity(N))
    with refused("not shown to hold"):
        rules.attainment(bound, witness, Z, Identity(N), [rules.normal_form(Symmetric(Identity(N)))])
    with refused("unconstrained"):
        rules.least_value(theorem)
    lower = rules.lower_bound(theorem)
    concludes(lower, AtMost(N, norm), constraint)
    concludes(rules.value_at_minimum(theorem), Equal(SquaredNorm(Identity(N)), N))
    concludes(rules.feasible_minimum(theorem), All((Orthonormal(Identity(N)),)))


def test_what_a_minimum_says():
    theorem = nearest(Trace(A))
    concludes(rules.lower_bound(theorem), AtMost(Trace(A), theorem.statement.objective))
    assert rules.least_value(theorem).statement == LeastValue(theorem.statement.objective, Z, Trace(A))
    reached = rules.value_at_minimum(theorem)
    assert not reached.statement.lhs.has(Z)
    concludes(reached, Equal(reached.statement.lhs, Trace(A)))
    with refused("no constraints"):
        rules.feasible_minimum(theorem)
    with refused("unconstrained"):
        rules.least_value(nonnegative(norm))
    for rule in (rules.lower_bound, rules.value_at_minimum, rules.feasible_minimum):
        with refused("a minimum is needed"):
            rule(nonnegative(norm))


def test_minimiser_and_pointwise():
    objective = p * s**2 - 2 * x * s
    theorem = rules.minimiser(objective, s, x, v)
    point = theorem.statement.point
    concludes(theorem, Minimises(point, Lambda((s, x), objective), v))
    below = rules.pointwise(theorem, k, p)
    assert below.statement.rhs == p**3 - 2 * p * at_k(v)
    total = rules.sum_over(below, k, N)
    concludes(total, total.statement)
    with refused("no free index"):
        rules.pointwise(theorem, N, p)
    with refused("nonnegative"):
        rules.pointwise(theorem, k, a)
    with refused("one variable"):
        rules.pointwise(nonnegative(norm), k, p)
    with refused("real"):
        rules.minimiser(objective, s, x, each(x ** Integer(-1), v))


def test_minimiser_where_no_value_is_negative():
    objective, sign = Max(0, 1 - s) + x * s**2, AtMost(ZERO, x)
    given = [EntrywiseNonnegative(v)]
    theorem = rules.minimiser(objective, s, x, v, [*given, sign])
    concludes(theorem, Minimises(each(1 / Max(1, 2 * x), v), Lambda((s, x), objective), v), *given)
    with refused("nonnegative"):
        rules.minimiser(objective, s, x, v, [sign])
    with refused("nonnegative"):
        rules.minimiser(objective, s, x, w, [*given, sign])


def test_positive_part():
    concludes(rules.positive_part(p), Equal(p, p))
    concludes(rules.positive_part(a - b, [AtMost(b, a)]), Equal(Max(0, a - b), a - b), AtMost(b, a))
    concludes(rules.positive_part(1 - b / p, [AtMost(p, b)]), Equal(Max(0, 1 - b / p), ZERO), AtMost(p, b))
    with refused("sign"):
        rules.positive_part(a - b, [AtMost(b, p)])
    with refused("real"):
        rules.positive_part(Symbol("z"))


def test_positive_function():
    concludes(rules.positive_function(each(1 / Max(1, x), v)), Positive(each(1 / Max(1, x), v)))
    with refused("positive"):
        rules.positive_function(each(Max(0, x), v))


def test_pointwise_at_eigenvalues():
    theorem = rules.assumption(Minimises(v, Lambda((s, x), s**2 - x * s), w))
    gram = Transpose(Z) * Z
    below = rules.pointwise(theorem, k, at_k(Eigenvalues(gram, Min(N, N))))
    assert below.hypotheses == theorem.hypotheses
    with refused("nonnegative"):
        rules.pointwise(theorem, k, at_k(Eigenvalues(A, N)))


def test_rescaling():
    theorem = nearest()
    scaled = rules.rescaling(theorem, p)
    concludes(scaled, Minimum(SquaredNorm(MatMul(1 / p, Z) - A), Z, ZERO, MatMul(p, A)))
    for unit in (a, -ONE, ZERO, s):
        with refused("positive"):
            rules.rescaling(theorem, unit)


def test_revaluation():
    theorem = nearest(Trace(A))
    swapped = rules.revaluation(theorem, equation(Trace(A), Trace(Transpose(A))))
    assert swapped.statement.value == Trace(Transpose(A))
    with refused("does not rewrite"):
        rules.revaluation(theorem, equation(Trace(Transpose(A)), Trace(A)))
    with refused("must not speak of it"):
        rules.revaluation(theorem, equation(Trace(A), Trace(A), [Symmetric(Z)]))


def test_hypotheses_about_entries_are_not_forgotten():
    given = EntrywiseNonnegative(v)
    theorem = nonnegative(Sum(at_k(v), (k, 0, N - 1)), [given])
    concludes(theorem, AtMost(ZERO, Sum(at_k(v), (k, 0, N - 1))), given)
    with refused("nonnegative"):
        nonnegative(Sum(at_k(v), (k, 0, N - 1)), [EntrywiseNonnegative(w)])
    total = Trace(MatMul(OneMatrix(1, N), v))
    concludes(rules.restatement(theorem, AtMost(ZERO, total)), AtMost(ZERO, total), given)


def test_monotone():
    facts = [Ascending(v), Positive(v)]
    theorem = rules.monotone(v, Lambda(x, -1 / x), facts)
    assert theorem.statement == Ascending(v.applyfunc(Lambda(x, -1 / x)))
    assert set(theorem.hypotheses) == set(facts)
    bottom = Eigenpairs(A, Identity(N), MatrixSymbol("V", N, N), v, N)
    assert rules.monotone(v, Lambda(x, x**2 + sqrt(x)), [bottom, Positive(v)]).statement.vector.expr == v
    for function, declared, reason in (
        (-x, facts, "not to fall"),
        (x**2, [Ascending(v)], "positive and ascending"),
        (x**2, [Positive(v)], "positive and ascending"),
        (x**2, [Ascending(w), Positive(v)], "positive and ascending"),
        (abs(x - 1), facts, "not known to be smooth"),
        (a * x, facts, "not to fall"),
    ):
        with refused(reason):
            rules.monotone(v, Lambda(x, function), declared)


def test_facts_join_an_instance():
    theorem = nonnegative(s)
    there = rules.substitution(theorem, {s: 1 / at_k(v)}, [Positive(v)])
    assert there.hypotheses == (Positive(v),)
    assert there.statement.rhs == 1 / at_k(v)
    with refused("not known"):
        rules.substitution(theorem, {s: 1 / at_k(v)})
    a_k, y = MatrixSymbol("a", rank, 1), MatrixSymbol("Y", rank, rows)
    h = MatrixSymbol("h", rank, 1)
    reciprocal = h.applyfunc(Lambda(x, 1 / x))
    paired = rules.lemma("von-neumann-trace", {a_k: reciprocal, y: y}, [Positive(h)])
    assert paired.hypotheses == (Ascending(reciprocal), Positive(h))
    with refused("not known to be"):
        rules.lemma("von-neumann-trace", {a_k: reciprocal})


def test_an_objective_may_be_rewritten_where_the_constraints_hold():
    """|Z - A|^2 is 1 + |A|^2 - 2 tr(Z'A) where |Z| = 1, and only there."""
    unit = Equal(SquaredNorm(Z), ONE)
    z, sphere = MatrixSymbol("Z", N, N), [Equal(SquaredNorm(A), ONE)]
    bound = rules.combination(AtMost(ZERO, SquaredNorm(z - A)), [], remainder=[SquaredNorm(z - A)], hypotheses=[unit])
    feasible = rules.normal_form(Equal(SquaredNorm(A), ONE), sphere)
    minimum = rules.attainment(bound, equation(SquaredNorm(A - A), ZERO), z, A, [feasible])
    spelled = 1 + SquaredNorm(A) - 2 * Trace(MatMul(Transpose(z), A))
    rewritten = rules.restatement(minimum, replace(minimum.statement, objective=spelled))
    assert rewritten.statement.objective == spelled
    with refused("does not say"):
        rules.restatement(minimum, replace(minimum.statement, objective=spelled + SquaredNorm(z)))
    with refused("does not say"):
        rules.restatement(minimum, replace(minimum.statement, objective=spelled, subject_to=()))
