"""What NumPy code may call beside NumPy, and where it is imported from."""

from __future__ import annotations

import re

from derivations.export.code.scalar import SPECIAL

HOMES = {
    "scipy.special": sorted({*SPECIAL.values(), "logsumexp"}),
    "numeric.arrays": ["diagonal_of", "hollow", "inner", "number", "over", "plus_diagonal", "plus_product"],
    "numeric.centred": ["Centred", "centred_representation"],
    "numeric.definite": ["bottom_definite_eigenpairs", "bottom_definite_generalised_eigenpairs"],
    "numeric.determinant": ["log_det"],
    "numeric.entries": ["of_numpy"],
    "numeric.least_points": ["least_points"],
    "numeric.levels": ["decreasing_fixed_point"],
    "numeric.moments": ["pencil_of_moments"],
    "numeric.optimum": ["Optimum"],
    "numeric.pairwise": ["relation", "symmetric"],
    "numeric.pencil": ["bottom_pairs", "centring"],
    "numeric.products": ["degrees", "laplacian_product", "relation_product"],
    "numeric.relation_spectrum": ["squared_norm", "top_eigenpairs", "top_generalised_eigenpairs"],
    "numeric.shrinkage": ["log_det_and_shrunk"],
    "numeric.softmax": ["balanced", "log_sum_exp", "row_softmax", "softmax"],
    "numeric.spectral_optimum": ["positive_part", "spectral_factor"],
    "numeric.spectrum": ["bottom_eigenpairs", "bottom_generalised_eigenpairs"],
    "numeric.validation": ["component_count", "inputs", "nonnegative", "positive", "representation"],
    "numeric.views": ["positive_entries", "views"],
}
"""What the code may call, and where it is imported from."""


def imports_of(source):
    """The import statements that a source needs: NumPy's, SciPy's, and those of numeric."""
    lines = []
    for home, names in HOMES.items():
        used = [name for name in names if re.search(rf"(?<![\w.]){name}\(", source)]
        lines += [f"from {home} import {', '.join(used)}"] if used else []
    outside = [line for line in lines if not line.startswith("from numeric")]
    own = "\n".join(line for line in lines if line not in outside)
    numpy = ["import numpy as np"] if re.search(r"(?<![\w.])np\.", source) else []
    return "\n\n".join(filter(None, ["\n".join([*numpy, *outside]), own]))
