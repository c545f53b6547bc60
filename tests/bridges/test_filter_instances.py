"""Losses as instances of the spectral filter theorem: the functions that are expected, and the rest of each loss."""

import pytest
from sympy import Trace, log

from derivations.bridges.filters import instances as f
from derivations.export.text import show
from derivations.language.atoms import SpectralTrace
from derivations.language.propositions import Orthonormal, Symmetric
from derivations.losses.coding_rate import tcr
from derivations.losses.contrastive import spectral_contrastive, squared_similarity
from derivations.losses.vicreg import squared as vicreg
from derivations.spectral.form import s

VICREG, SIMILARITY, KERNEL, SCALING, CONTRASTIVE, EIGENMAPS, RATE = f.instances.theorems


def parts(theorem):
    """(phi(s), what its trace is of, the penalty with its weight, the rest) of what a loss is equal to."""
    whole = theorem.statement.rhs
    (trace,) = whole.atoms(SpectralTrace)
    penalty = sum(term for term in whole.args if term.has(Trace))
    return trace.function(s), trace.matrix, penalty, whole - trace - penalty


@pytest.mark.parametrize(
    ("theorem", "phi", "gram", "penalty", "rest"),
    [
        (VICREG, vicreg.alpha * (s - 1) ** 2, "Y' Y", "2 gamma tr(Y' L Y)", "0"),
        (SIMILARITY, s**2, "Z' Z", "-2 tr(Z' G Z)", "|G|^2"),
        (KERNEL, s**2, "Z' Z", "-2 tr(Z' H Phi Phi' H Z)", "|H Phi Phi' H|^2"),
        (SCALING, s**2, "Z' Z", "-2 tr(Z' B Z)", "|B|^2"),
        (CONTRASTIVE, s**2, "F' F", "-2 tr(F' A F)", "0"),
        (RATE, -log(1 + tcr.c * s) / 2, "Z' Z", "gamma tr(Z' A Z)", "0"),
    ],
    ids=["vicreg", "similarity", "kernel PCA", "classical scaling", "spectral contrastive", "coding rate"],
)
def test_instance(theorem, phi, gram, penalty, rest):
    function, matrix, seen, left = parts(theorem)
    assert (function - phi).expand() == 0
    assert [show(e) for e in (matrix, seen, left)] == [gram, penalty, rest]


def test_they_are_instances_of_the_losses_as_stated():
    assert VICREG.statement.lhs == vicreg.vicreg.value.subs(vicreg.beta, vicreg.alpha)
    assert VICREG.hypotheses == (Symmetric(vicreg.G),)
    assert SIMILARITY.statement.lhs == squared_similarity.squared_similarity.value
    assert CONTRASTIVE.statement.lhs == spectral_contrastive.spectral_contrastive.value
    assert RATE.statement.lhs == tcr.tcr.value
    assert SIMILARITY.hypotheses == KERNEL.hypotheses == SCALING.hypotheses == ()


def test_the_points_of_vicreg_are_centred():
    (points,) = {m for m in VICREG.statement.rhs.atoms(f.Named) if m.name == "Y"}
    assert show(points.definition) == "H Z/sqrt(N)"


def test_eigenmaps_fixes_the_covariance():
    claim = EIGENMAPS.statement
    assert show(claim.lhs) == "sum_(x in sigma(C)) phi(x) + tr(Z' L Z)/N"
    assert show(claim.rhs) == "K phi(1) + tr(Z' L Z)/N"
    assert [type(h) for h in EIGENMAPS.hypotheses] == [Orthonormal]
