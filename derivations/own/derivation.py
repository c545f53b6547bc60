"""Everything that is derived from a loss: gradient, stationary points, what it does not see, and its optimum."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Add, Dummy, MatAdd, MatMul, MatrixExpr, factor_terms
from sympy.core.relational import Relational

from derivations.calculus.conditions import asked, is_known
from derivations.language.errors import NotSpectral, Undecided, UnsupportedExpression
from derivations.language.loss import Loss
from derivations.language.plain import scalar
from derivations.language.propositions import Equal, PositiveDefinite
from derivations.own.invariance import Invariance, invariances
from derivations.own.told import NOTEBOOK, TERMINAL, refused, seen
from derivations.proof import rules
from derivations.proof.lemmas.lemma import k
from derivations.proof.result import Result
from derivations.proof.theorem import ProofError
from derivations.relations.optimum import StatedOptimum, optimum_of
from derivations.spectral.filter import eigenvalue

REFUSALS = (NotSpectral, ProofError, Undecided, UnsupportedExpression)


@dataclass(frozen=True)
class Derivation:
    """What follows from a loss. In a terminal it prints as text, in a notebook as formulas.

    `gradient` is a Result and `optimum` what was recognised with its Result, or each the error that says why it was not
    derived; `stationary` is a matrix that is 0 exactly where the gradient is; `invariances` are proved, refuted or undecided.
    """

    loss: Loss
    gradient: Result | Exception
    stationary: MatrixExpr | None
    invariances: tuple[Invariance, ...]
    optimum: StatedOptimum | Exception

    @cached_property
    def results(self):
        """The theorems as Results, which are stored, verified and exported as those of the catalogue are."""
        proved = tuple(i.theorem for i in self.invariances if i.theorem)
        unseen = _result(self.loss, "invariances", "What the loss does not see.", proved)
        found = [self.gradient] if isinstance(self.gradient, Result) else []
        found += [unseen] if proved else []
        found += [self.optimum.result] if isinstance(self.optimum, StatedOptimum) else []
        return tuple(found)

    def __str__(self):
        return self._told(TERMINAL)

    def _repr_markdown_(self):
        return self._told(NOTEBOOK)

    def _told(self, voice):
        told = {r.id.rpartition("-")[2]: f"{r.id}: {r.title}\n\n{voice.result(r)}" for r in self.results}
        parts = [f"{self.loss.name}: {self.loss.title}"]
        parts.append(told.get("gradient") or voice.prose(f"No gradient: {refused(self.gradient, voice)}."))
        if self.stationary is not None:
            parts.append(voice.prose(f"It is stationary exactly where {voice.expression(self.stationary)} = 0."))
        parts += [told["invariances"]] if "invariances" in told else []
        parts += [voice.prose(seen(i, voice)) for i in self.invariances if not i.theorem]
        parts.append(told.get("optimum") or voice.prose(f"No closed form: {refused(self.optimum, voice)}."))
        kept = getattr(self.optimum, "kept", None)
        if isinstance(kept, Relational):
            cut = voice.expression(kept.lhs.subs(eigenvalue, self.optimum.problem.eigenvalue_at(k)))
            parts.append(voice.prose(f"The rank of the optimum is how many {voice.expression(k)} have {cut} > 0."))
        return "\n\n".join(parts)


def derive(loss):
    """The Derivation of a Loss; raises TypeError for what is none. What cannot be derived is said in it, and not raised."""
    if not isinstance(loss, Loss):
        raise TypeError(f"a Loss is needed, found {loss!r} ({type(loss).__name__})")
    smooth = _where_smooth(loss)
    gradient, stationary = _gradient(smooth)
    try:
        optimum = optimum_of(loss)
    except REFUSALS as error:
        optimum = error
    return Derivation(loss, gradient, stationary, tuple(invariances(smooth)), optimum)


def _where_smooth(loss):
    """The loss with what has to hold where it is differentiable among its facts, as far as that can be said."""
    with suppress(UnsupportedExpression):
        needed = (fact for _, fact in asked(scalar(loss.matrix_form), loss.unknown) if not is_known(fact, loss.facts))
        return replace(loss, facts=tuple(dict.fromkeys((*loss.facts, *needed))))
    return loss


def _result(loss, what, title, theorems):
    return Result(f"{loss.id}-{what}", title, lambda: theorems, tuple(loss.cites))


def _gradient(loss):
    """(the gradient as a Result, what is 0 where it is), or (the error, None)."""
    theorems = []
    try:
        if loss.value != loss.matrix_form:
            theorems.append(_same(loss))
        slope = rules.adjoint(loss.matrix_form, loss.unknown, loss.facts)
    except REFUSALS as error:
        return error, None
    theorems.append(_discharged(slope))
    whole = slope.statement.value
    factor, short = _factored(whole)
    with suppress(*REFUSALS):
        if short != whole:
            taken_out = rules.normal_form(Equal(whole, MatMul(factor, short)), slope.hypotheses)
            theorems += [_discharged(taken_out)] if isinstance(whole, MatAdd) else []
            whole = short
    return _result(loss, "gradient", f"The gradient in {loss.unknown}.", tuple(theorems)), whole


def _same(loss):
    """|- value = matrix form."""
    try:
        return rules.normal_form(Equal(loss.value, loss.matrix_form), loss.facts)
    except REFUSALS as error:
        raise ProofError(
            "it is not proved that the value of the loss is its matrix form; one of them is enough"
        ) from error


def _discharged(theorem):
    """Without the hypotheses that a matrix is positive definite, where it always is."""
    for fact in theorem.hypotheses:
        rest = [h for h in theorem.hypotheses if h != fact]
        with suppress(ProofError):
            if isinstance(fact, PositiveDefinite):
                theorem = rules.discharge(theorem, rules.positive_definite(fact.matrix, rest))
    return theorem


def _factored(matrix):
    """(c, M) with the matrix c M, where c is known to be no zero; c is what all terms have in common."""
    terms = [t.as_coeff_mmul() if isinstance(t, MatMul) else (1, t) for t in MatAdd.make_args(matrix)]
    marks = [Dummy() for _ in terms]
    common = factor_terms(Add(*(c * mark for (c, _), mark in zip(terms, marks, strict=True))))
    factor, rest = common.as_independent(*marks, as_Add=False)
    if factor == 1 or not factor.is_nonzero:
        return 1, matrix
    rest = rest.expand()
    parts = [(rest.coeff(mark), m) for (_, m), mark in zip(terms, marks, strict=True)]
    short = [m if c == 1 else MatMul(c, *(m.args if isinstance(m, MatMul) else (m,))) for c, m in parts]
    return factor, MatAdd(*short) if len(short) > 1 else short[0]
