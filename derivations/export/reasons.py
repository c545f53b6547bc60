"""Why a step holds, in a sentence (see derivations.export.references) for each rule."""

from __future__ import annotations

from sympy import Identity, Integer, Inverse, MatAdd, MatMul, MatrixSymbol, Max, Symbol, Trace
from sympy.core.function import UndefinedFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.notation.piece import NoNames
from derivations.export.phrases import Cited, Instance, Relation
from derivations.export.references import FOLDED, enumerated, inner_references, noted, references, replacing, using
from derivations.language.atoms import Abbreviation
from derivations.language.propositions import AtMost
from derivations.language.substitute import substitute
from derivations.proof.lemmas import LEMMAS
from derivations.proof.scalar import nonnegative_minimum


def reason(t, proof):
    """The sentence that justifies the step `t` of a proof; raises TypeError where its rule has none."""
    if t.rule in RULES:
        return RULES[t.rule](t, proof)
    if t.rule in FOLDED:
        told = inner_references(t, proof)
        return ["by ", *enumerated(told)] if told else ["expanding both sides"]
    raise TypeError(f"there are no words for the rule {t.rule}")


ONE_VARIABLE = ("minimiser", "scalar_minimum")
"""Rules about the minimum of a function of one variable."""


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
    said = next((words for kind, words in _DEFINITE.items() if isinstance(built, kind)), "as assumed")
    return [said, *using(t.arguments["hypotheses"], proof)]


_DEFINITE = {
    Identity: "as the eigenvalues of the identity are 1",
    Inverse: "as the inverse of a positive definite matrix",
    MatAdd: "as the sum of a positive definite matrix and a positive semidefinite one",
    MatMul: "as a positive multiple of a positive definite matrix",
}


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
