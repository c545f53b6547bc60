"""The risk of a ridge probe on a representation that filters orthonormal directions, and its slope in gamma.

A representation Z = sqrt(N) P diag(s)^(1/2) R', with orthonormal directions P (N x r), is fitted to targets with a penalty
rho |V|^2 on the probe V. What is predicted is P diag(h) P'Y with the shrinkage h_k = s_k/(s_k + rho/N): of the target y (N x 1)
the direction p_k keeps the share h_k of b_k = p_k'y, and of the noise on it as much. Risks add up over targets.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    DiagMatrix,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    cancel,
    factor,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.bridges.downstream.probe import K, N, V, Y, r
from derivations.language.atoms import Centring, Named, SquaredNorm
from derivations.language.propositions import All, AtMost, EntrywiseNonnegative, Equal, Expansion, Orthonormal
from derivations.language.substitute import substitute
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import gamma
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry, k
from derivations.proof.result import result
from derivations.spectral.filter import eigenvalue, representation

rho = Symbol("rho", positive=True)  # the penalty
sigma = Symbol("sigma", nonnegative=True)  # the standard deviation of the noise
level = rho / N
x = Symbol("x", nonnegative=True)

P, R, s = MatrixSymbol("P", N, r), MatrixSymbol("R", K, r), MatrixSymbol("s", r, 1)
y = MatrixSymbol("y", N, 1)
H = Centring(N)
damped = s.applyfunc(Lambda(x, x + level))
h = Named("h", ElementwiseApplyFunction(Lambda(x, x / (x + level)), s))
Z = Named("Z", MatMul(sqrt(N), *representation(P, s, R).args))
smoother = Named("S", MatMul(P, DiagMatrix(h), Transpose(P)))
centred_smoother = Named("S_H", MatMul(H, P, DiagMatrix(h), Transpose(P), H))
filtered = (Orthonormal(P), Orthonormal(R), EntrywiseNonnegative(s))


# One direction: its eigenvalue mu, the share a of the target in it, and its filter value u

value, coefficient = Symbol("mu", nonnegative=True), Symbol("a", real=True)
strength = Symbol("u", nonnegative=True)
wanted = vicreg.problem.strength.subs(eigenvalue, value)  # 1 - gamma mu/alpha


def shrinkage(u):
    """h of a filter value u."""
    return u / (u + level)


def error(h, a):
    """(1 - h)^2 a^2 + sigma^2 h^2: what a direction of which the share h is kept adds to the risk."""
    return (1 - h) ** 2 * a**2 + sigma**2 * h**2


def cost(u):
    """The same for a filter value u."""
    return error(shrinkage(u), coefficient)


@result("ridge-risk", cites=("hoerl1970", "balestriero2022"))
def ridge_risk():
    """A ridge probe on filtered directions keeps the share h of each. (i) The best probe, (ii) its equations, and what it
    predicts: S Y with the smoother S. (iii) An intercept, which is not penalised, centres. (iv) Whatever S is, its squared
    error on noisy targets is on average, over draws of mean 0 and covariance the identity, times sigma, the squared error
    without noise and a multiple of the squared norm of S. This risk, direction by direction: (v) of S, and (vi) of S and
    the mean, where an intercept takes the mean from the target and has the noise of one direction more. (vii), (viii), (ix)
    The filter of VICReg, the share h and the cost of a direction of eigenvalue mu, as gamma grows by epsilon and the
    filter is not 0: the factors of epsilon are the slopes. (x) That of the cost is a multiple of that of h.
    """
    minimum, equations = _minimum()
    return minimum, equations, _with_intercept(minimum), _mean_error(), *_risks(), *_slopes()


def _minimum():
    """(min over V of |Y - Z V|^2 + rho |V|^2, what it solves and predicts)."""
    positive = rules.positive_function(damped, filtered[2:])
    facts = (*filtered, positive.statement)
    penalised = SquaredNorm(MatAdd(Y, MatMul(-1, Z, V))) + rho * SquaredNorm(V)
    pull = DiagMatrix(ElementwiseApplyFunction(Lambda(x, sqrt(x) / (x + level)), s))
    at = MatMul(1 / sqrt(N), R, pull, Transpose(P), Y)
    value = SquaredNorm(Y) - Trace(MatMul(Transpose(Y), smoother, Y))
    away = MatAdd(V, MatMul(-1, at))
    excess = SquaredNorm(MatMul(Z, away)) + rho * SquaredNorm(away)
    bound = rules.combination(AtMost(value, penalised), [], remainder=[excess], hypotheses=facts)
    witness = rules.normal_form(Equal(substitute(penalised, {V: at}), value), facts)
    solved = Equal(MatAdd(MatMul(Transpose(Z), Z, V), MatMul(rho, V)), MatMul(Transpose(Z), Y))
    fitted = Equal(MatMul(Z, V), MatMul(smoother, Y))
    equations = All((solved, fitted)).map(lambda e: substitute(e, {V: at}))
    proved = rules.attainment(bound, witness, V, at), rules.normal_form(equations, facts)
    return tuple(rules.discharge(t, positive) for t in proved)


def _centred(theorem):
    """A theorem with H P for P and the centred targets, where P is orthonormal in H."""
    theorem = rules.substitution(theorem, {P: MatMul(H, P), Y: MatMul(H, Y), y: MatMul(H, y)})
    idempotent = rules.normal_form(Equal(MatMul(H, H), H))
    facts = (Orthonormal(P, H), idempotent.statement)
    orthonormal = rules.discharge(rules.normal_form(Orthonormal(MatMul(H, P)), facts), idempotent)
    return rules.discharge(theorem, orthonormal)


def _with_intercept(minimum):
    """An intercept, which is not penalised, centres: H Y for Y and H P for P."""
    moved = _centred(minimum)
    positive = rules.positive_function(damped, filtered[2:])
    objective = SquaredNorm(MatMul(H, MatAdd(Y, MatMul(-1, Z, V)))) + rho * SquaredNorm(V)
    value = SquaredNorm(MatMul(H, Y)) - Trace(MatMul(Transpose(Y), centred_smoother, Y))
    claim = replace(moved.statement, objective=objective, value=value)
    return rules.discharge(rules.restatement(moved, claim, [positive.statement]), positive)


def _mean_error():
    """The mean over m draws of the noise of |y - S (y + e)|^2, for any matrix S; the draws, rows of sigma J E, have the mean 0
    and the covariance sigma^2 I.
    """
    draws = Symbol("m", integer=True, positive=True)
    any_matrix, noise = MatrixSymbol("S", N, N), MatrixSymbol("E", draws, N)
    centring, ones = Named("J", Centring(draws).definition), OneMatrix(draws, 1)
    seen = MatAdd(MatMul(ones, Transpose(y)), MatMul(sigma, centring, noise))
    errors = MatAdd(MatMul(ones, Transpose(y)), MatMul(-1, seen, Transpose(any_matrix)))
    bias = SquaredNorm(MatAdd(y, MatMul(-1, any_matrix, y)))
    total = bias + sigma**2 * SquaredNorm(any_matrix)
    white = Orthonormal(noise, MatMul(1 / draws, centring))
    projects = Equal(MatMul(centring, centring), centring), Equal(MatMul(centring, ones), ZeroMatrix(draws, 1))
    mean = rules.normal_form(Equal(SquaredNorm(errors) / draws, total), [white, *projects])
    return rules.discharge(mean, rules.normal_form(All(projects)))


def _risks():
    """|y - S y|^2 + sigma^2 |S|^2 for S = P diag(h) P', and for what an intercept makes of it: H P for P, and the mean."""
    positive = rules.positive_function(damped, filtered[2:])
    facts = (positive.statement,)
    risk = rules.normal_form(Equal(risk_of(smoother), _by_direction("b", y)), (Orthonormal(P), *facts))
    with_mean = MatAdd(MatMul(1 / N, OneMatrix(N, N)), centred_smoother)
    moved = _centred(risk)
    split = rules.normal_form(Equal(risk_of(with_mean), moved.statement.lhs + sigma**2), facts)
    whole = rules.normal_form(Equal(moved.statement.rhs, _by_direction("c", MatMul(H, y))), facts)
    total = rules.combination(Equal(risk_of(with_mean), whole.statement.rhs + sigma**2), [split, moved, whole])
    return tuple(rules.discharge(t, positive) for t in (risk, total))


