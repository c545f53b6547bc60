"""The works that results cite."""

from __future__ import annotations

WORKS = {
    "akaho2001": (
        "S. Akaho",
        "A kernel method for canonical correlation analysis",
        "International Meeting of the Psychometric Society (IMPS), 2001. arXiv:cs/0609071",
    ),
    "bach2002": (
        "F. R. Bach and M. I. Jordan",
        "Kernel independent component analysis",
        "Journal of Machine Learning Research 3, 1-48, 2002",
    ),
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
    "coifman2006": (
        "R. R. Coifman and S. Lafon",
        "Diffusion maps",
        "Applied and Computational Harmonic Analysis 21(1), 5-30, 2006",
    ),
    "dwibedi2021": (
        "D. Dwibedi, Y. Aytar, J. Tompson, P. Sermanet and A. Zisserman",
        "With a little help from my friends: Nearest-neighbor contrastive learning of visual representations",
        "International Conference on Computer Vision (ICCV), 2021",
    ),
    "eckart1936": (
        "C. Eckart and G. Young",
        "The approximation of one matrix by another of lower rank",
        "Psychometrika 1(3), 211-218, 1936",
    ),
    "ermolov2021": (
        "A. Ermolov, A. Siarohin, E. Sangineto and N. Sebe",
        "Whitening for self-supervised representation learning",
        "International Conference on Machine Learning (ICML), 2021",
    ),
    "fisher1936": (
        "R. A. Fisher",
        "The use of multiple measurements in taxonomic problems",
        "Annals of Eugenics 7(2), 179-188, 1936",
    ),
    "garrido2023": (
        "Q. Garrido, Y. Chen, A. Bardes, L. Najman and Y. LeCun",
        "On the duality between contrastive and non-contrastive self-supervised learning",
        "International Conference on Learning Representations (ICLR), 2023. arXiv:2206.02574",
    ),
    "gower1966": (
        "J. C. Gower",
        "Some distance properties of latent root and vector methods used in multivariate analysis",
        "Biometrika 53(3-4), 325-338, 1966",
    ),
    "haochen2021": (
        "J. Z. HaoChen, C. Wei, A. Gaidon and T. Ma",
        "Provable guarantees for self-supervised deep learning with spectral contrastive loss",
        "Advances in Neural Information Processing Systems (NeurIPS), 2021. arXiv:2106.04156",
    ),
    "he2003": (
        "X. He and P. Niyogi",
        "Locality preserving projections",
        "Advances in Neural Information Processing Systems (NIPS) 16, 2003",
    ),
    "hoerl1970": (
        "A. E. Hoerl and R. W. Kennard",
        "Ridge regression: Biased estimation for nonorthogonal problems",
        "Technometrics 12(1), 55-67, 1970",
    ),
    "hotelling1936": ("H. Hotelling", "Relations between two sets of variates", "Biometrika 28(3-4), 321-377, 1936"),
    "li2022": (
        "Z. Li, Y. Chen, Y. LeCun and F. T. Sommer",
        "Neural manifold clustering and embedding",
        "arXiv:2201.10000, 2022",
    ),
    "oord2018": (
        "A. van den Oord, Y. Li and O. Vinyals",
        "Representation learning with contrastive predictive coding",
        "arXiv:1807.03748, 2018",
    ),
    "schoelkopf1998": (
        "B. Schölkopf, A. Smola and K.-R. Müller",
        "Nonlinear component analysis as a kernel eigenvalue problem",
        "Neural Computation 10(5), 1299-1319, 1998",
    ),
    "smola2003": (
        "A. J. Smola and R. Kondor",
        "Kernels and regularization on graphs",
        "Conference on Learning Theory (COLT), 2003",
    ),
    "tan2024": (
        "Z. Tan, Y. Zhang, J. Yang and Y. Yuan",
        "Contrastive learning is spectral clustering on similarity graph",
        "International Conference on Learning Representations (ICLR), 2024. arXiv:2303.15103",
    ),
    "tenenbaum2000": (
        "J. B. Tenenbaum, V. de Silva and J. C. Langford",
        "A global geometric framework for nonlinear dimensionality reduction",
        "Science 290(5500), 2319-2323, 2000",
    ),
    "tong2023": (
        "S. Tong, Y. Chen, Y. Ma and Y. LeCun",
        "EMP-SSL: Towards self-supervised learning in one training epoch",
        "arXiv:2304.03977, 2023",
    ),
    "torgerson1952": (
        "W. S. Torgerson",
        "Multidimensional scaling: I. Theory and method",
        "Psychometrika 17(4), 401-419, 1952",
    ),
    "yeh2022": (
        "C.-H. Yeh, C.-Y. Hong, Y.-C. Hsu, T.-L. Liu, Y. Chen and Y. LeCun",
        "Decoupled contrastive learning",
        "European Conference on Computer Vision (ECCV), 2022. arXiv:2110.06848",
    ),
    "young1938": (
        "G. Young and A. S. Householder",
        "Discussion of a set of points in terms of their mutual distances",
        "Psychometrika 3(1), 19-22, 1938",
    ),
    "yu2020": (
        "Y. Yu, K. H. R. Chan, C. You, C. Song and Y. Ma",
        "Learning diverse and discriminative representations via the principle of maximal coding rate reduction",
        "Advances in Neural Information Processing Systems (NeurIPS), 2020",
    ),
    "zbontar2021": (
        "J. Zbontar, L. Jing, I. Misra, Y. LeCun and S. Deny",
        "Barlow Twins: Self-supervised learning via redundancy reduction",
        "International Conference on Machine Learning (ICML), 2021",
    ),
}


def work(key):
    """(authors, title, where it appeared); raises KeyError naming a key that is not in the bibliography."""
    if key not in WORKS:
        raise KeyError(f"{key!r} is not in the bibliography; it has {', '.join(sorted(WORKS))}")
    return WORKS[key]
