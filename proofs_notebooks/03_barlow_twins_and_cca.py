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
# # Barlow Twins and canonical correlations
#
# Barlow Twins (Zbontar et al. 2021) looks at the columns of `Z` on both sides of all related pairs: each should agree
# with itself, and be uncorrelated with the others. The wish is that their cross-correlation `C` is the identity. How
# near to it any `Z` can come, and by which directions, has a closed form that is not in the papers. And with an encoder
# for each view the method is a relative of canonical correlation analysis, of 1936.

# %% [markdown]
# ## The loss in matrices
#
# `U` are the columns of `Z`, scaled to length one under the degrees `d` of the relation. So the loss does not see the
# scale of a column; it does see rotations.

# %%
from derivations import theorem

theorem("barlow-matrix-form")

# %%
theorem("barlow-gradient")

# %% [markdown]
# ## The optimum
#
# There are several cases, for the columns have a total squared length of `K` to give to directions, and one that the
# relation sees with the eigenvalue `g` is best served by `1/g` of it. In part (ii) the total does not suffice for all
# directions with a positive eigenvalue. In part (iii) it does, and the rest goes where the relation does not see it; in
# part (iv) there is no such place. The parts after that say the same of centred columns.

# %%
theorem("barlow-optimum")

# %% [markdown]
# What the first case does is what water does in vessels of different widths that stand at different heights. The figure
# is one of those of `spectral-ssl figures`.

# %%
from numeric.figures import water_filling

water_filling.draw()

# %% [markdown]
# ## Check it against numerical optimisation
#
# The relation: two clouds of points, of which related ones are those that are near, by a Gaussian kernel; between the
# clouds there is nothing. So the largest eigenvalue, 1, comes twice. There are more components than vessels that water
# reaches.

# %%
import numpy as np
from scipy.linalg import block_diag, sqrtm
from scipy.spatial.distance import cdist

from numeric import barlow_twins, diagnostics, optimise

rng = np.random.default_rng(0)
clouds = (rng.normal(size=(7, 2)), rng.normal(size=(9, 2)))
G = block_diag(*(np.exp(-cdist(points, points, "sqeuclidean") / 2) for points in clouds))
N, K = len(G), 8

best = barlow_twins.optimal_representation(G, K)
found = optimise.minimise(lambda Z: barlow_twins.loss_and_gradient(Z, G), (N, K), n_starts=6)
print("eigenvalues", best.eigenvalues.round(3))
print("filter     ", best.filter.round(3), f"rank {best.rank} of {K}")
print(f"loss {best.loss:.9f} in closed form, {found.loss:.9f} found numerically")

# %% [markdown]
# The Gram matrix to compare is that of the rows of `U`. The loss is a quadratic function of it, and convex, since a
# Gaussian kernel is positive semidefinite; the best is a minimum over all matrices that are positive semidefinite and
# have the trace `K`. Any other has a loss that is larger by the squared distance from the best, or more, where
# distances are taken in the metric of the normalised relation `A`. So in that metric the distance is at most the root
# of what the losses differ by, and the sine of an angle at most the distance over the smallest eigenvalue there.

# %%
degrees = G.sum(axis=1)
A = G / np.sqrt(np.outer(degrees, degrees))
root = sqrtm(A).real


def seen(Z):
    """The columns of Z at length one under the degrees, as the relation sees them: their products are C."""
    drawn = np.sqrt(degrees)[:, None] * Z
    return root @ (drawn / np.linalg.norm(drawn, axis=0))


ours, theirs = seen(best.representation), seen(found.point)
gap = found.loss - best.loss
distance = np.linalg.norm(ours @ ours.T - theirs @ theirs.T)
angle = diagnostics.principal_angles(ours, theirs).max()
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the largest angle is {angle:.1e}")

