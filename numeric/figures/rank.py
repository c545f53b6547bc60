"""Rank: how many directions the optimum keeps as VICReg's gamma goes up, and how many other methods can keep.

The relation joins 24 samples in a row, each to the next. As gamma goes up VICReg drops one direction after the other: at
gamma = alpha/lambda_k where its weights are equal (`vicreg-optimum`), before that where variances weigh more, as published;
with the hinge and uncorrelated columns none (`vicreg-hinge-optimum`). Squared similarity, the spectral contrastive loss and
Barlow Twins have no gamma, and never more directions than the relation has positive eigenvalues (`barlow-rank`).
"""

import numpy as np

from numeric import barlow_twins, spectral_contrastive, squared_similarity, vicreg
from numeric.figures import graphs, style

N, K = 24, 16
GAMMAS = np.geomspace(0.01, 100, 401)  # alpha is 1

# name: (hyper-parameters of VICReg, what is written beside the line, from where on, how the line looks)
VICREG = {
    "hinge": (
        {"variance": "hinge", "beta": np.inf},
        r"VICReg, hinge, $\beta = \infty$",
        (9, K + 0.3),
        {"color": style.VERMILLION, "linestyle": "-."},
    ),
    "equal": ({}, r"VICReg, $\beta = \alpha$", (1.15, 8), {"color": style.BLUE, "linestyle": "-"}),
    "published": (
        {"beta": 1 / 25},
        r"VICReg, $\beta = \alpha/25$",
        (0.036, 6),
        {"color": style.BLUE, "linestyle": "--"},
    ),
}
OTHERS = {
    "squared similarity": (squared_similarity, {"color": style.BLACK, "linestyle": "-"}),
    "spectral contrastive": (spectral_contrastive, {"color": style.BLACK, "linestyle": "none", "marker": "o"}),
    "Barlow Twins": (barlow_twins, {"color": style.GREEN, "linestyle": (0, (1, 1))}),
}


def vicreg_ranks(G, hyper):
    """The rank of VICReg's optimum at each of GAMMAS."""
    return np.array([vicreg.optimal_representation(G, K, gamma=gamma, **hyper).rank for gamma in GAMMAS])


@style.applied_to
def draw():
    """The figure."""
    G = graphs.row(N)
    figure = style.page(7)
    ax = figure.subplots()
    for name, (hyper, text, where, look) in VICREG.items():
        ax.step(GAMMAS, vicreg_ranks(G, hyper), where="post", label=name, **look)
        ax.text(*where, text, color=look["color"])
    ranks = {name: method.optimal_representation(G, K).rank for name, (method, _) in OTHERS.items()}
    for name, (_, look) in OTHERS.items():
        ax.plot(GAMMAS, np.full(len(GAMMAS), ranks[name]), label=name, markevery=0.04, markerfacecolor="white", **look)
    positive = int(np.count_nonzero(squared_similarity.eigenpairs(G, N)[0] > 0))
    above = f"{positive}, the positive eigenvalues of the relation:\nsquared similarity, spectral contrastive (○)"
    ax.text(GAMMAS[-1], ranks["squared similarity"] + 0.35, above, ha="right", color=style.BLACK)
    ax.text(GAMMAS[-1], ranks["Barlow Twins"] - 0.35, "Barlow Twins", ha="right", va="top", color=style.GREEN)
    ax.set(xscale="log", xlabel=r"weight of the invariance term, $\gamma/\alpha$", ylabel="rank of $Z^*$")
    ax.set(xlim=GAMMAS[[0, -1]], ylim=(-0.3, K + 1.5), yticks=range(0, K + 1, 4))
    return figure
