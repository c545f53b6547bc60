"""The methods of the catalogue, by the files that state them: which results hold the loss, the gradient and the optima of one,
and which say what classical embedding it is. Everything is read off the results.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import DiagMatrix, Max
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.general import conjuncts
from derivations.export.graph.dependencies import dependencies
from derivations.export.sections import section_of
from derivations.language.propositions import Equal, Gradient, Minimum
from derivations.proof.lemmas.lemma import k

LOSSES, EMBEDDINGS = "derivations.losses.", "derivations.embeddings."


@dataclass
class Method:
    """A loss or a classical embedding. The theorems are pairs (id, theorem), None where it has none; the loss is entry by
    entry, or as another theorem of these states it.
    """

    title: str
    loss: tuple | None = None
    gradient: tuple | None = None
    representation: tuple | None = None
    weights: tuple | None = None
    embeddings: list[str] = field(default_factory=list)  # ids of results that say which classical embedding it is

    @property
    def kept(self):
        """What is above 0 for the directions that the optimum keeps, in terms of its eigenvalues; None where all are kept, or
        where that is not read off the filter.
        """
        found = self.representation or self.weights
        return found and _kept(found[1].statement.at)


def methods(results):
    """The methods with a gradient or an optimum, in the order of the catalogue."""
    nodes = dependencies(results)
    classical = [r for r in results if r.prove.__module__.startswith(EMBEDDINGS) and not r.claimed]
    by_file = {}
    for r in results:
        if r.prove.__module__.startswith((LOSSES, EMBEDDINGS)) and not r.claimed:
            by_file.setdefault(r.prove.__module__, []).append(r)
    out = []
    for file, found in by_file.items():
        method = Method(section_of(found[0])[1] or section_of(found[0])[0])
        for r in found:
            for theorem in (c for t in r.theorems for c in conjuncts(t)):
                _put(method, r, theorem)
        if file.startswith(LOSSES):
            named = [r.id for r in classical if _is_named_after(r.id, method) or _rests_on(r.id, method, nodes)]
            method.embeddings += [id for id in named if id not in method.embeddings]
        stated = method.representation or method.weights or method.gradient
        method.loss = method.loss or stated
        if stated:
            out.append(method)
    return out


def _put(method, result, theorem):
    """A theorem in its place; an optimum under a constraint is a classical embedding where the method has one without."""
    said = theorem.statement
    if isinstance(said, Minimum):
        place = "representation" if said.unknown.name == "Z" else "weights"
        known = getattr(method, place)
        if said.subject_to and known and known[0] != result.id:
            method.embeddings += [] if result.id in method.embeddings else [result.id]
    elif isinstance(said, Gradient):
        place = "gradient"
    elif isinstance(said, Equal) and result.id.endswith("-matrix-form"):
        place = "loss"
    else:
        return
    if getattr(method, place) is None:
        setattr(method, place, (result.id, theorem))


def _is_named_after(id, method):
    """Whether a result begins with the name of the method: that of its optimum, for ids are statements."""
    return bool(method.representation) and id.startswith(method.representation[0].removesuffix("optimum"))


def _rests_on(id, method, nodes):
    optima = {found[0] for found in (method.representation, method.weights) if found}
    return bool(optima & set(nodes[id].rests_on))


def _kept(at):
    """u_k of a filter that is a function of max(0, u)."""
    for diagonal in at.atoms(DiagMatrix):
        values = diagonal.args[0]
        if isinstance(values, ElementwiseApplyFunction):
            (x,) = values.function.variables
            cuts = [m for m in values.function.expr.atoms(Max) if 0 in m.args and len(m.args) == 2]
            if len(cuts) == 1:
                (cut,) = (a for a in cuts[0].args if a != 0)
                return cut.subs(x, MatrixElement(values.expr, k, 0))
    return None
