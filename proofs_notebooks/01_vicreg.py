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
# # VICReg
#
# VICReg (Bardes, Ponce and LeCun 2022) has three wishes: every column of `Z` has variance one, no two columns are
# correlated, and related samples are close. Their weights are `alpha`, `beta` and `gamma`. This notebook goes from the
# published sums to the global minimum, for any weights, for free representations and for linear networks, and to what
# the other variance term, the hinge, changes. The proof for equal weights is in the tour (`00_tour`).

# %% [markdown]
# ## From sums to matrices
#
# A sum over related pairs is a quadratic form. This is the step that brings in the Laplacian `L`, and with it all that
# is known of graphs.

# %%
from derivations import theorem

theorem("dirichlet-energy", proof=True)

# %%
theorem("vicreg-matrix-form", proof=True)

# %% [markdown]
# The gradient follows by the rules of the calculus, one for each kind of node in the expression. It vanishes where the
# covariance is balanced against the Laplacian; at an eigenvector that is an equation between two numbers.

# %%
theorem("vicreg-gradient")

# %% [markdown]
# ## Any weights
#
# The published weights are 25 for the variances and 1 for the covariances. If covariances weigh more than variances,
# the optimum is that of equal weights. If they weigh less, all columns take the same variance `m`, which is the root of
# one equation, and `R` is a rotation that makes it so: by the Schur-Horn theorem there is one.

# %%
theorem("vicreg-weighted-optimum")

# %% [markdown]
# In numbers: a row of twelve samples, each related to the next, and five components. The smaller `beta`, the more of
# the variance goes into few directions.

# %%
import numpy as np

from numeric import diagnostics, optimise, relations, vicreg
from numeric.figures import graphs

row = graphs.row(12)

for beta in (5.0, 1.0, 0.2, 0.04):
    weights = {"alpha": 1.0, "beta": beta, "gamma": 0.8}
    best = vicreg.optimal_representation(row, 5, **weights)
    found = optimise.minimise(lambda Z, w=weights: vicreg.loss_and_gradient(Z, row, **w), (12, 5), n_starts=4)
    print(f"beta {beta:4}: filter {best.filter.round(3)}, variances {best.representation.var(axis=0).round(3)}")
    print(f"           loss {best.loss:.9f} in closed form, {found.loss:.9f} found numerically")
    rounding = 12 * 5 * np.finfo(float).eps * 5  # of a sum of N K terms; at 0 the loss is K
    assert found.converged
    assert -rounding <= found.loss - best.loss <= optimise.TOLERANCE * found.loss_scale

# %% [markdown]
# ## Linear networks
#
# With `Z = X W` the same argument holds in the range of the inputs `X`. All that has to be known of them are two
# matrices of the size of the features, `A` and `B`, however many samples there are; and they may have any rank.

# %%
theorem("vicreg-linear-optimum")

# %% [markdown]
# The check has inputs that are awkward: nine features of which only six are independent, so that many `W` give the same
# `Z`, and a relation that joins three classes of different sizes, which falls into three pieces. Five components are
# asked for, and fewer are kept.
#
# The tolerances are those of the tour: as a function of the Gram matrix, and within the range of `X`, the loss is
# `alpha` times a squared distance to a target, and the best Gram matrix is the nearest one that is positive
# semidefinite.

# %%
rng = np.random.default_rng(1)
labels = np.repeat([0, 1, 2], [4, 7, 9])
centres = rng.normal(size=(3, 6))
X = (2 * centres[labels] + rng.normal(size=(20, 6))) @ rng.normal(size=(6, 9))  # (N, D), of rank 6
G = relations.from_labels(labels)
N, K, gamma = len(X), 5, 0.25

best = vicreg.optimal_weights(X, G, K, gamma=gamma)
print("eigenvalues", best.eigenvalues.round(3))
print("filter     ", best.filter.round(3), f"rank {best.rank} of {K}")

basis = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[0][:, :6] * np.sqrt(N)  # of the centred range of X


def linear(W):
    """The loss and its gradient over linear maps of the inputs, in coordinates in which these are uncorrelated."""
    value, gradient = vicreg.loss_and_gradient(basis @ W, G, gamma=gamma)
    return value, basis.T @ gradient


found = optimise.minimise(linear, (6, K), n_starts=6)
ours, theirs = X @ best.weights, basis @ found.point
gap = found.loss - best.loss
distance = diagnostics.gram_distance(ours, theirs)
angle = diagnostics.principal_angles(ours - ours.mean(axis=0), theirs).max()
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the largest angle is {angle:.1e}")

rounding = N * K * np.finfo(float).eps * K
assert found.converged
assert -rounding <= gap <= optimise.TOLERANCE * found.loss_scale
assert distance <= np.sqrt(gap + rounding)
assert np.sin(angle) <= distance / best.filter[: best.rank].min() + rounding

# %% [markdown]
# ## A classical method in the limit
#
# At a small `gamma` all filter values are close to one, and `Z*` becomes what Laplacian Eigenmaps finds (Belkin and
# Niyogi 2003). Before that, they already span the same space. (Which of the two normalisations of Laplacian Eigenmaps
# is meant does matter: `07_claims_that_fail`.)

# %%
theorem("vicreg-laplacian-eigenmaps", proof=True)

# %%
from numeric import laplacian_eigenmaps

maps = laplacian_eigenmaps.optimal_representation(row, 3).representation
eigenvalues, _ = vicreg.eigenpairs(row, 4)
rounding = len(row) * np.finfo(float).eps * 4 / (eigenvalues[3] - eigenvalues[2])  # of eigenvectors; the norm of L is 4
for gamma in (0.5, 0.05, 0.005):
    Z = vicreg.optimal_representation(row, 3, gamma=gamma).representation
    angle, distance = diagnostics.principal_angles(Z, maps).max(), diagnostics.gram_distance(Z, maps)
    print(f"gamma {gamma:5}: largest angle {angle:.0e}, Gram matrices differ by {distance:.4f}")
    assert angle <= rounding

# %% [markdown]
# ## The hinge
#
# As published, the variance term is a hinge of the standard deviation: a column with a variance above one is as good as
# one. Where columns are kept uncorrelated this has another filter, which is never 0.

# %%
theorem("vicreg-hinge-optimum")

# %% [markdown]
# The figure counts the directions that are kept as `gamma` goes up, for both variance terms and for methods that have
# no `gamma`. It is one of those that `spectral-ssl figures` draws.

# %%
from numeric.figures import rank

rank.draw()

# %% [markdown]
# What this costs is the spectrum: where the squared variance drops a direction, the hinge keeps a little of it.

# %%
for variance in ("squared", "hinge"):
    best = vicreg.optimal_representation(row, 5, variance=variance, beta=np.inf, gamma=1.5)
    print(f"{variance:8} filter {best.filter.round(4)}, rank {best.rank}")

assert best.rank == 5
