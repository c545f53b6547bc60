"""Filters: the variance that each method's optimum gives to the directions of one relation.

The relation is a ring of samples, each related to two others, with rows that sum to one. Its Laplacian has the eigenvectors
of the relation itself, with the eigenvalues lambda = 1 - g, and so all methods share an axis. Every filter is that of an
`Optimum`, over its maximum. Methods that are functions of the Laplacian may keep directions in which the relation is
negative (shaded); those of the relation keep none (`local-global`).
"""

import numpy as np

from numeric import barlow_twins, laplacian_eigenmaps, spectral_contrastive, squared_similarity, tcr, vicreg
from numeric.figures import graphs, style

N = 400
EIGENMAPS = 160  # components; a hard cut after them
BARLOW = (100, 200)  # components; fewer than there are directions with g > 0, and more
GAMMA, LARGE_GAMMA = 0.6, 2.0  # alpha is 1
SHIFT, RATE = 0.8, {"c": 2.2, "gamma": 0.5}  # the coding rate takes L + SHIFT I, for it needs a definite matrix

TICKS = np.linspace(0, 2, 5)

# name: (what is written beside the line, from where on, how the line looks)
LAPLACIAN = {
    "eigenmaps": (f"Laplacian Eigenmaps,\n$K$ = {EIGENMAPS}", (0.73, 0.9), {"color": style.BLACK, "linestyle": "-"}),
    "squared": (rf"VICReg, $\gamma$ = {GAMMA:g} $\alpha$", (1.03, 0.4), {"color": style.BLUE, "linestyle": "--"}),
    "steep": (f"VICReg,\n$\\gamma$ = {LARGE_GAMMA:g} $\\alpha$", (0.03, 0.05), {"color": style.BLUE, "linestyle": ":"}),
    "hinge": (
        f"VICReg, hinge,\n$\\gamma$ = {GAMMA:g} $\\alpha$",
        (1.47, 0.15),
        {"color": style.VERMILLION, "linestyle": "-."},
    ),
    "rate": ("TCR", (0.51, 0.19), {"color": style.GREEN, "linestyle": (0, (9, 2))}),
}
RELATION = {
    "similarity": ("squared similarity,", (1.02, 0.22), {"color": style.BLACK, "linestyle": "-"}),
    "contrastive": (
        "spectral contrastive (○)",
        (1.02, 0.15),
        {"color": style.BLACK, "linestyle": "none", "marker": "o"},
    ),
    BARLOW[0]: (f"Barlow Twins, $K$ = {BARLOW[0]}", (0.03, 1.04), {"color": style.BLUE, "linestyle": "-."}),
    BARLOW[1]: (f"Barlow Twins,\n$K$ = {BARLOW[1]}", (0.84, 0.82), {"color": style.VERMILLION, "linestyle": "--"}),
}


def curves(G):
    """{name: (eigenvalues of the Laplacian, filter)} of every method, each (N - 1,) or, with the constant direction, (N,)."""
    shifted = np.diag(G.sum(axis=1) + SHIFT) - G
    of_laplacian = {
        "eigenmaps": laplacian_eigenmaps.optimal_representation(G, EIGENMAPS),
        "squared": vicreg.optimal_representation(G, N - 1, gamma=GAMMA),
        "steep": vicreg.optimal_representation(G, N - 1, gamma=LARGE_GAMMA),
        "hinge": vicreg.optimal_representation(G, N - 1, variance="hinge", beta=np.inf, gamma=GAMMA),
        "rate": tcr.optimal_representation(shifted, N, **RATE),
    }
    of_relation = {
        "similarity": squared_similarity.optimal_representation(G, N),
        "contrastive": spectral_contrastive.optimal_representation(G, N),
        **{K: barlow_twins.optimal_representation(G, K) for K in BARLOW},
    }
    found = {name: (optimum.eigenvalues, optimum.filter) for name, optimum in of_laplacian.items()}
    found["rate"] = (found["rate"][0] - SHIFT, found["rate"][1])
    found |= {name: (1 - optimum.eigenvalues, optimum.filter) for name, optimum in of_relation.items()}
    for name, whole in ({"eigenmaps": "squared"} | dict.fromkeys(BARLOW, "similarity")).items():
        found[name] = _completed(*found[name], found[whole][0])
    return found


@style.applied_to
def draw():
    """The figure."""
    drawn = curves(graphs.ring(N))
    figure = style.page(7.4)
    panels = figure.subplots(1, 2, sharey=True, width_ratios=(1.1, 1))
    titles = ("methods of the Laplacian", "methods of the relation")
    for ax, letter, title, lines in zip(panels, "ab", titles, (LAPLACIAN, RELATION), strict=True):
        ax.axvspan(1, 2, color=style.PALE, linewidth=0, zorder=0)
        for name, (text, where, look) in lines.items():
            x, s = drawn[name]
            ax.plot(x, s / s.max(), label=name, markevery=0.06, markerfacecolor="white", **look)
            ax.text(*where, text, color=look["color"])
        style.title(ax, letter, title)
        ax.set(xlabel=r"eigenvalue $\lambda$ of the Laplacian", xlim=(-0.02, 2.02), ylim=(-0.02, 1.12), xticks=TICKS)
        top = ax.secondary_xaxis("top", functions=(lambda x: 1 - x, lambda x: 1 - x))
        top.set(xticks=TICKS - 1, xlabel=r"eigenvalue $g = 1 - \lambda$ of the relation")
    panels[0].set_ylabel(r"filter $s(\lambda)\, /\, \max\, s$")
    return figure


def _completed(eigenvalues, filter, every):
    """The same with the directions that a method with fewer components has not: their filter is 0."""
    missing = every[len(eigenvalues) :]
    return np.append(eigenvalues, missing), np.append(filter, np.zeros(len(missing)))
