"""How the NumPy code finds the eigenpairs that a theorem speaks of, and what it asks of the relation for that."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Identity, sqrt

from derivations.language.atoms import Centring, Laplacian
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import EntrywiseNonnegative, PositiveDefinite


@dataclass(frozen=True)
class Route:
    """A kind of pencil: of which relation, from which end.

    `error` says what the keyword `error` of the optima is for, where they have it.
    """

    relation: str  # in words
    check: str  # the function that validates it
    eigenpairs: str  # the function that gives eigenvalues and eigenvectors
    over_w: tuple[str, ...]  # the same for linear networks, statement by statement; the last gives them
    checked: bool  # whether `eigenpairs` validates the relation itself
    bounded: bool  # whether Z must have norms that do not overflow: the relation may be as large as a root of the largest number
    error: str = ""
    minimised: str = ""  # in words, what the relation must be for a minimum, where that is more
    name: str = "G"

    def over_z(self, unit, order):
        """The call that gives eigenvalues, and eigenvectors of length `unit`, which `order` rows have."""
        options = ", error=error" * bool(self.error)
        if unit == sqrt(order) and self.eigenpairs == BOTTOM.eigenpairs:
            options += ", unit_variance=True"
        elif unit != 1:
            raise UnsupportedExpression(unit, "the NumPy code", "no function computes eigenvectors of this length")
        return f"{self.eigenpairs}({self.name}, n_components{options})"

    def validation(self, *beside):
        """The statement that validates the relation; `beside` is the matrix that it is multiplied by, where there is one."""
        named = () if self.name == "G" else (f'name="{self.name}"',)
        return f"{self.name} = {self.check}({', '.join([self.name, *beside, *named])})"


BOTTOM = Route(
    relation="relation",
    check="relation",
    eigenpairs="bottom_eigenpairs",
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
    eigenpairs="top_eigenpairs",
    over_w=("top_generalised_eigenpairs(X, G, n_components, error=error)",),
    checked=False,
    bounded=True,
    error="how far G may be from the matrix that is meant; eigenvalues within it count as 0",
)
BOTTOM_OF_DEFINITE = Route(
    relation="symmetric matrix",
    check="symmetric",
    eigenpairs="bottom_definite_eigenpairs",
    over_w=("bottom_definite_generalised_eigenpairs(X, A, n_components)",),
    checked=True,
    bounded=True,
    minimised="positive definite matrix",
)


def route(loss, pencil, hypotheses=()):
    """The route for the pencil of the representation: the bottom of the Laplacian, the top of the relation itself, or the
    bottom of one that is positive definite.
    """
    sign, _ = pencil.spectrum
    relations = [s for s in pencil.matrix.free_symbols if getattr(s, "shape", ()) == pencil.matrix.shape]
    if len(relations) == 1:
        (relation,) = relations
        order = pencil.matrix.rows
        nonnegative = EntrywiseNonnegative(relation) in loss.facts
        if (sign, pencil.matrix, pencil.metric) == (1, Laplacian(relation), Centring(order)) and nonnegative:
            return replace(BOTTOM, name=str(relation))
        if (sign, -pencil.matrix, pencil.metric) == (-1, relation, Identity(order)) and not nonnegative:
            return replace(TOP, name=str(relation))
        if (pencil.matrix, pencil.metric) == (relation, Identity(order)) and PositiveDefinite(relation) in hypotheses:
            return replace(BOTTOM_OF_DEFINITE, name=str(relation))
    raise UnsupportedExpression(pencil.matrix, "the NumPy code", "no function computes these eigenpairs")
