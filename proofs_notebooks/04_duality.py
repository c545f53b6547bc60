# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Contrast between samples and between dimensions
#
# There are two camps of methods. Contrastive ones, such as SimCLR, push samples apart: different rows of `Z` should
# have nothing in common. The others, such as VICReg and Barlow Twins, push dimensions apart: different columns should
# have nothing in common. Garrido et al. (2023) noticed that the two wishes are almost one. This notebook shows how far
# that goes, by one identity and the bounds that follow from it.

# %% [markdown]
# ## One identity
#
# Take the squares of all products of two different rows, and of two different columns. The Gram matrices of rows and of
# columns have the same norm, so the two sums differ by what is on their diagonals alone.

# %%
from derivations import theorem

theorem("duality", proof=True)

# %%
import numpy as np


def between_samples(Z):
    """The sum of the squared products of two different rows."""
    products = Z @ Z.T
    return np.sum((products - np.diag(np.diag(products))) ** 2)


def between_dimensions(Z):
    """The sum of the squared products of two different columns."""
    return between_samples(Z.T)


rng = np.random.default_rng(0)
Z = rng.normal(size=(40, 6))
rows, columns = np.linalg.norm(Z, axis=1), np.linalg.norm(Z, axis=0)
left, right = between_dimensions(Z) + np.sum(columns**4), between_samples(Z) + np.sum(rows**4)
print(left, right)
assert abs(left - right) <= Z.size * np.finfo(float).eps * left

# %% [markdown]
# ## Normalised rows and columns
#
# Methods fix lengths. With rows of norm one, and columns that all have one norm, the diagonals are constants: then the
# two contrasts differ by a number, and have the same gradients among all such `Z`.

# %%
theorem("duality-normalised")

# %% [markdown]
# A matrix of random signs, divided by the root of `K`, is such a `Z`.

# %%
N, K = 40, 6
Z = rng.choice([-1.0, 1.0], size=(N, K)) / np.sqrt(K)
products, covariances = Z @ Z.T, Z.T @ Z
slope_samples = 4 * (products - np.diag(np.diag(products))) @ Z
slope_dimensions = 4 * Z @ (covariances - np.diag(np.diag(covariances)))

print("difference of the contrasts", between_dimensions(Z) - between_samples(Z), "of", N - N**2 / K)
rounding = Z.size * np.finfo(float).eps * between_samples(Z)
assert abs(between_dimensions(Z) - between_samples(Z) - (N - N**2 / K)) <= rounding
assert np.abs(slope_dimensions - slope_samples - 4 * (1 - N / K) * Z).max() <= rounding

# %% [markdown]
# ## Normalised rows alone
#
# Cosines normalise the rows, and leave the columns as they come. Then the difference is between two bounds, and both
# are attained: one if all columns have the same norm, and the other if one column has everything.

# %%
theorem("duality-bounds", proof=True)

# %% [markdown]
# Panel a of the figure has matrices of all kinds with unit rows: rows scattered about a common one, more or less, which
# may lean to one column or to all; matrices of signs, more or less equal; and the one with everything in one column.
# Panel b has a training run that sees the contrast between samples alone, from rows that have much in common.

# %%
from numeric.sphere import unit_rows

N, K = 40, 6


def contrast(Z):
    """The contrast between samples of the normalised rows of Z, and its gradient."""
    directions = unit_rows(Z)
    U = directions.rows
    products = U @ U.T
    return between_samples(U), directions.tangent(4 * (products - np.diag(np.diag(products))) @ U)


spread = []
for _ in range(150):
    common = np.append(1, np.full(K - 1, rng.uniform()))  # what the rows have in common
    spread.append(unit_rows(rng.uniform(0, 6) * common + rng.normal(size=(N, K))).rows)
signs = [rng.choice([-1.0, 1.0], size=(N, K), p=[p, 1 - p]) / np.sqrt(K) for p in np.linspace(0.05, 0.5, 20)]
STEPS, STEP = 120, 1e-3
path = [unit_rows(rng.normal(size=(N, K)) + 3 * rng.normal(size=K)).rows]
for _ in range(STEPS):
    path.append(unit_rows(path[-1] - STEP * contrast(path[-1])[1]).rows)

# %%
from numeric.figures import style


