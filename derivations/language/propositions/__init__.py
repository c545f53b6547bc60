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
from derivations.language.propositions.definite import Invertible, PositiveDefinite
from derivations.language.propositions.factors import OrthonormalFactor, RightInverse
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
)
from derivations.language.propositions.filters import Level, Minimises
from derivations.language.propositions.gram import DiagonalGram
from derivations.language.propositions.lengths import UnitColumnLength, UnitLength
from derivations.language.propositions.lowest import LowestTwo
from derivations.language.propositions.majorisation import EqualShares, Majorised, PrescribedDiagonal
from derivations.language.propositions.pencils import AllEigenpairs, Eigenpairs, Eigenvector, SpectralBasis
from derivations.language.propositions.permutations import Permutation, Signs
from derivations.language.propositions.positive_part import OtherDirection, PositiveEigenpairs, PositivePart
from derivations.language.propositions.selections import (
    Contrasts,
    HelmertContrasts,
    OneEntry,
    OneHot,
    Pairing,
    Unimprovable,
)
from derivations.language.propositions.two_sided import Blocks, Rank, SingularPairs

__all__ = [
    "KINDS",
    "All",
    "AllEigenpairs",
    "Among",
    "Ascending",
    "AtMost",
    "Blocks",
    "Candidates",
    "ConstantRowSums",
    "Contrasts",
    "DiagonalGram",
    "Eigenpairs",
    "Eigenvector",
    "EntrywiseNonnegative",
    "Equal",
    "EqualIff",
    "EqualShares",
    "Expansion",
    "Gradient",
    "HelmertContrasts",
    "Invertible",
    "LeastValue",
    "Level",
    "LowestTwo",
    "Majorised",
    "Minimises",
    "Minimum",
    "OneEntry",
    "OneHot",
    "Orthogonal",
    "Orthonormal",
    "OrthonormalFactor",
    "OtherDirection",
    "Pairing",
    "Permutation",
    "Positive",
    "PositiveDefinite",
    "PositiveEigenpairs",
    "PositivePart",
    "PositiveSemidefinite",
    "PrescribedDiagonal",
    "Proposition",
    "Rank",
    "RightInverse",
    "Signs",
    "SingularPairs",
    "SpectralBasis",
    "Symmetric",
    "Unimprovable",
    "UnitColumnLength",
    "UnitLength",
]
