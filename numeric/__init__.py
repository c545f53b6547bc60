"""Losses, gradients and closed-form optima on arrays; needs NumPy and SciPy only, and `SpectralSSL` scikit-learn.

This module hands names on, and loads what is behind a name when it is first asked for.
"""

from importlib import import_module

_HOMES = {
    "Optimum": "numeric.optimum",
    "PairedOptimum": "numeric.optimum",
    "SpectralSSL": "numeric.estimators",
    "barlow_twins": "numeric.barlow_twins",
    "cca": "numeric.cca",
    "classical_mds": "numeric.classical_mds",
    "diagnostics": "numeric.diagnostics",
    "downstream": "numeric.downstream",
    "isomap": "numeric.isomap",
    "kernel_cca": "numeric.kernel_cca",
    "kernel_lda": "numeric.kernel_lda",
    "kernel_lpp": "numeric.kernel_lpp",
    "kernel_pca": "numeric.kernel_pca",
    "laplacian_eigenmaps": "numeric.laplacian_eigenmaps",
    "lda": "numeric.lda",
    "lpp": "numeric.lpp",
    "majorisation": "numeric.majorisation",
    "optimise": "numeric.optimise",
    "relation_spectrum": "numeric.relation_spectrum",
    "relations": "numeric.relations",
    "simclr": "numeric.simclr",
    "spectral_contrastive": "numeric.spectral_contrastive",
    "spectrum": "numeric.spectrum",
    "squared_similarity": "numeric.generated.squared_similarity",
    "tcr": "numeric.generated.tcr",
    "vicreg": "numeric.vicreg",
}

__all__ = [  # what runs on NumPy and SciPy alone
    "Optimum",
    "PairedOptimum",
    "barlow_twins",
    "cca",
    "classical_mds",
    "diagnostics",
    "downstream",
    "isomap",
    "kernel_cca",
    "kernel_lda",
    "kernel_lpp",
    "kernel_pca",
    "laplacian_eigenmaps",
    "lda",
    "lpp",
    "majorisation",
    "optimise",
    "relation_spectrum",
    "relations",
    "simclr",
    "spectral_contrastive",
    "spectrum",
    "squared_similarity",
    "tcr",
    "vicreg",
]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module 'numeric' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    return home if _HOMES[name].endswith(f".{name}") else getattr(home, name)


def __dir__():
    return sorted(_HOMES)
