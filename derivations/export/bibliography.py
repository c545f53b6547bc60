"""The works that results cite."""

from __future__ import annotations

WORKS = {
    "balestriero2022": (
        "R. Balestriero and Y. LeCun",
        "Contrastive and non-contrastive self-supervised learning recover global and local spectral embedding methods",
        "Advances in Neural Information Processing Systems (NeurIPS), 2022. arXiv:2205.11508",
    ),
    "bardes2022": (
        "A. Bardes, J. Ponce and Y. LeCun",
        "VICReg: Variance-invariance-covariance regularization for self-supervised learning",
        "International Conference on Learning Representations (ICLR), 2022",
    ),
    "belkin2003": (
        "M. Belkin and P. Niyogi",
        "Laplacian eigenmaps for dimensionality reduction and data representation",
        "Neural Computation 15(6), 1373-1396, 2003",
    ),
    "chen2020": (
        "T. Chen, S. Kornblith, M. Norouzi and G. Hinton",
        "A simple framework for contrastive learning of visual representations",
        "International Conference on Machine Learning (ICML), 2020",
    ),
    "chung1997": ("F. R. K. Chung", "Spectral Graph Theory", "American Mathematical Society, 1997"),
    "garrido2023": (
        "Q. Garrido, Y. Chen, A. Bardes, L. Najman and Y. LeCun",
        "On the duality between contrastive and non-contrastive self-supervised learning",
        "International Conference on Learning Representations (ICLR), 2023. arXiv:2206.02574",
    ),
}


def work(key):
    """(authors, title, where it appeared); raises KeyError naming a key that is not in the bibliography."""
    if key not in WORKS:
        raise KeyError(f"{key!r} is not in the bibliography; it has {', '.join(sorted(WORKS))}")
    return WORKS[key]
