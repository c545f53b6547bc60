"""How a sentence refers to what was said before: to steps, to hypotheses, and to proofs that are told elsewhere.

A sentence is a list of strings, SymPy expressions, propositions and the phrases of derivations.export.phrases; the
writers of LaTeX and of plain text put it into words in the same order.
"""

from __future__ import annotations

from sympy import Basic, Integer, Lambda, Symbol
from sympy.core.function import UndefinedFunction

from derivations.export.general import general_key, is_instance
from derivations.export.phrases import Instance, Replaced
from derivations.language.propositions import All

FOLDED = frozenset(
    ("assumption", "conjunction", "discharge", "existence", "feasible_minimum", "lower_bound")
    + ("part", "rescaling", "substitution", "sum_over", "value_at_minimum")
)
"""Administrative rules, told in the reason of the step that uses their conclusions."""


def references(t, proof, position=None):
    """How the theorem `t` is referred to: a list of sentences, for an administrative step several or none."""
    label = proof.label(t)
    return [[f"({label})"]] if label is not None else inner_references(t, proof, position)


def inner_references(t, proof, position=None):
    """How what the theorem `t` is made of is referred to."""
    if t.rule == "part" and isinstance(t.premises[0].statement, All):
        return references(t.premises[0], proof, int(t.arguments["position"]))
    if t.rule == "conjunction" and position is not None:
        return references(t.premises[position], proof)
    if is_instance(t):
        source = t.premises[0]
        found = [[Instance(general_key(source), position)]]
        note = proof.once(t, replacing(t.arguments["mapping"], proof, proof.names_of(source)))
    elif t.rule == "discharge":
        source, proved = _discharged(t, proof)
        found = references(source, proof, position)
        note = enumerated(proof.references(proved))
        note = ["by ", *note] if note else []
    else:
        found, note = [r for p in t.premises for r in references(p, proof, position)], []
    if t.rule == "substitution" and not is_instance(t):
        note = replacing(t.arguments["mapping"], proof, proof.names)
    if t.rule == "sum_over":
        weight = t.arguments.get("weight", Integer(1))
        note = [*(["times ", weight, ", "] if weight != 1 else []), "summed over ", t.arguments["index"]]
    if t.rule == "rescaling":
        note = ["the unknown in units of ", t.arguments["unit"]]
    return [noted(r, note) for r in found]


def _discharged(t, proof):
    """(what has lost hypotheses, the proofs of them in order) of several steps that drop some, one after the other."""
    source, proved = t.premises[0], [*t.premises[1:]]
    while source.rule == "discharge" and proof.label(source) is None:
        source, proved = source.premises[0], [*source.premises[1:], *proved]
    return source, proved


def noted(sentence, note):
    """The sentence with a remark in brackets, which joins one that it has already."""
    if not note:
        return sentence
    if sentence[-1] == "]":
        return [*sentence[:-1], "; ", *note, "]"]
    return [*sentence, " [", *note, "]"]


def replacing(mapping, proof, names):
    """H for F and L for S, which `names` has names for; nothing is said of what is called the same."""

    def known(expr, there):
        named = there.lookup(expr) if isinstance(expr, Basic) else None
        return expr if named is None else named

    def same(symbol, value):
        return getattr(known(value, proof.names), "name", value) == getattr(known(symbol, names), "name", symbol)

    replaced = [(s, v) for s, v in mapping.items() if not same(s, v)]
    return enumerated([[Replaced(known(x, names), v)] for x, v in (_applied(s, v) for s, v in replaced)])


def _applied(symbol, value):
    if isinstance(symbol, UndefinedFunction) and isinstance(value, Lambda):
        x = Symbol("x", real=True)
        return symbol(x), value(x)
    return symbol, value


def enumerated(sentences):
    """a, b and c."""
    out = []
    for n, sentence in enumerate(sentences):
        if n:
            out.append(" and " if n == len(sentences) - 1 else ", ")
        out += sentence
    return out


def using(facts, proof):
    """, using (H1) and (H3); all that the theorem assumes are "the hypotheses"."""
    every = proof.theorem.hypotheses
    told = [["the hypotheses"]] if len(every) > 3 and set(every) <= set(facts) else []
    labels = [label for h, label in proof.labels.items() if h in facts and not (told and h in every)]
    told += [[words] for words in runs([int(label[1:]) for label in labels])]
    return [", using ", *enumerated(told)] if told else []


def runs(numbers):
    """The labels of hypotheses, three or more in a row as (H1) to (H3)."""
    found = []
    for n in numbers:
        if found and found[-1][-1] == n - 1:
            found[-1].append(n)
        else:
            found.append([n])
    out = []
    for run in found:
        out += [f"(H{run[0]}) to (H{run[-1]})"] if len(run) > 2 else [f"(H{n})" for n in run]
    return out
