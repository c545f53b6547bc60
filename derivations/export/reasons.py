"""Why a step holds, in words that refer to the steps, hypotheses and lemmas that it uses.

A sentence is a list of strings, SymPy expressions, propositions and the phrases of derivations.export.phrases; the
writers of LaTeX and of plain text put it into words in the same order.
"""

from __future__ import annotations

import json
from hashlib import sha256

from sympy import Basic, Integer, Lambda, MatrixSymbol, Symbol
from sympy.core.function import UndefinedFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.phrases import Cited, Instance, Relation, Replaced
from derivations.language.propositions import All, AtMost, Minimum
from derivations.language.substitute import substitute
from derivations.proof.scalar import nonnegative_minimum
from derivations.proof.store import Encoder


def reason(t, proof):
    """The sentence that justifies the step `t` of a proof."""
    if t.rule in RULES:
        return RULES[t.rule](t, proof)
    told = enumerated(proof.references(t.premises))
    return ["by ", *told] if told else [t.reason]


# references to earlier steps, and to proofs that are told elsewhere


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


def general(theorem):
    """(hypotheses, statement), the same whatever the unknown of a minimum is called."""
    said = theorem.statement
    if isinstance(said, Minimum):
        any_matrix = MatrixSymbol("unknown", *said.unknown.shape)
        said = said.map(lambda e: substitute(e, {said.unknown: any_matrix}))
    return theorem.hypotheses, said


def general_key(theorem):
    """A name for a general proposition that does not depend on where it is used."""
    hypotheses, said = general(theorem)
    encode = Encoder()
    stored = [encode(p) for p in (*hypotheses, said)]
    return "general-" + sha256(json.dumps([encode.table, stored]).encode()).hexdigest()[:8]


def references(t, proof, position=None):
    """How the theorem `t` is referred to: a list of sentences, for an administrative step several or none."""
    if proof.number(t) is not None:
        return [[f"({proof.number(t)})"]]
    if t.rule == "assumption":
        return [[f"({proof.labels[t.statement]})"]]
    if t.rule == "part" and isinstance(t.premises[0].statement, All):
        return references(t.premises[0], proof, int(t.arguments["position"]))
    if t.rule == "conjunction" and position is not None:
        return references(t.premises[position], proof)
    if is_instance(t):
        found = [[Instance(general_key(t.premises[0]), position)]]
        note = proof.once(t, replacing(t.arguments["mapping"], proof))
    elif t.rule == "discharge":
        found = references(t.premises[0], proof, position)
        note = enumerated(proof.references(t.premises[1:]))
        note = ["by ", *note] if note else []
    else:
        found, note = [r for p in t.premises for r in references(p, proof, position)], []
    if t.rule == "substitution" and not is_instance(t):
        note = replacing(t.arguments["mapping"], proof)
    if t.rule == "sum_over":
        weight = t.arguments.get("weight", Integer(1))
        note = [*(["times ", weight, ", "] if weight != 1 else []), "summed over ", t.arguments["index"]]
    if t.rule == "rescaling":
        note = ["the unknown in units of ", t.arguments["unit"]]
    return [noted(r, note) for r in found]


def noted(sentence, note):
    """The sentence with a remark in brackets, which joins one that it has already."""
    if not note:
        return sentence
    if sentence[-1] == "]":
        return [*sentence[:-1], "; ", *note, "]"]
    return [*sentence, " [", *note, "]"]


def replacing(mapping, proof):
    """H for F and L for S; nothing is said of what is called the same."""

    def called(expr):
        named = proof.names.lookup(expr) if isinstance(expr, Basic) else None
        return getattr(expr if named is None else named, "name", expr)

    return enumerated([[Replaced(*_applied(s, v))] for s, v in mapping.items() if called(v) != called(s)])


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
    """, using (H1) and (H3)."""
    told = [[f"({label})"] for h, label in proof.labels.items() if h in facts]
    return [", using ", *enumerated(told)] if told else []


def least_of(t):
    """The minimum in one variable that a step is about: where it is, its value, and what certifies it."""
    return nonnegative_minimum(t.arguments["objective"], t.arguments["variable"], t.arguments["hypotheses"])


# one sentence a rule


def _normal_form(t, proof):
    return ["expanding both sides", *using(t.arguments["hypotheses"], proof)]


def _adjoint(t, proof):
    again = (
        ["; the first-order term of ", proof.names.objective, " by its definition agrees"]
        if "coefficient" in t.reason
        else []
    )
    return [
        "by the adjoint rules",
        *using(t.arguments["hypotheses"], proof),
        *(again if proof.names.objective is not None else []),
    ]


def _lemma(t, proof):
    mapping = {s: v for s, v in t.arguments["mapping"].items() if isinstance(s, (MatrixSymbol, UndefinedFunction))}
    return ["by ", *noted([Cited(t.arguments["name"])], replacing(mapping, proof))]


def _existence(t, proof):
    provided = [h for h in t.premises[0].hypotheses if h not in t.hypotheses]
    gone = enumerated([[f"({proof.labels[h]})"] for h in provided])
    return ["by ", *enumerated(proof.references(t.premises)), "; what ", *gone, " provide has dropped out"]


