"""What can be said: equations and inequalities, facts that are declared on symbols, and what theorems claim."""

from derivations.language.propositions.base import KINDS, Proposition
from derivations.language.propositions.claims import (
    All,
    AtMost,
    Equal,
    EqualIff,
    Expansion,
    Gradient,
    LeastValue,
    Minimum,
)
from derivations.language.propositions.facts import (
    Among,
    Ascending,
    Candidates,
    ConstantRowSums,
    EntrywiseNonnegative,
    Orthogonal,
    Orthonormal,
    Positive,
    PositiveSemidefinite,
    Symmetric,
    UnitColumnLength,
    UnitLength,
)
from derivations.language.propositions.filters import ConstantDiagonal, Level, Minimises
from derivations.language.propositions.pencils import AllEigenpairs, Eigenpairs, Eigenvector, SpectralBasis
from derivations.language.propositions.positive_part import OtherDirection, PositiveEigenpairs, PositivePart
from derivations.language.propositions.selections import (
    Contrasts,
    HelmertContrasts,
    OneEntry,
    OneHot,
    Pairing,
    Unimprovable,
)

__all__ = [
    "KINDS",
    "All",
    "AllEigenpairs",
    "Among",
    "Ascending",
    "AtMost",
    "Candidates",
    "ConstantDiagonal",
    "ConstantRowSums",
    "Contrasts",
    "Eigenpairs",
    "Eigenvector",
    "EntrywiseNonnegative",
    "Equal",
    "EqualIff",
    "Expansion",
    "Gradient",
    "HelmertContrasts",
    "LeastValue",
    "Level",
    "Minimises",
    "Minimum",
    "OneEntry",
    "OneHot",
    "Orthogonal",
    "Orthonormal",
    "OtherDirection",
    "Pairing",
    "Positive",
    "PositiveEigenpairs",
    "PositivePart",
    "PositiveSemidefinite",
    "Proposition",
    "SpectralBasis",
    "Symmetric",
    "Unimprovable",
    "UnitColumnLength",
    "UnitLength",
]