def risk_of(smooth):
    """|y - S y|^2 + sigma^2 |S|^2."""
    return SquaredNorm(MatAdd(y, MatMul(-1, smooth, y))) + sigma**2 * SquaredNorm(smooth)


def _by_direction(name, target):
    """sum_k (1 - h_k)^2 b_k^2 + sigma^2 h_k^2 and what of the target lies in no direction; b, so called, is P'target."""
    coefficients = Named(name, MatMul(Transpose(P), target))
    b_k, h_k = entry(coefficients, k), entry(h, k)
    return Sum(error(h_k, b_k), (k, 0, r - 1)) + SquaredNorm(target) - SquaredNorm(coefficients)


def _slopes():
    """(the filter, the shrinkage and the cost of a direction near gamma), where the filter of VICReg is not 0."""
    step = Symbol("epsilon", real=True)
    here, ahead = (wanted.subs(gamma, g) for g in (gamma, gamma + step))
    kept = [AtMost(0, here)]
    yield rules.positive_part(here, kept)
    for function, order in ((shrinkage, 2), (cost, 3)):
        moved, slope = function(strength + wanted.diff(gamma) * step), slope_of(function, order)
        expansion = rules.taylor(moved, step, function(strength) + step * slope, 2)
        expansion = rules.substitution(expansion, {strength: here}, kept)
        at_gamma = function(here) + step * slope.subs(strength, here)
        yield rules.restatement(expansion, Expansion(function(ahead), step, at_gamma, 2))
    chain = 2 * (sigma**2 * shrinkage(strength) - (1 - shrinkage(strength)) * coefficient**2)
    yield rules.normal_form(Equal(slope_of(cost, 3), chain * slope_of(shrinkage, 2)))


def slope_of(function, order):
    """The derivative in gamma of a function of the filter value, over (u + rho/N)^order."""
    divisor = (strength + level) ** order
    return factor(cancel(function(strength).diff(strength) * wanted.diff(gamma) * divisor)) / divisor