rounding = K**2 * N * np.finfo(float).eps  # of K^2 entries of C, each a sum of N products that are at most one
reached = (best.filter * best.eigenvalues)[: best.rank]  # the eigenvalues of C
assert found.converged
assert -rounding <= gap <= optimise.TOLERANCE * found.loss_scale
assert distance <= np.sqrt(gap + rounding)
assert np.sin(angle) <= distance / reached.min() + rounding
assert np.ptp(best.filter[:2]) <= rounding  # of equal eigenvalues

# %% [markdown]
# ## Canonical correlations
#
# With a linear encoder for each of two views, there are two sets of weights. Canonical correlation analysis (Hotelling
# 1936) asks for pairs of directions, one in each view, whose correlations are largest.

# %%
theorem("canonical-correlation-analysis", proof=True)

# %% [markdown]
# Barlow Twins asks for correlations of one and 0. If the columns are whitened, and not only scaled, the answer is the
# same. If they are scaled, as in the method, the water of above fills vessels, whose widths are set by the canonical
# correlations.

# %%
theorem("barlow-cca")

# %% [markdown]
# Two views share three signals, each with noise of its own; one of the views has features that repeat others. `cca`
# takes two inputs. Barlow Twins, over linear maps of both inputs side by side, has the same numbers for its
# eigenvalues, and scikit-learn finds them by iteration.

# %%
from sklearn.cross_decomposition import CCA

from numeric import cca, relations

samples, K = 60, 3
signals = rng.normal(size=(samples, 3))
view_a = signals @ rng.normal(size=(3, 5)) + rng.normal(size=(samples, 5))
view_b = signals @ rng.normal(size=(3, 4)) + rng.normal(size=(samples, 4))
view_b = np.hstack([view_b, view_b[:, :2]])  # of rank 4

pairs = cca.optimal_weights(view_a, view_b, K)
both = block_diag(view_a - view_a.mean(axis=0), view_b - view_b.mean(axis=0))  # a row for each view of each sample
twins = barlow_twins.optimal_weights(both, relations.from_views(samples, 2), K)

scores = CCA(K, tol=1e-18, max_iter=10_000).fit_transform(view_a, view_b[:, :4])
iterated = [np.corrcoef(*columns)[0, 1] for columns in zip(*(side.T for side in scores), strict=True)]

print("canonical correlations       ", pairs.correlations.round(6))
print("eigenvalues of Barlow Twins  ", twins.eigenvalues.round(6))
print("scikit-learn, by iteration   ", np.round(iterated, 6))

condition = max(np.linalg.cond(view_a), np.linalg.cond(view_b[:, :4]))
rounding = samples * np.finfo(float).eps * condition**2  # Barlow Twins forms the products of the inputs
assert np.abs(pairs.correlations - twins.eigenvalues).max() <= rounding
assert np.abs(pairs.correlations - iterated).max() <= rounding  # its tolerance is on squares, and below rounding
assert cca.loss(view_a @ pairs.weights_a, view_b @ pairs.weights_b) <= pairs.loss + rounding

# %% [markdown]
# With classes for the relation the same pencil is that of Fisher's linear discriminant.

# %%
theorem("barlow-lda")

# %% [markdown]
# ## Rank
#
# A relation that is made of three classes has the rank three. Squared similarity has no use for more components. Nor
# has Barlow Twins, while the total of `K` is used up by the directions that the relation sees; after that what is left
# over goes unseen. VICReg fills all of its components with directions that no relation asked for. `barlow-rank` proves
# this.

# %%
from numeric import squared_similarity, vicreg

classes = relations.from_labels(np.repeat([0, 1, 2], 4), weights="class")
for components in (2, 3, 6):
    ranks = {
        "squared similarity": squared_similarity.optimal_representation(classes, components).rank,
        "Barlow Twins": barlow_twins.optimal_representation(classes, components).rank,
        "VICReg, gamma = 0.1": vicreg.optimal_representation(classes, components, gamma=0.1).rank,
    }
    print(components, "components:", ", ".join(f"{name} has rank {rank}" for name, rank in ranks.items()))

assert ranks == {"squared similarity": 3, "Barlow Twins": 4, "VICReg, gamma = 0.1": 6}
