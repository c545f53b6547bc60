"""The spectral contrastive loss as the code of Kernel-InfoNCE has it (Tan, Zhang, Yang & Yuan 2024).

The rows are taken as they are given: the networks of that code scale them to norm one first. The code also keeps the sum of
the squares in each row at 10^-6 or above, which is left out here.
"""

from __future__ import annotations

from sympy import (
    DiagonalMatrix,
    DiagonalOf,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Trace,
    Transpose,
    sqrt,
)

from derivations.implementations.shipped import K, N, Shipped, Z_a, Z_b, several, views
from derivations.implementations.views import G, slopes, stacked
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import AtMost, Equal, Orthonormal, UnitLength
from derivations.language.substitute import substitute
from derivations.losses.contrastive import spectral_contrastive as published
from derivations.losses.contrastive.infonce import i, j, k
from derivations.losses.contrastive.repulsion import off_diagonal
from derivations.proof import rules
from derivations.proof.result import result

# The statement

cites = ("haochen2021", "tan2024")
pairs = N * (N - 1)  # what the code divides by: the pairs of one view, not those of all rows
moments = Named("C", MatAdd(*(MatMul(Transpose(view), view) for view in views)))
fourth_powers = sum(SquaredNorm(DiagonalMatrix(MatMul(view, Transpose(view)))) for view in views)  # of the norms
value = (SquaredNorm(moments) - fourth_powers) / pairs - 2 / N * Trace(MatMul(Transpose(Z_a), Z_b))

# What follows from it


def product(first, a, second, b):
    """The similarity of two rows."""
    return Sum(first[a, k] * second[b, k], (k, 0, K - 1))


@result("spectral-contrastive-kernel-infonce-gradient", cites=cites)
def gradient():
    """The gradient of Kernel-InfoNCE's spectral contrastive loss in each view."""
    return slopes(value, [several])


@result("spectral-contrastive-kernel-infonce", cites=cites)
def compared():
    """Is Kernel-InfoNCE's spectral contrastive loss the published one? No: (i) of the squared products of the 2 N rows of both
    views it leaves out those of each row with itself, and divides the others by N (N - 1), about a quarter of their number.
    (ii) So it is the published one of the two-view relation at t^(1/2) Z, divided by t = 4 N/(N - 1), less the fourth powers
    of the norms of the rows: what it asks for is about half as long. (iii) With rows of norm one, these powers are a constant.
    """
    Z, rows = stacked("Z", *views), 2 * N
    apart = Sum((1 - KroneckerDelta(i, j)) * product(Z, i, Z, j) ** 2, (i, 0, rows - 1), (j, 0, rows - 1))
    together = Sum(product(Z_a, i, Z_b, i), (i, 0, N - 1))
    scale = 4 * N / (N - 1)
    scaled = Named("Y", MatMul(sqrt(scale), Z))
    two_views = {published.N: rows, published.G: G, published.d: OneMatrix(rows, 1), published.v: rows}
    at_scale = substitute(published.spectral_contrastive.matrix_form, {published.Z: scaled, **two_views}) / scale
    return (
        rules.normal_form(Equal(value, apart / pairs - 2 / N * together), [several]),
        rules.normal_form(Equal(value, at_scale - fourth_powers / pairs), [several]),
        rules.normal_form(Equal(value, at_scale - 2 / (N - 1)), [several, *map(UnitLength, views)]),
    )


@result("spectral-contrastive-kernel-infonce-optimum", cites=cites)
def optimum():
    """Kernel-InfoNCE's spectral contrastive loss is (i) at least -(N - 1)/2: what it exceeds that by are the squared products of
    different samples, and the squares of how far the products of the two views of a sample are from (N - 1)/2. (ii) It is
    that where both views are equal, and their rows orthogonal with the squared norm (N - 1)/2, which takes K >= N.
    """
    level, cross = (N - 1) / 2, MatMul(Z_a, Transpose(Z_b))
    apart = sum(off_diagonal(MatMul(view, Transpose(view))) for view in views) + 2 * off_diagonal(cross)
    missing = SquaredNorm(DiagonalOf(cross) - MatMul(level, OneMatrix(N, 1)))
    bound = rules.combination(AtMost(-level, value), [], (), [apart / pairs, 2 / pairs * missing], [several])
    frame = MatrixSymbol("R", K, N)
    best = Named("Z", MatMul(sqrt(level), Transpose(frame)))
    at = substitute(value, dict.fromkeys(views, best))
    return bound, rules.normal_form(Equal(at, -level), [several, Orthonormal(frame)])


spectral_contrastive = Shipped(
    "spectral_contrastive",
    "Spectral contrastive loss",
    ("Kernel-InfoNCE",),
    value,
    {},
    {},
    (several,),
    gradient,
    compared,
)
