"""A loss as an instance of the spectral filter theorem: what it takes, and the closed form that comes out."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

from sympy import Expr, Lambda, MatMul, MatrixExpr, MatrixSymbol, Pow, S, Sum, Symbol, factor
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Eigenvalues
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import (
    AtMost,
    Eigenpairs,
    Equal,
    Minimum,
    Orthonormal,
    Positive,
    Proposition,
    Symmetric,
)
from derivations.language.substitute import UNDEFINED, substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.lemma import K, entry, k, phi, r
from derivations.proof.scalar import nonnegative_minimum
from derivations.proof.sign import has_nonnegative_entries, has_positive_entries
from derivations.spectral.filter import (
    cost,
    definite_filter_theorem,
    eigenvalue,
    filter_values,
    full_rank,
    representation,
    rotation,
    spectral_filter_theorem,
)
from derivations.spectral.form import s, spectral_form
from derivations.spectral.pencil import Z, pencil_trace_bound
from derivations.spectral.respelled import shifted


@dataclass(frozen=True)
class Problem:
    """min over `unknown` (n x K) of `objective`, a function of C = Z'F'FZ and of the penalty tr(Z'F'SFZ).

    `factor` F and `operator` S give the pencil; `pencil` names its bottom eigenpairs; with `unit` u, the unknown is u
    times that of the pencil: covariance = (Z/u)' F'F (Z/u). `facts` are what is declared of the given matrices.
    """

    objective: Expr
    unknown: MatrixSymbol
    covariance: MatrixExpr
    penalty: Expr
    factor: MatrixExpr
    operator: MatrixExpr
    pencil: Eigenpairs
    unit: Expr = S.One
    turn: str = rotation.name  # what the rotation is called
    facts: tuple[Proposition, ...] = ()

    @property
    def kept(self):
        """q = min(K, rank): how many directions there are."""
        return self.pencil.vectors.cols

    @property
    def missing(self):
        return self.unknown.cols - self.kept

    @property
    def rotation(self):
        """R (K x q): the right singular vectors, which the loss does not determine."""
        return MatrixSymbol(self.turn, self.unknown.cols, self.kept)

    @property
    def filter(self):
        """s(a) = argmin over s >= 0 of phi(s) + cost a s, as an expression in the eigenvalue a."""
        return self.scalar_minimum.at

    @property
    def strength(self):
        """The filter where it is not 0, as an expression in the eigenvalue: the filter is the larger of this and 0."""
        (strength,) = [a for a in self.filter.args if a != 0]
        return strength

    @cached_property
    def scalar_minimum(self):
        """The minimum over s >= 0 of phi(s) + cost a s, for any a that an eigenvalue may be."""
        found = nonnegative_minimum(self.one_dimensional.subs(eigenvalue, self.any_eigenvalue), s)
        back = {self.any_eigenvalue: eigenvalue}
        return replace(found, **{f.name: substitute(getattr(found, f.name), back) for f in fields(found)})

    @property
    def any_eigenvalue(self):
        """A symbol for what an eigenvalue may be."""
        return Symbol(eigenvalue.name, **{self.sign: True})

    @cached_property
    def sign(self):
        """What every eigenvalue is known to be: "positive", "nonnegative" or "real"."""
        facts = (*self.facts, self.pencil)
        if has_positive_entries(self.pencil.values, facts):
            return "positive"
        return "nonnegative" if has_nonnegative_entries(self.pencil.values, facts) else "real"

    @property
    def of_eigenvalue(self):
        """The same, as hypotheses on the symbol that stands for an eigenvalue."""
        return {"positive": (Positive(eigenvalue),), "nonnegative": (AtMost(0, eigenvalue),), "real": ()}[self.sign]

    @property
    def signed(self):
        """The facts by which eigenvalues have a sign; none where they do not say so."""
        return (*self.facts, self.pencil) if self.of_eigenvalue else ()

    @property
    def one_dimensional(self):
        """phi(s) + cost a s, the function of one variable that the objective comes down to."""
        form = self.form
        if form.diagonal != 0:
            seen = f"it sees the diagonal of {self.covariance}: R is not free"
            raise UnsupportedExpression(self.objective, "the spectral filter", seen)
        return form.phi(s) + form.cost * eigenvalue * s

    @property
    def defined_at_zero(self):
        """Whether phi(0) is a number, so that a direction may be left out."""
        return not self.form.phi(0).has(*UNDEFINED)

    @property
    def denominators(self):
        """That what the filter is divided by is positive at every eigenvalue."""
        powers = sorted(self.filter.atoms(Pow), key=str)
        below = [p.base for p in powers if p.exp.is_negative and p.has(eigenvalue) and not p.base.is_positive]
        facts = (Positive(self.pencil.values if x == eigenvalue else self.at_eigenvalues(x)) for x in below)
        return tuple(fact for fact in facts if fact not in self.facts)

    @cached_property
    def form(self):
        return spectral_form(self.objective, self.unknown, self.covariance, self.penalty, self.facts)

    def at_eigenvalues(self, function):
        """The vector of function(a_k), for an expression in the eigenvalue a."""
        sign, vector = self.pencil.spectrum
        return ElementwiseApplyFunction(Lambda(eigenvalue, function.subs(eigenvalue, sign * eigenvalue)), vector)

    def summed(self, term):
        """sum_k term(a_k), for an expression in the eigenvalue a."""
        coefficient, at_k = term.subs(eigenvalue, self.eigenvalue_at(k)).as_coeff_Mul()
        if not at_k.has(k):
            return coefficient * at_k * self.kept
        return coefficient * Sum(at_k, (k, 0, self.kept - 1))

    def eigenvalue_at(self, index):
        """a_k, or -g_k where g are the eigenvalues of the pencil seen from its top."""
        sign, vector = self.pencil.spectrum
        return sign * entry(vector, index)

    def names(self):
        """What the symbols of the theorems on pencils stand for here."""
        basis = LEMMAS["spectral-theorem"].statement.parts[0]
        return {
            **dict(zip(basis.factor.shape, self.factor.shape, strict=True)),
            K: self.unknown.cols,
            r: self.pencil.rank,
            basis.factor: self.factor,
            basis.operator: self.operator,
            basis.vectors: self.pencil.vectors,
            basis.values: self.pencil.values,
        }

    def discharged(self, theorem):
        """Without the hypotheses that S is symmetric and that the pencil is F'SF and F'F, which hold here."""
        theorem = rules.discharge(theorem, rules.normal_form(Symmetric(self.operator), self.facts))
        return rules.discharge(theorem, rules.assumption(self.pencil), self.facts)

    def specialised(self, theorem, names=()):
        """A theorem on every matrix Z and its pencil, for the unknown in its unit; `names` for what else occurs in it."""
        theorem = self.discharged(rules.substitution(theorem, self.names() | dict(names), self.facts))
        scaled = MatrixSymbol(Z.name, *self.unknown.shape)
        return rules.substitution(theorem, {scaled: MatMul(1 / self.unit, self.unknown)})


def trace_bound(problem):
    """sum_k a_k s_k <= penalty, s_k the eigenvalues of the covariance, descending."""
    bound = rules.part(pencil_trace_bound(), 0)
    sigma = entry(Eigenvalues(problem.covariance, problem.kept), k)
    theorem = problem.specialised(bound)
    return rules.restatement(theorem, AtMost(problem.summed(eigenvalue * sigma), problem.penalty), problem.facts)


def filter_identity(problem, value):
    """phi(s) + cost a s at the filter s(a) is its least value, at an eigenvalue a."""
    a = problem.any_eigenvalue
    reached = rules.part(rules.scalar_minimum(problem.one_dimensional.subs(eigenvalue, a), s), 1)
    return rules.substitution(reached, {a: value}, problem.signed)


def spectral_minimum(problem):
    """(the global minimum, its value term by term): two theorems; raises where the loss or its filter does not fit.

    Z* = unit V diag(s_1, ..., s_q)^(1/2) R' with s_k = argmin over s >= 0 of phi(s) + cost a_k s, R'R = I. Where phi(0) is
    not defined, the pencil has rank K + m, and the minimum is over the Z whose covariance is positive definite.
    """
    offset = problem.form.offset
    if offset != 0:
        spectral, in_terms = spectral_minimum(replace(problem, objective=problem.objective - offset))
        return shifted(spectral, offset), rules.combination(in_terms.statement.map(lambda e: e + offset), [in_terms])
    form, values, denominators = problem.form, problem.at_eigenvalues(problem.filter), problem.denominators
    at = representation(problem.pencil.vectors, values, problem.rotation)
    at = at if problem.unit == 1 else MatMul(problem.unit, *at.args)
    nothing = problem.missing * form.phi(0) if problem.defined_at_zero else S.Zero
    terms = factor(form.phi(s)) + form.cost * eigenvalue * s
    in_terms = problem.summed(terms.subs(s, problem.filter)) + nothing
    constraints = () if problem.defined_at_zero else (Positive(Eigenvalues(problem.covariance, problem.kept)),)
    claim = Minimum(problem.objective, problem.unknown, in_terms, at, constraints)
    theorem = rules.restatement(_instance(problem, values), claim, (*problem.facts, *denominators))
    least = problem.scalar_minimum.value
    identity = rules.sum_over(filter_identity(problem, problem.eigenvalue_at(k)), k, problem.kept)
    simpler = Equal(in_terms, problem.summed(least) + nothing)
    simpler = rules.combination(simpler, [identity], hypotheses=denominators)
    theorem, simpler = (without_denominators(problem, t) for t in (theorem, simpler))
    return rules.revaluation(theorem, simpler), simpler


def without_denominators(problem, theorem):
    """A theorem without the hypotheses that what the filter is divided by is positive, which hold at every eigenvalue."""
    for fact in problem.denominators:
        theorem = rules.discharge(theorem, rules.positive_function(fact.vector, problem.signed))
    return theorem


def _instance(problem, values):
    """The spectral filter theorem for a problem and the values of its filter, without the hypotheses that hold here."""
    form, general = problem.form, spectral_filter_theorem
    named = problem.names() | {cost: form.cost, phi: form.phi, filter_values: values}
    named |= {rotation: problem.rotation} if problem.turn != rotation.name else {}
    if not problem.defined_at_zero:
        general, named = definite_filter_theorem, {substitute(x, full_rank): v for x, v in named.items() if x != r}
    theorem = problem.discharged(rules.substitution(general(problem.unknown.name), named, problem.signed))
    given = (*problem.signed, *problem.of_eigenvalue)
    least = rules.minimiser(problem.one_dimensional, s, eigenvalue, problem.pencil.values, given)
    theorem = rules.discharge(theorem, least)
    if not problem.defined_at_zero:
        theorem = rules.discharge(theorem, rules.positive_function(values, problem.signed))
    return theorem if problem.unit == 1 else rules.rescaling(theorem, problem.unit)


def minimum_with_remainder(problem, remainder, right, facts):
    """The minimum of a loss that is a spectral one plus `remainder`, which is nonnegative and vanishes for one rotation.

    The spectral part gives the lower bound; `right` (a matrix expression or symbol, with the `facts` that say what it
    is) makes the remainder vanish at its minimiser. Returns what `spectral_minimum` does.
    """
    spectral, simpler = spectral_minimum(replace(problem, objective=problem.objective - remainder))
    orthonormal = rules.normal_form(Orthonormal(right), [f for f in facts if right in f.free_symbols()])
    spectral = rules.discharge(rules.substitution(spectral, {problem.rotation: right}), orthonormal)
    value, at = spectral.statement.value, spectral.statement.at
    bound = rules.combination(
        AtMost(value, problem.objective),
        [rules.lower_bound(spectral)],
        remainder=[remainder],
        hypotheses=facts,
    )
    witness = rules.combination(
        Equal(substitute(problem.objective, {problem.unknown: at}), value),
        [rules.value_at_minimum(spectral)],
        hypotheses=facts,
    )
    return rules.attainment(bound, witness, problem.unknown, at), simpler