@style.applied_to
def figure():
    """Both contrasts of matrices with unit rows, between their bounds, and along a training run."""
    drawn = style.page(7)
    plane, run = drawn.subplots(1, 2)
    for points, name, look in (
        (spread, "scattered", {"color": style.GREY, "marker": "o", "markersize": 2}),
        (signs, "signs: columns of one norm", {"color": style.VERMILLION, "marker": "^"}),
        ([np.eye(1, K).repeat(N, axis=0)], "one column", {"color": style.BLUE, "marker": "s", "markersize": 5}),
    ):
        contrasts = np.array([[between_samples(U), between_dimensions(U)] for U in points])
        plane.plot(*contrasts.T, linestyle="none", label=name, clip_on=False, zorder=3, **look)
    ends = np.array([N**2 / K - N, N**2 - N])
    plane.plot(ends, ends + N - N**2 / K, color=style.BLACK, linewidth=0.8, label="upper bound")
    plane.set(xlabel="contrast between samples", ylabel="contrast between dimensions", xlim=(0, N**2), ylim=(0, N**2))
    plane.legend(loc="upper left")
    samples, dimensions = (np.array([f(U) for U in path]) for f in (between_samples, between_dimensions))
    run.plot(samples, color=style.BLACK, linestyle="-", label="between samples")
    run.plot(dimensions, color=style.BLUE, linestyle="--", label="between dimensions")
    run.axhline(N**2 / K - N, color=style.GREY, linestyle=":", linewidth=1)
    run.text(STEPS, N**2 / K - N - 20, "least possible between samples", ha="right", va="top", color=style.GREY)
    run.set(xlabel="step", ylabel="contrast", xlim=(0, STEPS), ylim=(0, None))
    run.legend()
    style.title(plane, "a", "rows of norm one")
    style.title(run, "b", "training on samples")
    return drawn


figure()

# %% [markdown]
# ## Check it against numerical optimisation
#
# The bounds have a consequence. With more samples than dimensions, rows cannot all be orthogonal. The upper bound says
# how small the contrast between samples can be at all, since that between dimensions is not negative, and that where it
# is least, the columns have one norm and are orthogonal. So who minimises the one has minimised the other. (Such a `Z`
# is known as a unit-norm tight frame; that there are no other local minima is due to Benedetto and Fickus 2003.)
#
# The minimum is attained by many `Z`, which no rotation turns into each other; what they share is the Gram matrix of
# the columns, a multiple of the identity. Its squared distance from that is exactly what the contrast is above its
# minimum, by the identity above. The subspace is all that the columns can span: the Gram matrix of the rows is that
# multiple of a projector.

# %%
from numeric import optimise

N, K = 11, 4
found = optimise.minimise(contrast, (N, K), n_starts=6)
U = unit_rows(found.point).rows
least = N**2 / K - N
gap = found.loss - least
off = U.T @ U - N / K * np.eye(K)
print(f"between samples {found.loss:.9f}, least possible {least}; between dimensions {between_dimensions(U):.1e}")
print("norms of the columns", np.linalg.norm(U, axis=0).round(6), "of", round(float(np.sqrt(N / K)), 6))

rounding = N**2 * K * np.finfo(float).eps * (N / K)
assert found.converged
assert -rounding <= gap <= optimise.TOLERANCE * found.loss_scale
assert abs(np.sum(off**2) - gap) <= rounding  # the Gram matrix of the columns
projector = K / N * U @ U.T
assert np.linalg.norm(projector @ projector - projector) <= 2 * K / N * np.linalg.norm(off) + rounding  # the subspace
assert between_dimensions(U) <= gap + rounding

# %% [markdown]
# The converse does not hold. A representation that has collapsed, with all of its rows the same unit vector, has
# nothing between its dimensions either. This is why methods that push dimensions apart need a term that keeps variances
# up, and those that push samples apart do not.

# %%
collapsed = np.eye(1, K).repeat(N, axis=0)
print(f"between dimensions {between_dimensions(collapsed)}")
print(f"between samples    {between_samples(collapsed)}, the most there can be")
assert between_dimensions(collapsed) == 0
assert between_samples(collapsed) == N**2 - N

# %% [markdown]
# ## The families
#
# Which methods are in which camp, and by how much their repulsion differs from these two contrasts, is the subject of
# `contrastive-family` and `dimension-family`: each method as attraction and repulsion, with bounds for the latter. They
# are long; `spectral-ssl show contrastive-family` prints one. Two claims of this field that do not hold, on the
# constant and on collapse, are in `07_claims_that_fail`.
