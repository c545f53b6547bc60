"""What rests on what, read off the proofs: results on other results, on lemmas from the literature, and refuted claims.

A result rests on another where a step of its proof is a theorem of the other; what that rests on is not counted again.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.export.general import conjuncts, general
from derivations.proof.lemmas import LEMMAS
from derivations.proof.verify import IN_PART

PROVED, CITED, REFUTED = "proved", "cited", "refuted"


@dataclass(frozen=True)
class Node:
    """A result, a cited lemma, or a refuted claim, which is called after the result that corrects it."""

    id: str
    status: str
    title: str
    rests_on: tuple[str, ...] = ()


def claim_of(id):
    """What the claim is called that a result corrects."""
    return f"claim-of-{id}"


def dependencies(results):
    """{id: Node}: the results in their order, the claims that they refute, and the lemmas that they rest on."""
    owners = {}
    for r in results:
        for theorem in r.theorems:
            for part in [theorem, *conjuncts(theorem)]:
                owners.setdefault(general(part), r.id)
    nodes, cited = {}, set()
    for r in results:
        under = _under(r, owners)
        cited |= under & LEMMAS.keys()
        status = IN_PART if r.numerical else PROVED
        nodes[r.id] = Node(r.id, status, r.title, tuple(sorted(under)))
    for r in results:
        if r.claimed:
            nodes[claim_of(r.id)] = Node(claim_of(r.id), REFUTED, r.claim.words, (r.id,))
    for name in sorted(cited):
        nodes[name] = Node(name, CITED, LEMMAS[name].title)
    return nodes


def _under(result, owners):
    """The ids of the results and the names of the lemmas that the proofs of a result use themselves."""
    found, seen = set(), set()

    def visit(step):
        if id(step) in seen:
            return
        seen.add(id(step))
        owner = owners.get(general(step), result.id)
        if owner != result.id:
            found.add(owner)
            return
        if step.rule in ("lemma", "existence"):
            found.add(step.arguments["name"])
        for premise in step.premises:
            visit(premise)

    for theorem in result.theorems:
        visit(theorem)
    return found


def part_of(nodes, ids):
    """The nodes that some of them rest on, themselves among them, and the claims that these refute."""
    wanted, more = set(), list(ids)
    while more:
        id = more.pop()
        if id not in wanted:
            wanted.add(id)
            more += nodes[id].rests_on
    return {id: n for id, n in nodes.items() if id in wanted or (n.status == REFUTED and n.rests_on[0] in wanted)}


def dependents(nodes):
    """{id: the ids of the nodes that rest on it}."""
    found = {id: [] for id in nodes}
    for node in nodes.values():
        for under in node.rests_on:
            found[under].append(node.id)
    return found
