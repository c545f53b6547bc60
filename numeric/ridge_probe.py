"""How a ridge probe is fitted, and the weights that its risk gives to the parts of its targets.

The N samples have targets F (N x T). A probe is fitted to Y, which is F and noise that is independent from sample to
sample, of variance sigma^2 in a whole row. With s_k the eigenvalues of the covariance of Z and p_k its left singular
vectors, ridge regression of penalty rho is a linear smoother with the factors h_k, and (`ridge-risk`)

    E |F - Z V|^2 = sum_k (1 - h_k)^2 b_k^2 + rest + sigma^2 sum_k h_k^2,    h_k = s_k/(s_k + rho/N)

with b_k^2 = |p_k'F|^2 and rest = |F|^2 - sum_k b_k^2. All are sums over samples and targets, not means. An intercept that
is not penalised is one more direction, the constant one, with h = 1: rest is without the mean of F then.

With labels on n of the N samples only, drawn at random, the penalty being rho n/N, and errors still counted on all N,

    E |F - Z V|^2 = (1 + g) (sum_k (1 - h_k)^2 b_k^2 + rest) + sigma^2 (sum_k h_k^2 + g sum_k (1 - h_k)^2)

approximately, where h_k = s_k/(s_k + kappa), the last sum is over all N directions, and kappa and g are those of
`numeric.few_labels`. For n = N it is the formula above, and exact.
"""

from dataclasses import dataclass

import numpy as np

from numeric import few_labels
from numeric.validation import component_count, nonnegative, positive


@dataclass(frozen=True, kw_only=True, slots=True)
class RidgeProbe:
    """A ridge regression of targets on a representation.

    Attributes:
        n_samples: N.
        penalty: rho >= 0, of sum V_kt^2 beside the sum of squared errors; > 0 where not all samples are labelled. At 0 the
            probe is least squares: h_k is 1 where s_k > 0, and 0 elsewhere.
        noise: sigma^2 >= 0, the variance of the noise in a row of Y, summed over its T targets.
        n_labelled: n, how many of the samples have labels, from 1 to N, and from 2 with an intercept unless N is 1; by
            default all.
        intercept: whether the probe has one.

    Raises:
        TypeError, ValueError: an attribute is out of range.
    """

    n_samples: int
    penalty: float
    noise: float = 0.0
    n_labelled: int | None = None
    intercept: bool = False

    def __post_init__(self):
        if not isinstance(self.intercept, bool | np.bool_):
            found = f"{self.intercept!r} of type {type(self.intercept).__name__}"
            raise TypeError(f"intercept must be True or False; found {found}")
        N = component_count(self.n_samples, name="n_samples")
        n = N if self.n_labelled is None else component_count(self.n_labelled, name="n_labelled")
        if not min(N, 1 + self.intercept) <= n <= N:
            allowed = f"from {min(N, 1 + self.intercept)} to n_samples = {N}"
            raise ValueError(f"n_labelled must be {allowed}{' with an intercept' * self.intercept}; found {n}")
        checked = {
            "n_samples": N,
            "n_labelled": n,
            "penalty": (nonnegative if n == N else positive)("penalty", self.penalty),
            "noise": nonnegative("noise", self.noise),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def weights(self, s):
        """The risk as a function of the targets, which is linear: sum_k a_k b_k^2 + r rest + c.

        Args:
            s: (..., q) s_k >= 0, validated: one filter, or several.

        Returns:
            a, r, c: of shapes (..., q), (...) and (...).
        """
        _, lost, d_1, d_2, g = self._factors(s, self._level(s))
        return (1 + g)[..., None] * lost**2, 1 + g, self.noise * (d_2 + g * (self.n_samples - 2 * d_1 + d_2))

    def rates(self, s, slopes):
        """The derivatives of `weights` as the filters change.

        Args:
            s: as for `weights`.
            slopes: (..., q) the derivative of every s_k, 0 where it is and stays 0.
        """
        n, N, share = self.n_labelled, self.n_samples, self.penalty / self.n_samples
        level = self._level(s)
        kept, lost, d_1, d_2, g = self._factors(s, level)
        level_rate = np.zeros_like(level)
        if n < N:
            level_rate = few_labels.effective_penalty_rate(s, slopes, level, share, n, N, self.intercept)
        changes = lost * slopes - kept * level_rate[..., None]
        total = s + level[..., None]
        rate = np.divide(changes, total, out=np.zeros_like(s), where=changes != 0)  # (..., q), h_k'
        d_1_rate, d_2_rate = np.sum(rate, axis=-1), 2 * np.sum(kept * rate, axis=-1)
        g_rate = few_labels.growth_rate(d_1, d_2, d_1_rate, d_2_rate, n, N) if n < N else np.zeros_like(g)
        a = g_rate[..., None] * lost**2 - 2 * (1 + g)[..., None] * lost * rate
        c = d_2_rate + g_rate * (N - 2 * d_1 + d_2) + g * (d_2_rate - 2 * d_1_rate)
        return a, g_rate, self.noise * c

    def _level(self, s):
        """kappa, (...)."""
        share = self.penalty / self.n_samples
        if self.n_labelled == self.n_samples:
            return np.full(s.shape[:-1], share)
        return few_labels.effective_penalty(s, share, self.n_labelled, self.n_samples, self.intercept)

    def _factors(self, s, level):
        """h and 1 - h, each (..., q), the latter without cancellation; d_1, d_2 and g, each (...)."""
        total = s + level[..., None]
        kept = np.divide(s, total, out=np.zeros_like(s), where=s > 0)
        lost = np.divide(level[..., None], total, out=np.ones_like(s), where=s > 0)
        d_1, d_2 = np.sum(kept, axis=-1) + self.intercept, np.sum(kept**2, axis=-1) + self.intercept
        all_labelled = self.n_labelled == self.n_samples
        g = np.zeros_like(d_1) if all_labelled else few_labels.growth(d_1, d_2, self.n_labelled, self.n_samples)
        return kept, lost, d_1, d_2, g
