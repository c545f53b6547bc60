"""A claimed minimum against what numerical optimisation found."""

from hypothesis import event

from numeric.optimise import TOLERANCE


def check_against(found, claim, *, rounding):
    """No start ended below the claim, and if the best of them converged, it reached it.

    Args:
        found: NumericalMinimum (`numeric.optimise.minimise`) of a loss that is nowhere negative.
        claim: the minimum that a closed form claims.
        rounding: what the claim and the losses may be wrong by.
    """
    event("optimiser converged" if found.converged else "optimiser did not converge")
    assert (found.losses >= claim - rounding).all()
    if found.converged:
        assert found.loss <= claim * (1 + 1e-6) + rounding + TOLERANCE * found.loss_scale
