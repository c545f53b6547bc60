"""The optimum of a loss as its reader states it: recognised, solved in one variable, and proved.

The theorems are those of any loss of the catalogue: that the loss is tr phi(C) + cost penalty, its global minimum and the
minimiser in closed form, the value term by term, and which directions are kept.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from sympy import DiagMatrix, Gt, MatMul, MatrixSymbol, Max, Symbol, Transpose

from derivations.language.atoms import Eigenvalues, Laplacian
from derivations.language.determinant import LogDet
from derivations.language.errors import Undecided, UnsupportedExpression, not_spectral
from derivations.language.propositions import EntrywiseNonnegative, Equal, Minimises, Orthonormal, Symmetric
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import lemma
from derivations.proof.result import Result
from derivations.proof.theorem import ProofError
from derivations.relations import dirichlet
from derivations.spectral.implicit import implicit_minimum, minimised
from derivations.spectral.posed import Recognised, recognised
from derivations.spectral.problem import spectral_minimum, without_denominators
from derivations.spectral.respelled import extended_minimum, respelled

NO_CLOSED_FORM = (
    "The filter has no closed form: there may be several local minima in one variable, and the global one is at 0 or at a zero"
    " of the slope, whichever is least."
)


@dataclass(frozen=True)
class StatedOptimum:
    """The optimum of a Loss: what was recognised in it, and its theorems as a Result.

    `implicit` is the hypothesis on the filter where it has no closed form, else None.
    """

    recognised: Recognised
    result: Result
    implicit: Minimises | None = None

    @property
    def problem(self):
        return self.recognised.problem

    @property
    def filter(self):
        """s(a), the eigenvalue of the covariance at Z* in the direction of an eigenvalue a of the penalty; None if it has no
        closed form.
        """
        return None if self.implicit else self.problem.filter

    @property
    def kept(self):
        """When a direction of the eigenvalue a is kept, s(a) > 0; None if the filter has no closed form."""
        if self.implicit:
            return None
        cuts = [x for x in self.filter.args if x != 0] if isinstance(self.filter, Max) else [self.filter]
        return Gt(*cuts, 0)


def optimum_of(loss):
    """The StatedOptimum of a Loss, proved; raises NotSpectral, which names the first step that fails and why."""
    found = recognised(loss)
    try:
        found, implicit = _solved(found)
        theorems = _theorems(found, implicit)
    except (ProofError, UnsupportedExpression, ValueError) as error:  # ValueError: a fact that does not rewrite
        raise not_spectral("proof", "", error) from error
    title = "The global minimum, and the directions that it keeps."
    if implicit:
        title += f" {NO_CLOSED_FORM}"
    return StatedOptimum(found, Result(f"{loss.id}-optimum", title, lambda: theorems, tuple(loss.cites)), implicit)


def _solved(found):
    """(what was recognised, None) where the minimum in one variable is certified: if need be, for eigenvalues that have a
    sign; else with the hypothesis on its minimiser.
    """
    signed = replace(found.problem, facts=(*found.problem.facts, *(t.statement for t in _semidefinite(found.problem))))
    for problem in dict.fromkeys((found.problem, signed)):
        with suppress(Undecided):
            if problem.scalar_minimum:
                return replace(found, problem=problem), None
    return found, minimised(found.problem, found.reading.reader.fresh("t", "s", "u"))


def _semidefinite(problem):
    """That each Laplacian of a nonnegative relation in the penalty is positive semidefinite, as theorems."""
    *_, theorem = dirichlet.laplacian_facts.theorems
    laplacians = sorted(problem.pencil.matrix.atoms(Laplacian) | problem.operator.atoms(Laplacian), key=str)
    relations = [a.args[0] for a in laplacians if EntrywiseNonnegative(a.args[0]) in problem.facts]
    return [
        rules.substitution(theorem, {dirichlet.N: g.rows, dirichlet.G: g})
        for g in relations
        if Symmetric(g) in problem.facts
    ]


def _theorems(found, implicit):
    problem, offset = found.problem, found.reading.offset
    equation = spelled(found)
    own = replace(problem, objective=problem.objective - offset)
    if implicit:
        spectral, terms, values = implicit_minimum(own, implicit), (), implicit.point
    else:
        (spectral, in_terms), values = spectral_minimum(own), problem.at_eigenvalues(problem.filter)
        moved = in_terms.statement.map(lambda e: e + offset)
        terms = (rules.combination(moved, [in_terms]) if offset != 0 else in_terms,) if moved.lhs != moved.rhs else ()
    if found.remainder == 0:
        minimum = respelled(spectral, equation, offset)
    else:
        minimum = _off_the_remainder(found, spectral, equation)
    facts = (*problem.facts, problem.pencil, *([implicit] if implicit else problem.denominators))
    kept = _spectrum(problem, spectral.statement.at, minimum.statement.at, values, facts)
    kept = kept if implicit else without_denominators(problem, kept)
    return tuple(_discharged(t, problem) for t in (equation, minimum, *terms, kept))


def _spectrum(problem, at, best, values, facts):
    """|- the covariance at the minimiser is R diag(s) R', s the values of the filter; `best` has the covariance of `at`."""
    spectrum = MatMul(problem.rotation, DiagMatrix(values), Transpose(problem.rotation))
    own, other = (Equal(substitute(problem.covariance, {problem.unknown: z}), spectrum) for z in (at, best))
    theorem = rules.normal_form(own, (*facts, Orthonormal(problem.rotation)))
    return rules.restatement(theorem, other, problem.facts)


