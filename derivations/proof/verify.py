"""Checking a stored proof from the document alone: replay, then every step on random instances."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from derivations.proof.store import check_claim, replay
from derivations.proof.theorem import ProofError
from derivations.proof.trial import COUNT, try_steps

IN_PART = "proved in part"  # the rest is shown numerically, and the result says which


@dataclass(frozen=True)
class Report:
    """What became of one result: `status` is "proved" or "proved in part", or why it is neither."""

    id: str
    status: str
    lemmas: tuple[str, ...]
    steps: int
    instances: int
    residual: float
    seconds: float

    @property
    def passed(self):
        return self.status in ("proved", IN_PART)

    def as_dict(self):
        return asdict(self)


def verify(id, document, count=COUNT):
    """Replay the document of a result and try each step on `count` random instances; never raises for a bad proof."""
    begun = time.perf_counter()

    def report(status, lemmas=(), instances=0, residual=0.0):
        return Report(
            id, status, tuple(lemmas), len(document["steps"]), instances, residual, time.perf_counter() - begun
        )

    try:
        theorems = replay(document)
        if "claim" in document:
            check_claim(document["claim"])
    except ProofError as error:
        return report(f"refused: {error}")
    lemmas = sorted(frozenset().union(*(t.lemmas for t in theorems)))
    trial = try_steps(theorems, count, seed=id)
    if trial.fewest == 0:
        return report(f"untried: no instance was found for {trial.step}", lemmas, trial.instances, trial.worst)
    if not trial.passed:
        return report(f"fails on an instance: {trial.step}", lemmas, trial.instances, trial.worst)
    status = IN_PART if document.get("numerical") else "proved"
    return report(status, lemmas, trial.instances, trial.worst)
