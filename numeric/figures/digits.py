"""Digits in two dimensions: closed-form embeddings of handwritten digits, each image drawn as the digit that it is.

The relation joins each image to the ten nearest. Above, the samples have representations of their own; below, those are linear
in the 64 pixels, where kernel PCA of the products is the classical one. No loss determines how an embedding is turned: all
are centred, with the mean of digit 0 to the right and the digit 7 above. Squared similarity sees which samples have many
neighbours, and the other three see which are near.
"""

import numpy as np

from numeric import barlow_twins, isomap, kernel_pca, relations, squared_similarity, vicreg
from numeric.digits import load
from numeric.figures import style

COLOURS = {0: style.BLACK, 1: style.BLUE, 2: style.VERMILLION, 4: style.GREEN, 6: style.ORANGE, 7: style.PURPLE}
RIGHT, ABOVE = 0, 7  # the digits by which embeddings are turned
N, NEIGHBOURS, GAMMA = 300, 10, 0.05
ROWS = ("of the samples: $Z^*$", "linear in the pixels: $X W^*$")


def sample():
    """N images of some of the digits: (N, 64) pixels in [0, 1], and (N,) which digits."""
    X, digits = load()
    chosen = np.random.default_rng(0).permutation(np.flatnonzero(np.isin(digits, [*COLOURS])))[:N]
    return X[chosen], digits[chosen]


def embeddings(X):
    """Two rows of {method: (N, 2) embedding}: of samples, and linear in the pixels."""
    G = relations.from_neighbours(X, NEIGHBOURS, sparse=False)
    free = {
        "VICReg": vicreg.optimal_representation(G, 2, gamma=GAMMA),
        "Barlow Twins": barlow_twins.optimal_representation(G, 2, center=True),
        "squared similarity": squared_similarity.optimal_representation(G, 2),
        "ISOMAP": isomap.optimal_representation(X, 2, n_neighbors=NEIGHBOURS),
    }
    linear = {
        "VICReg": vicreg.optimal_weights(X, G, 2, gamma=GAMMA),
        "Barlow Twins": barlow_twins.optimal_weights(X, G, 2, center=True),
        "squared similarity": squared_similarity.optimal_weights(X, G, 2),
    }
    principal = kernel_pca.optimal_representation(X @ X.T, 2)
    return (
        {name: optimum.representation for name, optimum in free.items()},
        {name: X @ optimum.weights for name, optimum in linear.items()} | {"kernel PCA": principal.representation},
    )


def turned(Z, digits):
    """Z, centred and turned, (N, 2): the mean of the digit RIGHT is on the positive first axis, ABOVE has a positive second."""
    Z = Z - Z.mean(axis=0)
    across, up = Z[digits == RIGHT].mean(axis=0) / np.linalg.norm(Z[digits == RIGHT].mean(axis=0))
    Z = Z @ np.array([[across, -up], [up, across]])
    return Z * [1, np.sign(Z[digits == ABOVE, 1].mean())]


@style.applied_to
def draw():
    """The figure."""
    X, digits = sample()
    figure = style.page(8.8)
    panels = figure.subplots(2, 4)
    letters = iter("abcdefgh")
    for row, label, found in zip(panels, ROWS, embeddings(X), strict=True):
        row[0].set_ylabel(label)
        for ax, (name, Z) in zip(row, found.items(), strict=True):
            _draw(ax, turned(Z, digits), digits)
            style.title(ax, next(letters), name)
    return figure


def _draw(ax, Z, digits):
    for digit, color in COLOURS.items():
        look = {"marker": f"${digit}$", "color": color, "markersize": 3.6, "markeredgewidth": 0, "linestyle": "none"}
        ax.plot(*Z[digits == digit].T, label=str(digit), **look)
    ax.spines[:].set_visible(True)
    ax.set(xticks=[], yticks=[], box_aspect=1)
    ax.set_aspect("equal", adjustable="datalim")
