"""Why a step holds, in words that refer to the steps, hypotheses and lemmas that it uses.

A sentence is a list of strings, SymPy expressions, propositions and the phrases of derivations.export.phrases; the
writers of LaTeX and of plain text put it into words in the same order.
"""

from __future__ import annotations

import json
from hashlib import sha256

from sympy import Basic, Integer, Inverse, Lambda, MatAdd, MatrixSymbol, Max, Symbol, Trace
from sympy.core.function import UndefinedFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.phrases import Cited, Instance, Relation, Replaced
from derivations.export.piece import NoNames
from derivations.language.atoms import Abbreviation
from derivations.language.propositions import All, AtMost, Minimum
from derivations.language.substitute import substitute
from derivations.proof.lemmas import LEMMAS
from derivations.proof.scalar import nonnegative_minimum
from derivations.proof.store import Encoder


def reason(t, proof):
    """The sentence that justifies the step `t` of a proof; raises TypeError where its rule has none."""
    if t.rule in RULES:
        return RULES[t.rule](t, proof)
    if t.rule in FOLDED:
        told = inner_references(t, proof)
        return ["by ", *enumerated(told)] if told else ["expanding both sides"]
    raise TypeError(f"there are no words for the rule {t.rule}")


FOLDED = frozenset(
    ("assumption", "conjunction", "discharge", "existence", "feasible_minimum", "lower_bound")
    + ("part", "rescaling", "substitution", "sum_over", "value_at_minimum")
)
"""Administrative rules, told in the reason of the step that uses their conclusions."""
ONE_VARIABLE = ("minimiser", "scalar_minimum")


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


def least_of(t):
    """The minimum in one variable that a step is about: where it is, its value, and what certifies it."""
    return nonnegative_minimum(t.arguments["objective"], t.arguments["variable"], t.arguments["hypotheses"])


def is_its_own_certificate(t):
    """Whether the objective of a minimum in one variable is 0 there and shows that it is nonnegative."""
    found = least_of(t)
    return found.value == 0 and found.certificate == t.arguments["objective"]


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
    return ["by ", *noted([Cited(t.arguments["name"])], replacing(mapping, proof, NoNames()))]


def _existence(t, proof):
    """Existence lemmas one after the other, down to what was proved with all that they provide."""
    gone, made = [], []
    while t.rule == "existence":
        above, lemma = t.premises[0], LEMMAS[t.arguments["name"]]
        gone += [[f"({proof.labels[h]})"] for h in above.hypotheses if h not in t.hypotheses and h in proof.labels]
        made += [[substitute(s, t.arguments["mapping"])] for s in lemma.provides]
        t = above
        if proof.label(t) is not None:
            break
    there = ", for there is " if len(made) == 1 else ", for there are "
    gone.sort(key=lambda words: int(words[0][2:-1]))
    given = [" with ", *enumerated(gone)] if gone else []
    return ["by ", *enumerated(references(t, proof)), there, *enumerated(made), *given]


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
    terms = "left side is nonnegative, and it vanishes at "
    if not is_its_own_certificate(t):
        terms = "terms on the right after the first are nonnegative, and they vanish at "
    return ["for every ", everywhere, f" the {terms}", *where]


def _strict_minimum(t, proof):
    return [
        "the second derivative in ",
        t.arguments["variable"],
        " is positive, so that the minimum is at one point only",
    ]


def _since(t, proof):
    return ["since ", t.reason]


def _positive_definite(t, proof):
    matrix = t.arguments["matrix"]
    built = matrix.definition if isinstance(matrix, Abbreviation) else matrix
    if isinstance(built, MatAdd):
        return ["as the sum of a positive definite matrix and a positive semidefinite one"]
    return [
        f"as {'the inverse' if isinstance(built, Inverse) else 'a positive multiple'} of a positive definite matrix"
    ]


def _positive_part(t, proof):
    number = t.arguments["number"]
    below = t.statement.rhs != number
    return ["since ", AtMost(number, Integer(0)) if below else AtMost(Integer(0), number)]


