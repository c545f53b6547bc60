"""Rules on what is proved already: other symbols, fewer hypotheses, cited lemmas, parts and wholes."""

from __future__ import annotations

from sympy import MatrixSymbol

from derivations.language.parse_entries import free_indices
from derivations.language.propositions import All
from derivations.language.substitute import substitute
from derivations.proof.checks import check_ranges, check_real, check_replacement, check_unknowns, check_values, same
from derivations.proof.lemmas import LEMMAS
from derivations.proof.theorem import Conclusion, ProofError, Theorem, Theorems, rule


@rule
def substitution(theorem: Theorem, mapping, facts=()):
    """Replace symbols by real expressions of the same shape that satisfy the assumptions on the symbol; the facts join the
    hypotheses.
    """
    mapping = dict(mapping)
    for p in (*theorem.hypotheses, theorem.statement):
        check_unknowns(p, mapping)
    hypotheses = (*(h.map(lambda e: substitute(e, mapping)) for h in theorem.hypotheses), *facts)
    for symbol, value in mapping.items():
        check_replacement(symbol, value, mapping, hypotheses)
    statement = theorem.statement.map(lambda e: substitute(e, mapping))
    for p in (*hypotheses, statement):
        check_real(p)
    moved = [
        tuple(substitute(x, mapping) for x in at) for e in theorem.statement.expressions() for at in free_indices(e)
    ]
    check_values(statement.expressions(), moved)
    replaced = ", ".join(f"{s} := {v}" for s, v in mapping.items())
    return Conclusion(hypotheses, statement, f"substitution {replaced}")


@rule
def lemma(name, mapping=(), facts=()):
    """An instance of a cited lemma; its hypotheses stay to be discharged, and the facts join them."""
    cited = LEMMAS[name]
    if cited.provides:
        raise ProofError(f"{name} says that something exists: use the rule `existence`")
    mapping = dict(mapping)
    hypotheses = (*(h.map(lambda e: substitute(e, mapping)) for h in cited.hypotheses), *facts)
    for symbol, value in mapping.items():
        check_replacement(symbol, value, mapping, hypotheses)
    statement = cited.statement.map(lambda e: substitute(e, mapping))
    return Conclusion(hypotheses, statement, cited.title, (name,))


@rule
def existence(theorem: Theorem, name, mapping):
    """Drop a hypothesis that an existence lemma provides: what it speaks of occurs nowhere else."""
    cited = LEMMAS[name]
    if not cited.provides:
        raise ProofError(f"{name} is not an existence lemma")
    mapping = dict(mapping)
    statement = cited.statement.map(lambda e: substitute(e, mapping))
    provided = statement.parts if isinstance(statement, All) else (statement,)
    symbols = {substitute(s, mapping) for s in cited.provides}
    if len(symbols) < len(cited.provides) or not all(isinstance(s, MatrixSymbol) for s in symbols):
        raise ProofError(f"{name} provides distinct matrix symbols, found {sorted(map(str, symbols))}")
    rest = [h for h in theorem.hypotheses if h not in provided]
    if len(rest) == len(theorem.hypotheses):
        raise ProofError(f"{name} provides {provided}, none of which is a hypothesis")
    needed = tuple(h.map(lambda e: substitute(e, mapping)) for h in cited.hypotheses)
    for p in (theorem.statement, *rest, *needed):
        if symbols & p.free_symbols():
            raise ProofError(f"{sorted(map(str, symbols))} still occur in {p}")
    for symbol, value in mapping.items():
        if symbol not in cited.provides and symbols & value.free_symbols:
            raise ProofError(f"{name} provides {sorted(map(str, symbols))}: {symbol} cannot depend on them")
        check_replacement(symbol, value, mapping, needed)
    return Conclusion((*rest, *needed), theorem.statement, cited.title, (name,))


@rule
def discharge(theorem: Theorem, proof: Theorem, facts=()):
    """Drop the hypotheses of `theorem` that `proof` proves, up to normal form under `facts`, which join the hypotheses."""
    proved = proof.statement.parts if isinstance(proof.statement, All) else (proof.statement,)
    rest = [h for h in theorem.hypotheses if not any(same(h, p, facts) for p in proved)]
    if len(rest) == len(theorem.hypotheses):
        raise ProofError(f"{proof.statement} is none of the hypotheses {theorem.hypotheses}")
    kept = [e for p in (*rest, theorem.statement) for e in p.expressions()]
    check_ranges(kept, [e for h in theorem.hypotheses for e in h.expressions()])
    return Conclusion((*rest, *proof.hypotheses, *facts), theorem.statement, "a proved hypothesis is dropped")


@rule
def assumption(statement, facts=()):
    """statement |- statement; the facts, which it may have no instances without, join the hypotheses."""
    return Conclusion((*facts, statement), statement, "given")


@rule
def restatement(theorem: Theorem, statement, facts=()):
    """The same statement in other words: expressions of equal normal form under `facts`, which join the hypotheses."""
    if not same(theorem.statement, statement, facts):
        raise ProofError(f"{theorem.statement} does not say {statement} under {facts}")
    return Conclusion((*theorem.hypotheses, *facts), statement, "normal form")


@rule
def conjunction(theorems: Theorems):
    """Several theorems at once."""
    hypotheses = [h for t in theorems for h in t.hypotheses]
    return Conclusion(hypotheses, All(tuple(t.statement for t in theorems)), "together")


@rule
def part(theorem: Theorem, position):
    """One part of a conjunction."""
    return Conclusion(theorem.hypotheses, theorem.statement.parts[int(position)], "one part of it")
