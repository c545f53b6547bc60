"""What a recommendation says, and how it reads: candidates, how they compare, and what cannot be told apart."""

from dataclasses import dataclass

from numeric.ridge_probe import RidgeProbe

RESOLVED = 2.0
"""Risks that differ by at most this many standard errors of their difference count as indistinguishable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A method, and how it compares to the best one.

    Attributes:
        method: "vicreg", "squared similarity" or "barlow twins".
        gamma: of VICReg, with alpha = 1 and beta >= 1; None for the others.
        risk: the estimated risk.
        excess: by how much that is above the best one's, >= 0; exactly 0 if the two differ by rounding.
        error: the standard error of the excess.
    """

    method: str
    gamma: float | None
    risk: float
    excess: float
    error: float

    @property
    def distinguishable(self):
        """Whether the labels tell it from the best one."""
        return self.excess > RESOLVED * self.error

    def __str__(self):
        return self.method if self.gamma is None else f"{self.method}, gamma = {self.gamma:.3g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """A method for a relation and a few labels. Risks are estimates of squared errors, summed over samples and targets.

    Attributes:
        candidates: the best candidate of each method, lowest risk first; empty if no labelled sample has a positive.
        curve: VICReg's candidates by ascending gamma, each compared to the lowest of the curve.
        total: the estimate of |F - mean of F|^2, the squared error of the mean.
        total_error: its standard error.
        probe: the RidgeProbe whose risk is estimated.
        n_related: how many of the labelled samples have a positive.
    """

    candidates: tuple[Candidate, ...]
    curve: tuple[Candidate, ...]
    total: float
    total_error: float
    probe: RidgeProbe
    n_related: int

    @property
    def method(self):
        """The method of the lowest estimated risk; None where nothing can be said."""
        return self.candidates[0].method if self.candidates else None

    @property
    def gamma(self):
        """VICReg's gamma, in units of alpha; None where VICReg is not the method."""
        return self.candidates[0].gamma if self.candidates else None

    @property
    def rivals(self):
        """The candidates that the labels do not tell from the first."""
        return tuple(candidate for candidate in self.candidates[1:] if not candidate.distinguishable)

    @property
    def varied(self):
        """Whether the labels show more variance than that of their noise."""
        return self.total > RESOLVED * self.total_error

    @property
    def decided(self):
        """Whether the labels tell the method from every other."""
        return bool(self.candidates) and self.varied and not self.rivals

    @property
    def gamma_range(self):
        """The lowest and the highest gamma of the curve that the labels do not tell from its best; None without a curve."""
        close = [candidate.gamma for candidate in self.curve if not candidate.distinguishable]
        return (min(close), max(close)) if close else None

    @property
    def reason(self):
        """In words, why this method, or why the labels cannot tell."""
        if not self.candidates:
            return "no labelled sample has a positive, so the labels say nothing about the relation"
        if not self.varied:
            return "the labels vary no more than noise does, so they tell nothing"
        if not self.rivals:
            return f"the other methods are worse by more than {RESOLVED:g} standard errors"
        equal = " and ".join(str(rival) for rival in self.rivals if not rival.excess)
        close = " or ".join(str(rival) for rival in self.rivals if rival.excess)
        parts = [f"as good as {equal}"] * bool(equal) + [f"the labels cannot tell it from {close}"] * bool(close)
        return ", and ".join(parts)

    def __str__(self):
        n, N = self.probe.n_labelled, self.probe.n_samples
        unit, over = (self.total, "that of the mean") if self.varied else (1.0, "1")
        lines = [
            f"{self.candidates[0] if self.candidates else 'no recommendation'}: {self.reason}",
            f"{n} of {N} samples are labelled, {self.n_related} of these have positives",
            f"ridge penalty {self.probe.penalty:.3g}, noise {self.probe.noise:.3g}; risks are in units of {over}",
        ]
        for candidate in self.candidates:
            lines.append(
                f"  risk {candidate.risk / unit:.4f}, above the lowest by {candidate.excess / unit:.4f}"
                f" +- {candidate.error / unit:.4f}: {candidate}"
            )
        if self.gamma_range:
            lines.append(
                "  VICReg's gammas that are as good as its best: from {:.3g} to {:.3g}".format(*self.gamma_range)
            )
        return "\n".join(lines)
