"""How a ridge probe is fitted, and the weights that its risk gives to the parts of its targets.

The N samples have targets F (N x T). A probe is fitted to Y, which is F and noise that is independent from sample to
sample, of variance sigma^2 in a whole row. With s_k the eigenvalues of the covariance of Z and p_k its left singular
vectors, ridge regression of penalty rho is a linear smoother with the factors h_k, and (`ridge-risk`)

    E |F - Z V|^2 = sum_k (1 - h_k)^2 b_k^2 + rest + sigma^2 sum_k h_k^2,    h_k = s_k/(s_k + rho/N)

with b_k^2 = |p_k'F|^2 and rest = |F|^2 - sum_k b_k^2. All are sums over samples and targets, not means. An intercept that
is not penalised is one more direction, the constant one, with h = 1: rest is without the mean of F then.

Fewer labels, on n of the N samples drawn at random and with penalty rho n/N, are noisier: the noise counts N/n times, and
what the probe leaves out of F acts as noise as well, in the samples that are not drawn,

    E |F - Z V|^2 = bias (1 + (1/n - 1/N) d) + (N/n) sigma^2 d,    bias = sum_k (1 - h_k)^2 b_k^2 + rest,  d = sum_k h_k^2

For n = N that is the formula above, and exact. For n < N it is the first order in d/n, for p_k and residuals that are
spread evenly over the samples: an approximation for n well above d, and none where d comes near n.
"""

from dataclasses import dataclass

import numpy as np

from numeric.validation import component_count, nonnegative


@dataclass(frozen=True, kw_only=True, slots=True)
class RidgeProbe:
    """A ridge regression of targets on a representation.

    Attributes:
        n_samples: N.
        penalty: rho >= 0, of sum V_kt^2 beside the sum of squared errors. At 0 the probe is least squares: h_k is 1 where
            s_k > 0, and 0 elsewhere.
        noise: sigma^2 >= 0, the variance of the noise in a row of Y, summed over its T targets.
        n_labelled: n, how many of the samples have labels, from 1 to N; by default all.
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
        n_samples = component_count(self.n_samples, name="n_samples")
        n_labelled = n_samples if self.n_labelled is None else component_count(self.n_labelled, name="n_labelled")
        if n_labelled > n_samples:
            raise ValueError(f"n_labelled must be at most n_samples = {n_samples}; found {n_labelled}")
        if not isinstance(self.intercept, bool | np.bool_):
            found = f"{self.intercept!r} of type {type(self.intercept).__name__}"
            raise TypeError(f"intercept must be True or False; found {found}")
        checked = {
            "n_samples": n_samples,
            "penalty": nonnegative("penalty", self.penalty),
            "noise": nonnegative("noise", self.noise),
            "n_labelled": n_labelled,
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
        return self._weights(*self._factors(s))

    def rates(self, s, slopes):
        """The derivatives of `weights` as the filters change.

        Args:
            s: as for `weights`.
            slopes: (..., q) the derivative of every s_k, 0 where it is and stays 0.
        """
        kept, lost = self._factors(s)
        _, growth, _ = self._weights(kept, lost)
        level = s + self.penalty / self.n_samples  # (..., q)
        rate = lost * np.divide(slopes, level, out=np.zeros_like(level), where=slopes != 0)  # (..., q), h_k'
        degree_rate = 2 * np.sum(kept * rate, axis=-1)  # (...), d'
        growth_rate = self._unseen * degree_rate
        a = growth_rate[..., None] * lost**2 - 2 * growth[..., None] * lost * rate
        return a, growth_rate, self._arriving * degree_rate

    def _factors(self, s):
        """(h, 1 - h), each (..., q), the latter without cancellation."""
        share = self.penalty / self.n_samples
        kept = np.divide(s, s + share, out=np.zeros_like(s), where=s > 0)
        lost = np.divide(share, s + share, out=np.ones_like(s), where=s > 0)
        return kept, lost

    def _weights(self, kept, lost):
        degrees = np.sum(kept**2, axis=-1) + self.intercept  # (...), d
        growth = 1 + self._unseen * degrees
        return growth[..., None] * lost**2, growth, self._arriving * degrees

    @property
    def _unseen(self):
        return 1 / self.n_labelled - 1 / self.n_samples

    @property
    def _arriving(self):
        return self.noise * (self.n_samples / self.n_labelled)
