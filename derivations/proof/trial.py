"""Trying a theorem, and every step of its proof, on random instances of its hypotheses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from sympy import Lambda, Rational, Symbol, exp
from sympy.core.function import AppliedUndef

from derivations.language.errors import NoInstance, UnsupportedExpression
from derivations.language.instances import Plan, instances
from derivations.language.substitute import substitute
from derivations.proof.theorem import Theorem

COUNT = 3  # instances a step is tried on
PATIENCE = 60  # instances that a step may waste for each one that it is tried on
_x = Symbol("x", real=True)
# what stands for a function that the theorem leaves open: the first that hypotheses on it allow; the second is least at 0
SAMPLES = (Lambda(_x, _x**3 - Rational(3, 2) * _x**2 + exp(-_x)), Lambda(_x, _x**2 + _x / 2))


@dataclass(frozen=True)
class Trial:
    """How many instances were tried over all steps, on how many the fewest, and the worst residual; with the step concerned."""

    instances: int
    fewest: int
    worst: float
    step: Theorem | None
    tolerance: float

    @property
    def passed(self):
        """Every step was tried, and none failed on any instance."""
        return self.fewest > 0 and self.worst <= self.tolerance


def try_steps(theorems, count=COUNT, seed="trial", known=()):
    """Evaluate every step of the theorems on `count` instances each, but those that say what `known` theorems say."""
    told = {(t.hypotheses, t.statement) for t in known}
    steps = {id(s): s for t in theorems for s in t.steps() if (s.hypotheses, s.statement) not in told}
    total, fewest, worst, where, tolerance = 0, count, 0.0, None, 0.0
    pool = _Pool(count * PATIENCE, seed)
    for step in steps.values():
        residuals = list(_residuals(step, count, pool))
        total += len(residuals)
        if len(residuals) < fewest:
            fewest = len(residuals)
            where = step if fewest == 0 else where
        for residual, allowed in residuals:
            if not residual <= worst:  # a NaN is the worst
                worst, where = float(residual), step
            tolerance = max(tolerance, allowed)
    return Trial(total, fewest, worst, where, float(tolerance))


class _Pool:
    """Instances, drawn once: steps of the same hypotheses and symbols are tried on the same ones."""

    def __init__(self, limit, seed):
        self.limit = limit
        self.seed = seed
        self.drawn = {}
        self.possible = {}

    def has_one(self, hypotheses, statement):
        """Whether an instance is at hand."""
        key = self._key(hypotheses, statement)
        if key not in self.possible:
            self.possible[key] = any(instances(hypotheses, tuple(statement.expressions()), 1, self.seed))
        return self.possible[key]

    def instances(self, hypotheses, statement):
        key = self._key(hypotheses, statement)
        if key not in self.drawn:
            seed = f"{self.seed} {len(self.drawn)}"
            self.drawn[key] = [], instances(hypotheses, tuple(statement.expressions()), self.limit, seed)
        found, more = self.drawn[key]
        for n in range(self.limit):
            if n == len(found):
                found += islice(more, 1)
            if n == len(found):
                return
            yield found[n]

    @staticmethod
    def _key(hypotheses, statement):
        plan = Plan(hypotheses, tuple(statement.expressions()))
        return frozenset(hypotheses), frozenset(plan.symbols), plan.arithmetic


def _residuals(step, count, pool):
    hypotheses, statement = _concrete(step, pool)
    tried = 0
    for instance in pool.instances(hypotheses, statement):
        try:
            instance, residual = residual_of(statement, instance)
        except (IndexError, NoInstance):  # a free index was drawn past the end, or a root of a number below 0 compared
            continue
        yield residual, instance.arithmetic.tolerance
        tried += 1
        if tried == count:
            return


def residual_of(statement, instance):
    """The residual, in rational numbers if they will do; and the instance as it was used."""
    try:
        return instance, statement.residual(instance)
    except UnsupportedExpression:
        precise = instance.in_multi_precision()
        return precise, statement.residual(precise)


def _concrete(step, pool):
    """(hypotheses, statement) of the step with undefined functions replaced by a sample, one that has an instance at hand."""
    said = (*step.hypotheses, step.statement)
    open_functions = {f.func for p in said for e in p.expressions() for f in e.atoms(AppliedUndef)}
    found = [(step.hypotheses, step.statement)]
    if open_functions:
        found = [_replaced(said, dict.fromkeys(open_functions, sample)) for sample in SAMPLES]
    return next((c for c in found[:-1] if pool.has_one(*c)), found[-1])


def _replaced(said, mapping):
    *hypotheses, statement = (p.map(lambda e: substitute(e, mapping)) for p in said)
    return tuple(hypotheses), statement
