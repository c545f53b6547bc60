"""What a loss does not see of its unknown: proved, or refuted by the smallest instance, or neither."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from sympy import MatrixSymbol

from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.instances import instances
from derivations.language.propositions import Equal, Permutation
from derivations.language.substitute import substitute
from derivations.own.smaller import smaller
from derivations.own.transformations import Transformation, transformations
from derivations.proof import rules
from derivations.proof.claim import CERTAIN, Claim, Counterexample
from derivations.proof.theorem import ProofError, Theorem

TRIED = 12  # random instances that are tried before a counterexample is searched for
PATIENCE = 30_000  # values that the search for the smallest counterexample may try


@dataclass(frozen=True)
class Invariance:
    """What became of a transformation: a theorem that the loss keeps its value, or a counterexample, or neither."""

    transformation: Transformation
    claim: Claim
    theorem: Theorem | None = None
    counterexample: Counterexample | None = None

    @property
    def verdict(self):
        """ "proved", "refuted" or "undecided"."""
        if self.theorem:
            return "proved"
        return "refuted" if self.counterexample else "undecided"

    @property
    def values(self):
        """Of a counterexample: the values of the symbols of the loss, and of the parameters of the transformation."""
        instance, special = self.counterexample.instance, self.transformation.special
        inner = {s for e in special.values() for s in e.free_symbols if isinstance(s, MatrixSymbol)}
        searched = {s: v for s, v in instance.table.items() if s not in inner}
        return searched | {s: instance.value(e) for s, e in special.items()}

    @property
    def sides(self):
        """Of a counterexample: the loss before and after."""
        after, before = self.counterexample.sides(self.claim.statement)
        return before, after


def invariances(loss):
    """An Invariance for every transformation, but for those that are special cases of a proved one."""
    found, proved = [], set()
    for transformation in transformations(loss):
        if not transformation.within & proved:
            found.append(invariance(loss, transformation))
            proved |= {transformation.name} if found[-1].theorem else set()
    return found


def invariance(loss, transformation):
    """Whether a loss keeps its value under a transformation.

    Facts on the unknown say where the loss is smooth: a counterexample meets them before and after.
    """
    value, mapping, special = loss.matrix_form, transformation.mapping, transformation.special
    unchanged = Equal(substitute(value, mapping), value)
    moved = (f.map(lambda e: substitute(e, mapping)) for f in loss.facts if loss.unknown in f.free_symbols())
    smooth = tuple(dict.fromkeys((*loss.facts, *moved)))
    facts = transformation.special_facts if special else transformation.facts
    claim = Claim(
        f"The loss is the same where {transformation.words}.",
        unchanged.map(lambda e: substitute(e, special)),
        (*(f.map(lambda e: substitute(e, special)) for f in smooth), *facts),
    )
    for proof in _proofs(value, unchanged, transformation, (loss.facts, smooth)):
        with suppress(ProofError, UnsupportedExpression, Undecided):
            theorem = proof()
            if theorem.statement == unchanged:
                return Invariance(transformation, claim, theorem=theorem)
    return Invariance(transformation, claim, counterexample=_counterexample(claim))


def _proofs(value, unchanged, transformation, known):
    """What may prove it: that an order is not spoken of, or the normal form under more and more facts."""
    for fact in transformation.facts:
        if isinstance(fact, Permutation):
            yield partial(rules.relisting, value, fact.matrix.rows, fact.matrix)
    for facts in known:
        yield partial(rules.normal_form, unchanged, (*facts, *transformation.facts))


def _counterexample(claim):
    """The smallest counterexample if it is near, else a small one; None if no random instance is one."""
    expressions = tuple(claim.statement.expressions())
    drawn = list(instances(claim.hypotheses, expressions, TRIED, seed=claim.words))
    failing = next(filter(None, (claim.failing(i, CERTAIN) for i in drawn)), None)
    if failing is None:
        return None
    near = claim.first_of(claim.candidates(PATIENCE))
    if near is None:
        some = claim.first_of((None, i) for i in instances(claim.hypotheses, expressions, TRIED**2, seed=claim.words))
        near = some and smaller(claim, some)
    return near or Counterexample({s: failing.table[s] for s in claim.search.free}, {}, failing, None)
