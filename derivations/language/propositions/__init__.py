"""What can be said: equations and inequalities, facts that are declared on symbols, and what theorems claim."""

from derivations.language.propositions.base import KINDS, Proposition
from derivations.language.propositions.claims import All, AtMost, Equal, Gradient, LeastValue, Minimum
from derivations.language.propositions.facts import (
    Ascending,
    ConstantRowSums,
    EntrywiseNonnegative,
    Orthogonal,
    Orthonormal,
    Positive,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.language.propositions.selections import HelmertContrasts, OneHot, Pairing, Unimprovable
from derivations.language.propositions.spectra import (
    ConstantDiagonal,
    Eigenpairs,
    Eigenvector,
    Level,
    Minimises,
    SpectralBasis,
)

__all__ = [
    "KINDS",
    "All",
    "Ascending",
    "AtMost",
    "ConstantDiagonal",
    "ConstantRowSums",
    "Eigenpairs",
    "Eigenvector",
    "EntrywiseNonnegative",
    "Equal",
    "Gradient",
    "HelmertContrasts",
    "LeastValue",
    "Level",
    "Minimises",
    "Minimum",
    "OneHot",
    "Orthogonal",
    "Orthonormal",
    "Pairing",
    "Positive",
    "PositiveSemidefinite",
    "Proposition",
    "SpectralBasis",
    "Symmetric",
    "Unimprovable",
]
