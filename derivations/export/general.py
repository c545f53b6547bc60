"""Propositions apart from the proofs that use them: what a result is made of, and what a proof takes from another one."""

from __future__ import annotations

import json
from hashlib import sha256

from sympy import MatrixSymbol

from derivations.language.propositions import Minimum
from derivations.language.substitute import substitute
from derivations.proof.store import Encoder


def is_instance(t):
    """Whether a step uses a proof with other matrices in place of its own: several, or one in that of a minimum."""
    if t.rule != "substitution":
        return False
    replaced = [v for s, v in t.arguments["mapping"].items() if isinstance(s, MatrixSymbol) and s != v]
    return len(replaced) > (0 if t.premises[0].rule == "attainment" else 1)


def conjuncts(theorem):
    """The theorems that a conjunction was made of, or the theorem itself."""
    if theorem.rule != "conjunction":
        return [theorem]
    return [t for premise in theorem.premises for t in conjuncts(premise)]


def general(theorem, statement=None):
    """The hypotheses of a proposition and what it says, or a part of that, whatever the unknown of a minimum is called."""
    said = theorem.statement if statement is None else statement
    if isinstance(said, Minimum):
        any_matrix = MatrixSymbol("unknown", *said.unknown.shape)
        said = said.map(lambda e: substitute(e, {said.unknown: any_matrix}))
    return theorem.hypotheses, said


def general_key(theorem, statement=None):
    """A name for a general proposition, or for a part of what it says, that does not depend on where it is used."""
    hypotheses, said = general(theorem, statement)
    encode = Encoder()
    stored = [encode(p) for p in (*hypotheses, said)]
    return "general-" + sha256(json.dumps([encode.table, stored]).encode()).hexdigest()[:8]
