"""What a representation is worth to a task: linear probes, their risk, and a method and a gamma from a few labels.

This module hands names on.
"""

from numeric.probe import probe_loss
from numeric.recommend import recommend
from numeric.recommendation import Candidate, Recommendation
from numeric.ridge_probe import RidgeProbe
from numeric.ridge_risk import ridge_risk, target_spectrum, vicreg_ridge_risk

__all__ = [
    "Candidate",
    "Recommendation",
    "RidgeProbe",
    "probe_loss",
    "recommend",
    "ridge_risk",
    "target_spectrum",
    "vicreg_ridge_risk",
]