def _monotone(t, proof):
    function, x = t.arguments["function"], Symbol("x", positive=True)
    said = ["since ", function(x), " does not fall where ", Relation(x, ">", Integer(0))]
    return [*said, *using(t.arguments["hypotheses"], proof)]


def _larger(t, proof):
    return ["the larger of two numbers is each of them and what the other has beyond it"]


def _raised(t, proof):
    x = Symbol("x", real=True)
    grown = Max(t.arguments["floor"], x)
    return [
        "by ",
        *enumerated(references(t.premises[0], proof)),
        ", and since ",
        grown,
        " does not fall as ",
        x,
        " grows",
    ]


def _same_function(t, proof):
    return ["by ", *enumerated(references(t.premises[0], proof))]


def _taylor(t, proof):
    said = ["by Taylor's theorem in ", t.arguments["variable"], ", the derivatives by the adjoint rules"]
    return [*said, *using(t.arguments["hypotheses"], proof)]


def _least_value(t, proof):
    return ["by ", *enumerated(references(t.premises[0], proof)), ", where the minimum is attained"]


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
    at, index = Relation(t.arguments["at"], ">=", Integer(0)), t.arguments["index"]
    spoken = any(index in e.free_symbols for e in t.premises[0].statement.expressions())
    each = [index, " and every "] if spoken else []
    return ["by ", *enumerated(proof.references(t.premises)), ", for every ", *each, at]


def _revaluation(t, proof):
    minimum, equation = (enumerated(proof.references([p])) for p in t.premises)
    return ["by ", *minimum, ", its value rewritten by ", *equation]


def _combination(t, proof):
    multipliers = t.arguments["multipliers"] or (Integer(1),) * len(t.premises)
    added, equations = [], []
    for premise, multiplier in zip(t.premises, multipliers, strict=True):
        found = enumerated(references(premise, proof))
        if not isinstance(premise.statement, AtMost):
            equations += [found] if found and found not in equations else []
        else:
            added.append(found if multiplier == 1 else [multiplier, " times ", *found])
    added += [[AtMost(Integer(0), extra)] for extra in t.arguments["remainder"]]
    if not equations and len(added) == 1 and proof.print_alike(t.statement, added[0][0]):
        square = isinstance(t.statement.rhs, Trace)
        return ["as a sum of squares" if square else "as no term is negative", *using(t.arguments["hypotheses"], proof)]
    facts = using(t.arguments["hypotheses"], proof)
    if not added and not equations:
        return ["expanding both sides", *facts]
    if not added:
        return ["by ", *enumerated(equations), *([", rewritten"] if len(equations) == 1 else []), *facts]
    lead = "adding " if len(added) > 1 else "by "
    along = [", with ", *enumerated(equations)] if equations else []
    return [lead, *enumerated(added), *along, *([", rewritten"] if len(added) == 1 and not along else []), *facts]


def _semidefinite(t, proof):
    return ["since ", *enumerated(references(t.premises[0], proof)), " holds for every ", t.arguments["vector"]]


def _attainment(t, proof):
    bound, witness, *feasible = t.premises
    told = references(bound, proof)
    of = "of " if isinstance(told[0][0], Instance) else ""
    said = [f"the bound {of}", *enumerated(told), " holds for every ", t.arguments["unknown"]]
    met = enumerated(proof.references(feasible))
    if feasible:
        best = t.arguments["at"] == proof.names.where
        named = proof.names.best if best else proof.names.lookup(t.arguments["at"])
        so = ["so does ", named] if named is not None else ["so does the minimiser"]
        said += [" that meets the constraint, ", *(["by ", *met, " "] if met else []), *so]
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
    "positive_definite": _positive_definite,
    "positive_part": _positive_part,
    "monotone": _monotone,
    "larger": _larger,
    "raised": _raised,
    "same_function": _same_function,
    "taylor": _taylor,
    "least_value": _least_value,
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
