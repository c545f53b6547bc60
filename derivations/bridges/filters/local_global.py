"""Which directions a loss keeps: the local ones, which its relation does not see, or only those that are positive in it.

Every loss here is tr phi(C) - c tr(Z'GZ) up to a constant, so that a direction of G with eigenvalue g has a = -g. If phi is
least at 0, no direction with g <= 0 is kept, and the rank of Z* is at most the number of positive eigenvalues: global. If phi
is smaller at some s_0 > 0, the directions with g = 0 are kept: local. Whether 0 is where phi is least is all that matters.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Identity, Lambda, MatAdd, MatMul, MatrixSymbol, Sum, Symbol, Trace, Transpose, ZeroMatrix

from derivations.embeddings.eigenmaps_normalisation import delta, regular
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import AtMost, Eigenpairs, EntrywiseNonnegative, Equal, Minimises, Symmetric
from derivations.language.substitute import substitute
from derivations.losses.contrastive import squared_similarity
from derivations.losses.vicreg import squared as vicreg
from derivations.proof import rules
from derivations.proof.lemmas.blocks import m
from derivations.proof.lemmas.lemma import D, K, N, entry, k, phi, r
from derivations.proof.result import result
from derivations.spectral import output_dimension
from derivations.spectral.filter import cost, eigenvalue, one_dimensional
from derivations.spectral.form import s
from derivations.spectral.problem import filter_identity, spectral_minimum
from derivations.spectral.respelled import shifted

x = Symbol("x", nonnegative=True)
alone = Lambda((s, eigenvalue), phi(s))


def least_at_zero(values):
    """Where phi is least at 0, so is phi(s) + c a s at every eigenvalue a >= 0."""
    zero = ZeroMatrix(*values.shape)
    nonnegative = EntrywiseNonnegative(values)
    there = rules.pointwise(rules.assumption(Minimises(zero, alone, values)), k, x)
    a_k = entry(values, k)
    claim = AtMost(phi(0), one_dimensional(x, a_k))
    bound = rules.combination(claim, [there], remainder=[cost * a_k * x], hypotheses=[nonnegative])
    return rules.everywhere(bound, Minimises(zero, one_dimensional, values), k, x)


def not_at_zero(values):
    """Where 0 minimises phi(s) + c a s, phi falls by no more than c a s from 0 to any s."""
    zero = ZeroMatrix(*values.shape)
    there = rules.pointwise(rules.assumption(Minimises(zero, one_dimensional, values)), k, x)
    return rules.combination(AtMost(phi(0) - phi(x), cost * entry(values, k) * x), [there])


def few_directions():
    """The minimum of a loss whose phi is least at 0, where no more than K eigenvalues are negative: Z* has a rank of at most K,
    however many columns it has.
    """
    theorem, _ = output_dimension.nothing_more()
    return rules.discharge(theorem, least_at_zero(output_dimension.groups[1][1]))


def squared_similarities():
    """The same for the squared similarity, phi = s^2, where no more than K eigenvalues of the relation are positive."""
    problem, G = squared_similarity.problem, squared_similarity.G
    theorem, names = few_directions(), {D: N, output_dimension.F: Identity(N), output_dimension.A: MatMul(-1, G)}
    form, (t, _) = problem.form, output_dimension.filters
    g = MatrixSymbol("g", *output_dimension.values.shape)
    first, others = (MatMul(-1, Transpose(select), g) for select, _ in output_dimension.groups)
    kept = rules.minimiser(problem.one_dimensional, s, eigenvalue, first)
    names |= {phi: form.phi, cost: form.cost, t: kept.statement.point}
    names |= {output_dimension.values: MatMul(-1, g), output_dimension.V: MatrixSymbol("U", N, g.rows)}
    theorem = rules.substitution(theorem, names)
    pencil = substitute(output_dimension.wider[r], names)
    pencil = Eigenpairs(MatMul(-1, G), Identity(N), names[output_dimension.V], MatMul(-1, g), pencil)
    for proof in (
        rules.normal_form(Symmetric(MatMul(-1, G)), problem.facts),
        rules.assumption(pencil, problem.facts),
        rules.minimiser(form.phi(s), s, eigenvalue, others),
        kept,
    ):
        theorem = rules.discharge(theorem, proof)
    claim, g_k = theorem.statement, entry(MatMul(Transpose(output_dimension.first), g), k)
    identity = rules.sum_over(filter_identity(problem, -g_k), k, K)
    coefficient, term = problem.scalar_minimum.value.subs(eigenvalue, -g_k).as_coeff_Mul()
    least = coefficient * Sum(term, (k, 0, K - 1))
    theorem = rules.revaluation(theorem, rules.combination(Equal(claim.value, least), [identity]))
    distance = SquaredNorm(MatAdd(G, MatMul(-1, claim.unknown, Transpose(claim.unknown))))
    theorem = rules.restatement(theorem, replace(theorem.statement, objective=distance - form.offset), problem.facts)
    return shifted(theorem, form.offset)


def vicreg_in_the_relation():
    """VICReg on a regular relation, as a function of the covariance less an agreement: phi = alpha (s - 1)^2 + 2 gamma delta s
    is least at (1 - gamma delta/alpha)_+, the filter of directions with g = 0.
    """
    G, H, N, Z, C = vicreg.G, vicreg.H, vicreg.N, vicreg.Z, vicreg.C
    own, facts = vicreg.problem, (*vicreg.problem.facts, regular[0])
    centred = Named("M", MatMul(H, G, H))
    agreement = Trace(MatMul(1 / N, Transpose(Z), centred, Z))
    weight = own.form.cost
    loss = own.objective - weight * own.penalty + weight * (delta * Trace(C) - agreement)
    pencil = replace(own.pencil, matrix=MatMul(-1, centred), values=MatMul(-1, MatrixSymbol("mu", own.kept, 1)))
    related = replace(own, objective=loss, penalty=-agreement, operator=MatMul(-1, G), pencil=pencil, turn="Q")
    identity = rules.normal_form(Equal(own.objective, loss), facts)
    return identity, *spectral_minimum(related), rules.scalar_minimum(related.form.phi(s), s)


@result("local-global", cites=("balestriero2022",))
def local_global():
    """Which directions a loss keeps. (i) Where phi is least at 0, the filter is 0 at every a_k >= 0. (ii) Where the filter is
    0 at a_k, phi(0) exceeds no phi(x) by more than kappa a_k x: so where phi is smaller at some x than at 0, small eigenvalues
    are kept. (iii) Where phi is least at 0 and K eigenvalues at most are negative, Z* has a rank of at most K, whatever its
    number of columns. (iv) So have squared similarities where K eigenvalues at most of the relation are positive: they are
    global. (v) to (viii) VICReg on a regular relation of degree delta < alpha/gamma is local: in the directions that the
    relation does not see its filter is where its phi is least, at 1 - gamma delta/alpha.
    """
    values = MatrixSymbol("a", m, 1)
    return (
        least_at_zero(values),
        not_at_zero(values),
        few_directions(),
        squared_similarities(),
        *vicreg_in_the_relation(),
    )
