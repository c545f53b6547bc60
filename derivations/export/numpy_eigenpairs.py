"""How the NumPy code finds the eigenpairs that a theorem speaks of, and what it asks of the relation for that."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Identity

from derivations.language.atoms import Centring, Laplacian
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import EntrywiseNonnegative


@dataclass(frozen=True)
class Route:
    """A kind of pencil: of which relation, from which end.

    `error` says what the keyword `error` of the optima is for, where they have it.
    """

    relation: str  # in words
    check: str  # the function that validates it
    over_z: str  # the call that gives eigenvalues and eigenvectors
    over_w: tuple[str, ...]  # the same for linear networks, statement by statement; the last gives them
    checked: bool  # whether the call over Z validates the relation itself
    bounded: bool  # whether Z must have norms that do not overflow: the loss holds squares of the relation
    error: str = ""

    @property
    def eigenpairs(self):
        return self.over_z.partition("(")[0]


BOTTOM = Route(
    relation="relation",
    check="relation",
    over_z="bottom_eigenpairs(G, n_components)",
    over_w=(
        "A, B, bound = pencil_of_moments(X, G)  # (D, D), (D, D), float",
        "bottom_generalised_eigenpairs(B, A, n_components, scale=bound)",
    ),
    checked=True,
    bounded=False,
)
TOP = Route(
    relation="symmetric matrix of any sign",
    check="symmetric",
    over_z="top_eigenpairs(G, n_components, error=error)",
    over_w=("top_generalised_eigenpairs(X, G, n_components, error=error)",),
    checked=False,
    bounded=True,
    error="how far G may be from the matrix that is meant; eigenvalues within it count as 0",
)


def route(loss, pencil):
    """The route for the pencil of the representation: the bottom of the Laplacian, or the top of the relation itself."""
    sign, _ = pencil.spectrum
    relations = [s for s in pencil.matrix.free_symbols if getattr(s, "shape", ()) == pencil.matrix.shape]
    if len(relations) == 1:
        (relation,) = relations
        order = pencil.matrix.rows
        nonnegative = EntrywiseNonnegative(relation) in loss.facts
        if (sign, pencil.matrix, pencil.metric) == (1, Laplacian(relation), Centring(order)) and nonnegative:
            return BOTTOM
        if (sign, -pencil.matrix, pencil.metric) == (-1, relation, Identity(order)) and not nonnegative:
            return TOP
    raise UnsupportedExpression(pencil.matrix, "the NumPy code", "no function computes these eigenpairs")