def _off_the_remainder(found, spectral, equation):
    """The minimum at F Z*: eigenvectors may have a part that the covariance does not see, and the remainder does."""
    coefficient, factors = spectral.statement.at.as_coeff_matrices()
    at = MatMul(coefficient, found.problem.factor, *factors)
    return extended_minimum(spectral, equation, at, found.reading.offset, found.remainder, found.problem.facts)


def _discharged(theorem, problem):
    for proof in _semidefinite(problem):
        theorem = rules.discharge(theorem, proof) if proof.statement in theorem.hypotheses else theorem
    return theorem


def spelled(found):
    """|- loss = tr phi(C) + cost penalty + remainder + offset."""
    reading, problem = found.reading, found.problem
    facts = reading.reader.facts
    used = [(a.coefficient, t) for a in reading.atoms for t in in_spectrum(a, problem.covariance, facts)]
    claim = Equal(reading.reader.expr, problem.objective + found.remainder)
    if not used:
        return rules.normal_form(claim, facts)
    return rules.combination(claim, [t for _, t in used], [c for c, _ in used], hypotheses=facts)


def in_spectrum(atom, covariance, facts):
    """[|- log det M = tr log M] if M has one, and [|- tr f(M) = tr f(a I + b C)] unless M is C."""
    matrix, trace = atom.node.args[-1], atom.node
    if isinstance(trace, LogDet):
        order = {lemma.K: matrix.rows, MatrixSymbol("X", lemma.K, lemma.K): matrix}
        theorem = rules.discharge(
            rules.lemma("log-determinant", order, facts), rules.normal_form(Symmetric(matrix), facts)
        )
        if atom.shift.is_positive:
            positive = rules.positive_function(Eigenvalues(matrix, matrix.rows), facts)
            theorem = rules.discharge(theorem, positive)
        yield theorem
        trace = theorem.statement.rhs
    if (atom.shift, atom.scale) != (0, 1):
        names = {lemma.K: covariance.rows, MatrixSymbol("X", lemma.K, lemma.K): covariance}
        names |= {Symbol("a", real=True): atom.shift, Symbol("b", real=True): atom.scale, lemma.phi: trace.function}
        theorem = rules.lemma("spectral-mapping", names, facts)
        yield rules.discharge(theorem, rules.normal_form(Symmetric(covariance), facts))