def _restatement(t, proof):
    return ["by ", *enumerated(proof.references(t.premises)), ", rewritten", *using(t.arguments["facts"], proof)]


def _scalar_minimum(t, proof):
    variable, found = t.arguments["variable"], least_of(t)
    where, everywhere = [Relation(variable, "=", found.at)], Relation(variable, ">=", Integer(0))
    if t.rule == "minimiser":
        entry = MatrixElement(t.arguments["values"], Symbol("k", integer=True, nonnegative=True), 0)
        where += [", which is ", MatrixElement(t.statement.point, *entry.args[1:]), " for "]
        where += [Relation(t.arguments["parameter"], "=", entry)]
    if found.reason.startswith("convex"):
        said = ["the right side is the value at ", *where, ", and terms that are together nonnegative for every "]
        return [*said, everywhere, ", for the left side is convex"]
    said = [" the terms on the right after the first are nonnegative, and they vanish at "]
    return ["for every ", everywhere, *said, *where]


def _strict_minimum(t, proof):
    return [
        "the second derivative in ",
        t.arguments["variable"],
        " is positive, so that the minimum is at one point only",
    ]


def _since(t, proof):
    return ["since ", t.reason]


def _monotone(t, proof):
    function = t.arguments["function"]
    x = Symbol("x", positive=True)
    return [function(x), " does not fall where x > 0", *using(t.arguments["hypotheses"], proof)]


def _raised(t, proof):
    floor = t.arguments["floor"]
    return [
        "by ",
        *enumerated(references(t.premises[0], proof)),
        ", and the larger of ",
        floor,
        " and x does not fall in x",
    ]


def _equal_in_every_entry(t, proof):
    bound, case = (enumerated(references(p, proof)) for p in t.premises)
    weight = t.arguments["weight"]
    times = [", times ", weight] if weight != 1 else []
    return ["a sum of terms ", *bound, *times, ": it is 0 if every term is, and each is by ", *case]


def _relisting(t, proof):
    return ["an index over ", t.arguments["dimension"], " is only summed over or shared, never named"]


def _zero_distance(t, proof):
    return ["by ", *enumerated(references(t.premises[0], proof)), ", for a squared norm is 0 exactly if its matrix is"]


def _pointwise(t, proof):
    return ["by ", *enumerated(proof.references(t.premises)), ", compared with the value at ", t.arguments["at"]]


def _everywhere(t, proof):
    at = Relation(t.arguments["at"], ">=", Integer(0))
    return ["by ", *enumerated(proof.references(t.premises)), ", for every ", t.arguments["index"], " and every ", at]


def _revaluation(t, proof):
    minimum, equation = (enumerated(proof.references([p])) for p in t.premises)
    return ["by ", *minimum, ", its value rewritten by ", *equation]


def _combination(t, proof):
    multipliers = t.arguments["multipliers"] or (Integer(1),) * len(t.premises)
    added, equations = [], []
    for premise, multiplier in zip(t.premises, multipliers, strict=True):
        found = enumerated(references(premise, proof))
        if not isinstance(premise.statement, AtMost):
            equations += [found] if found not in equations else []
        else:
            added.append(found if multiplier == 1 else [multiplier, " times ", *found])
    added += [[AtMost(Integer(0), extra)] for extra in t.arguments["remainder"]]
    facts = using(t.arguments["hypotheses"], proof)
    if not added:
        return ["by ", *enumerated(equations), *([", rewritten"] if len(equations) == 1 else []), *facts]
    lead = "adding " if len(added) > 1 else "by "
    along = [", with ", *enumerated(equations)] if equations else []
    return [lead, *enumerated(added), *along, *([", rewritten"] if len(added) == 1 and not along else []), *facts]


def _semidefinite(t, proof):
    return ["by ", *enumerated(references(t.premises[0], proof)), " for every ", t.arguments["vector"]]


def _attainment(t, proof):
    bound, witness, *feasible = t.premises
    said = ["the bound ", *enumerated(references(bound, proof)), " holds for every ", t.arguments["unknown"]]
    if feasible:
        said += [" that meets the constraint, ", *enumerated(proof.references(feasible)), " says that "]
        said += [proof.names.best, " does"] if proof.names.best is not None else ["the minimiser does"]
    return [*said, ", and by ", *enumerated(references(witness, proof)), " it is attained"]


RULES = {
    "normal_form": _normal_form,
    "adjoint": _adjoint,
    "lemma": _lemma,
    "existence": _existence,
    "restatement": _restatement,
    "scalar_minimum": _scalar_minimum,
    "minimiser": _scalar_minimum,
    "strict_minimum": _strict_minimum,
    "positive_constant": _since,
    "positive_function": _since,
    "positive_part": _since,
    "monotone": _monotone,
    "raised": _raised,
    "equal_in_every_entry": _equal_in_every_entry,
    "relisting": _relisting,
    "zero_distance": _zero_distance,
    "pointwise": _pointwise,
    "everywhere": _everywhere,
    "revaluation": _revaluation,
    "combination": _combination,
    "semidefinite": _semidefinite,
    "attainment": _attainment,
}
