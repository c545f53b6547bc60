"""Which gamma a ridge probe wants: high where the targets are smooth on the relation, low where they are not.

The directions of VICReg are the eigenvectors of the Laplacian, and raising gamma shrinks those of large eigenvalue. Of a
target that varies little between related samples, that takes away noise and nothing else.
"""

from __future__ import annotations

from sympy import (
    Identity,
    Lambda,
    MatMul,
    MatrixSymbol,
    Max,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    cancel,
    expand,
    factor,
    fraction,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.bridges.downstream.ridge_risk import (
    coefficient,
    cost,
    error,
    level,
    ridge_risk,
    shrinkage,
    sigma,
    slope_of,
    strength,
    value,
    wanted,
    y,
)
from derivations.embeddings.lda import Y, classes, labelled, relation
from derivations.language.atoms import Named
from derivations.language.propositions import (
    AtMost,
    ConstantRowSums,
    Eigenvector,
    Equal,
    Expansion,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.language.substitute import substitute
from derivations.losses.contrastive import squared_similarity
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import G, H, L, N, alpha, gamma
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry, k
from derivations.proof.result import result
from derivations.relations.dirichlet import laplacian_facts
from derivations.spectral.filter import eigenvalue

further = Symbol("gamma_1", nonnegative=True)  # at least gamma


@result("gamma-guideline", cites=("balestriero2022", "hoerl1970"))
def gamma_guideline():
    """Raise gamma where related samples have like targets, lower it where they have not. (i) From gamma to any larger one, the
    risk of a ridge probe on VICReg grows by a multiple of the energy of the target on the relation, or less; (ii) of a
    function of the labels that the relation is made of it does not grow. A direction of eigenvalue mu and filter value u,
    with a of the target in it, (iii) gains from a larger gamma in proportion to the variance of the noise where a is 0;
    its cost (iv) grows with gamma where the loss of target is worse than the noise, and (v) falls otherwise, (vi) least at
    the filter value that makes the square vanish. (vii) What VICReg drops costs all of the target in it, and (viii) what it
    keeps no more, unless the noise is worse. (ix) The squared similarity loss drops what the relation sees as 0 or less,
    g, at every setting; (x) on a regular relation of degrees d, VICReg sees it as d - g and keeps it at a small gamma.
    """
    return *_over_directions(), *_signs(), _best(), *_dropped()


# From gamma to any larger one


def _growth():
    """The cost at gamma_1 is at most that at gamma plus 2 N/(alpha rho) (gamma_1 - gamma) mu a^2."""
    here, there = (Max(0, w) for w in _strengths())
    kept, left = shrinkage(here), shrinkage(there)
    p, q = symbols("p q", nonnegative=True)
    bound = error(p, coefficient) + 2 * coefficient**2 * (p - q)
    in_shares = rules.combination(
        AtMost(error(q, coefficient), bound), [_given(q, p)], [(p + q) * (coefficient**2 + sigma**2)]
    )
    falls, slowly = _shrinkage_falls()
    in_shares = rules.discharge(rules.substitution(in_shares, {p: kept, q: left}), falls)
    bound = cost(here) + further_cost(value, coefficient)
    return rules.combination(AtMost(cost(there), bound), [in_shares, slowly], [S.One, 2 * coefficient**2])


def _strengths():
    """1 - gamma mu/alpha and 1 - gamma_1 mu/alpha."""
    return wanted, wanted.subs(gamma, further)


def further_cost(lam, b):
    """2 N/(alpha rho) (gamma_1 - gamma) lambda b^2."""
    return 2 / level * (further - gamma) * lam * b**2 / alpha


def _given(smaller, larger):
    return rules.assumption(AtMost(smaller, larger))


def _shrinkage_falls():
    """From gamma to gamma_1 the shrinkage falls, by no more than N/(alpha rho) (gamma_1 - gamma) mu: as the filter does."""
    u, v = strength, Symbol("v", nonnegative=True)
    by, at_most = shrinkage(u) - shrinkage(v), (u - v) / level
    falls = rules.combination(AtMost(shrinkage(v), shrinkage(u)), [_given(v, u)], [_quotient(by, u - v)])
    slowly = rules.combination(AtMost(by, at_most), [_given(v, u)], [_quotient(at_most - by, u - v)])

    here, there = _strengths()
    filters = {u: Max(0, here), v: Max(0, there)}
    less = rules.combination(AtMost(there, here), [_given(gamma, further)], [value / alpha])
    ordered = rules.raised(less, S.Zero)
    falls, slowly = (rules.discharge(rules.substitution(t, filters), ordered) for t in (falls, slowly))
    # (x)_+ = x + (-x)_+, and (-x)_+ does not fall
    split, moved = (rules.part(rules.larger(S.Zero, w), 1) for w in (here, there))
    rises = rules.raised(rules.combination(AtMost(-here, -there), [less]), S.Zero)
    claim = AtMost(filters[u], filters[v] + (further - gamma) * value / alpha)
    filter_slowly = rules.combination(claim, [split, moved, rises], [S.One, S.NegativeOne, S.One])
    claim = AtMost(slowly.statement.lhs, (further - gamma) * value / (alpha * level))
    return falls, rules.combination(claim, [slowly, filter_slowly], [S.One, 1 / level])


def _quotient(numerator, denominator):
    """Their quotient in lowest terms, over a denominator in factors."""
    above, below = fraction(factor(cancel(numerator / denominator)))
    return expand(above) / below


def _over_directions():
    """(the sum over the directions of VICReg, with the energy of the target in them; without it where the target is a
    function of the labels that the relation is made of).
    """
    pencil = vicreg.bottom
    coefficients = Named("b", MatMul(Transpose(pencil.vectors), H, y))
    lam, b_k = entry(pencil.values, k), entry(coefficients, k)
    every = (k, 0, pencil.vectors.cols - 1)
    (semidefinite,) = [t for t in laplacian_facts.theorems if isinstance(t.statement, PositiveSemidefinite)]
    facts = (pencil, *semidefinite.hypotheses, semidefinite.statement)
    growth = rules.substitution(_growth(), {value: lam, coefficient: b_k}, facts)
    growth = rules.sum_over(growth, k, pencil.vectors.cols)

    def total(name, weight):
        body = shrinkage(Max(0, wanted.subs(gamma, weight)))
        shares = Named(name, ElementwiseApplyFunction(Lambda(value, body), pencil.values))
        return Sum(error(entry(shares, k), b_k), every)

    energy = Sum(lam * b_k**2, every)
    bound = AtMost(total("h_1", further), total("h", gamma) + further_cost(energy, 1))
    growth = rules.discharge(rules.combination(bound, [growth]), semidefinite)
    return growth, _aligned(growth, energy)


def _aligned(growth, energy):
    """For y = Y f and the relation that is 1/n_c within class c, L y = 0 and the energy is 0."""
    target = MatMul(Y, MatrixSymbol("f", classes, 1))
    growth, energy = rules.substitution(growth, {y: target}), substitute(energy, {y: target})
    vectors, claim = vicreg.bottom.vectors, growth.statement
    smooth = Trace(MatMul(Transpose(target), L, vectors, Transpose(vectors), H, target))
    spectral = rules.normal_form(Equal(energy, smooth), (Symmetric(G), vicreg.bottom))
    none = rules.normal_form(Equal(smooth, 0), (*labelled, relation))
    rate = further_cost(1, 1)
    return rules.combination(
        AtMost(claim.lhs, claim.rhs - rate * energy), [growth, spectral, none], [S.One, rate, rate]
    )


# The slope, the best filter value, and what is dropped


def _signs():
    """(the slope of the cost at a = 0; it is at least 0 where (1 - h) a^2 is the larger, at most 0 where sigma^2 h is)."""
    (expansion,) = [
        t for t in ridge_risk.theorems if isinstance(t.statement, Expansion) and t.statement.function.has(sigma)
    ]
    yield rules.substitution(expansion, {coefficient: S.Zero})
    slope, kept = slope_of(cost, 3), shrinkage(strength)
    lost, noise = (1 - kept) * coefficient**2, sigma**2 * kept
    rate = [_quotient(slope, lost - noise)]
    yield rules.combination(AtMost(0, slope), [_given(noise, lost)], rate)
    yield rules.combination(AtMost(slope, 0), [_given(lost, noise)], rate)


def _best():
    """(a^2 + sigma^2) cost = a^2 sigma^2 + a square that is 0 where sigma^2 u = rho a^2/N."""
    square = ((sigma**2 * strength - level * coefficient**2) / (strength + level)) ** 2
    weighted = (coefficient**2 + sigma**2) * cost(strength)
    return rules.normal_form(Equal(weighted, coefficient**2 * sigma**2 + square))


def _dropped():
    """(what VICReg drops costs a^2; what it keeps costs no more where sigma^2 h <= (2 - h) a^2; what the squared similarity loss
    drops costs a^2; on a regular relation of degrees d it has the eigenvalue d - g for VICReg).
    """
    yield _costs_all(wanted, 1, AtMost(alpha, gamma * value))
    kept = shrinkage(strength)
    little = _given(sigma**2 * kept, (2 - kept) * coefficient**2)
    yield rules.combination(AtMost(cost(strength), coefficient**2), [little], [kept])
    g, d = symbols("g d", real=True)
    seen = squared_similarity.problem.strength.subs(eigenvalue, -g)
    yield _costs_all(seen, N, AtMost(g, 0))
    p = MatrixSymbol("p", N, 1)
    given = (Symmetric(G), ConstantRowSums(G, d), Eigenvector(G, p, g, Identity(N)))
    yield rules.normal_form(Equal(MatMul(L, p), MatMul(d - g, p)), given)


def _costs_all(number, unit, fact):
    """The cost at the filter value (number)_+/unit is a^2, where the fact says that the number is at most 0."""
    nothing = rules.positive_part(number, [fact])
    rate = cancel((cost(strength / unit) - coefficient**2) / strength).subs(strength, Max(0, number))
    return rules.combination(Equal(cost(Max(0, number) / unit), coefficient**2), [nothing], [rate])
