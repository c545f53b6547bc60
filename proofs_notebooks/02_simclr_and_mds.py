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
# # SimCLR and multidimensional scaling
#
# SimCLR (Chen et al. 2020) asks of each sample to tell, among all others, those that are related to it. Its loss,
# InfoNCE, is a cross entropy: of the relation `G`, with rows that sum to one, and of a softmax `P` of similarities.
# This notebook shows where it is least, and what it has to do with methods of the last century that draw maps from
# distances.

# %% [markdown]
# ## InfoNCE
#
# In matrices, with the variants that are in use: products or cosines, a sample itself among its candidates or not.

# %%
from derivations import theorem

theorem("infonce-matrix-form")

# %% [markdown]
# A cross entropy is at least the entropy, with equality where the softmax is the relation itself. That is a bound for
# every relation; but a softmax is never 0, and relations mostly are, so that it is rarely attained.

# %%
theorem("infonce-stationarity")

# %% [markdown]
# ## The simplex
#
# If the relation is made of cliques of one size, such as the views of each sample, or classes of equally many, the
# minimum over cosines is known: each clique is one point, and the points are as far from each other as can be, the
# vertices of a regular simplex. (The statement has `c + 1` cliques of `p + 1` samples each.) The proof is a tangent:
# InfoNCE is convex in the similarities, if not in `Z`.

# %%
theorem("simclr-clique-optimum", proof=True)

# %% [markdown]
# Four cliques of three samples, and more components than a simplex takes. The optimiser's lowest loss is compared with
# the closed form by value, by the angles to the span of the cliques' contrasts, and by the Gram matrix of the
# normalised rows.
#
# How far may its point be from the minimum? As far as its gradient, divided by the curvature: the smallest eigenvalue
# of the Hessian that is not 0. The loss does not see the lengths of the rows, which is one number for each sample, nor
# rotations. So we know how many eigenvalues are 0 at least, and the Hessian, from differences of gradients, has just
# that many.

# %%
import numpy as np

from numeric import diagnostics, optimise, relations, simclr

n_cliques, size, K = 4, 3, 5
G = relations.from_labels(np.repeat(np.arange(n_cliques), size))
N = len(G)

best = simclr.optimal_representation(G, K)
found = optimise.minimise(lambda Z: simclr.loss_and_gradient(Z, G), (N, K), n_starts=6)
print(f"loss {best.loss:.9f} in closed form, {found.loss:.9f} found numerically")
cosines = best.representation @ best.representation.T
print("cosines of one sample from each clique:", *cosines[::size, ::size].round(4), sep="\n")


def hessian(Z, step=1e-5):
    """The derivatives of the gradient at Z, by central differences, (N K, N K)."""
    steps = step * np.eye(Z.size).reshape(-1, *Z.shape)
    return np.array([(simclr.gradient(Z + d, G) - simclr.gradient(Z - d, G)).ravel() for d in steps]) / (2 * step)


curvatures = np.linalg.eigvalsh(hessian(best.representation))
free = N + (n_cliques - 1) * (2 * K - n_cliques) // 2  # lengths, and the rotations that move three dimensions of K
print(f"{free} directions are free; curvatures around there: {curvatures[free - 2 : free + 2].round(6)}")

# %%
rows = found.point / np.linalg.norm(found.point, axis=1, keepdims=True)
gap = found.loss - best.loss
slope = np.linalg.norm(simclr.gradient(rows, G))
away = 2 * slope / curvatures[free]  # from the nearest minimum; a factor of 2 for what is not quadratic
angle = diagnostics.angles_to_optimum(rows, G, method=simclr).max()
distance = np.linalg.norm(rows @ rows.T - cosines)
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the largest angle is {angle:.1e}")
print(f"gradient {slope:.1e}, so it may be {away:.1e} away")

largest, smallest = np.linalg.svd(best.representation)[1][[0, best.rank - 1]]
rounding = N**2 * np.finfo(float).eps * best.loss  # of a sum over all pairs
assert (np.abs(curvatures[:free]) < 1e-6 * curvatures[free]).all()  # differences are right to 10 digits
assert found.converged
assert -rounding <= gap <= slope * away + rounding
assert distance <= 3 * largest * away  # of Z Z', by the rule of the product
assert np.sin(angle) <= away / smallest

# %% [markdown]
# Where no closed form is known, the toolkit says so, and what is known. Cliques of two sizes are such a case: the
# simplex is not even stationary there.

# %%
from numeric.optimum import NoClosedForm

try:
    simclr.optimal_representation(relations.from_labels([0, 0, 0, 1, 1, 2]), K)
except NoClosedForm as reason:
    print(reason)

# %% [markdown]
# ## Squared similarity
#
# If the softmax is replaced by a squared distance, every relation has a closed form: the relation without its negative
# eigenvalues, cut off after `K`. This is the Eckart-Young theorem for symmetric matrices, and it is kernel PCA if the
# relation is a centred kernel.

# %%
theorem("simclr-kernel-pca", proof=True)

# %% [markdown]
# The relation of the check falls into three pieces, has eigenvalues in pairs, and several that are negative. There are
# more components than positive eigenvalues, and the optimum leaves the rest at 0. Then no other Gram matrix is nearer
# to the relation, and the squared distance of another from the best is at most what the losses differ by.

# %%
from scipy.linalg import block_diag

from numeric import squared_similarity
from numeric.figures import graphs

G = block_diag(graphs.ring(9), graphs.ring(6), relations.from_labels(np.zeros(3)))
N, K = len(G), 11

best = squared_similarity.optimal_representation(G, K)
found = optimise.minimise(lambda Z: squared_similarity.loss_and_gradient(Z, G), (N, K), n_starts=6)
print("filter", best.filter.round(3), f"rank {best.rank} of {K}")

gap = found.loss - best.loss
distance = np.linalg.norm(found.point @ found.point.T - best.representation @ best.representation.T)
angle = diagnostics.angles_to_optimum(found.point, G, method=squared_similarity).max()
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the largest angle is {angle:.1e}")

rounding = N**2 * np.finfo(float).eps * np.linalg.norm(G) ** 2  # of a sum over all pairs
assert found.converged
assert -rounding <= gap <= optimise.TOLERANCE * found.loss_scale
assert distance <= np.sqrt(gap + rounding)
assert np.sin(angle) <= distance / best.filter[: best.rank].min() + rounding

# %% [markdown]
# ## What the two losses have in common
#
# They are not the same. But if the relation is almost uniform, everyone being related to everyone by about the same
# weight, they agree to first order: InfoNCE is then the squared similarity to what of the relation is not uniform.

# %%
theorem("simclr-uniform-limit")

# %% [markdown]
# InfoNCE has no closed form here, so a numerical optimiser finds its minimum. Its distance to what the theorem says,
# relative to that, falls in proportion to `epsilon` (panel b of the figure below).

# %%
rng = np.random.default_rng(0)
n = 8
H = np.eye(n) - 1 / n
A = rng.normal(size=(n, n))
E = H @ (A + A.T) @ H
E /= n * np.abs(E).max()  # so that the relation stays nonnegative; three of the eigenvalues are positive


def infonce(relation):
    """InfoNCE of scalar products, with every sample among its own candidates, as a function of Z."""
    return lambda Z: simclr.loss_and_gradient(Z, relation, tau=1.0, similarity="dot", exclude_self=False)


epsilons = np.array([0.2, 0.1, 0.05, 0.02, 0.01])
errors = []
for epsilon in epsilons:
    found = optimise.minimise(infonce(1 / n + epsilon * E), (n, 3), n_starts=2, scale=np.sqrt(epsilon))
    assert found.converged
    centred = H @ found.point
    classical = squared_similarity.optimal_representation(n * epsilon * E, 3).representation
    difference = centred @ centred.T - classical @ classical.T
    errors.append(np.linalg.norm(difference) / np.linalg.norm(classical @ classical.T))

order = np.diff(np.log(errors)) / np.diff(np.log(epsilons))
print("relative distances", np.round(errors, 5), "orders", order.round(2))
assert np.abs(order - 1).max() < 0.1  # first order; what is left is of second order

# %% [markdown]
# ## Maps from distances
#
# Classical scaling (Torgerson 1952) draws points from their distances. Squared, doubly centred and halved with the
# other sign, distances are scalar products, and the map is the optimum of the same loss. ISOMAP (Tenenbaum, de Silva
# and Langford 2000) takes the lengths of paths through neighbours for distances; these are no distances of points in a
# plane, and negative eigenvalues appear, which are cut off.

# %%
theorem("classical-mds")

# %%
theorem("isomap")

# %% [markdown]
# And kernel PCA, with its principal directions in the space of the features.

# %%
theorem("kernel-pca")

# %% [markdown]
# A spiral shows the difference. Its points lie in the plane, so classical scaling gives them back: three components do,
# with the third at 0. ISOMAP unrolls it. scikit-learn has all of these methods; what is found is the same up to the
# signs of columns.

# %%
from scipy.spatial.distance import cdist
from sklearn.decomposition import KernelPCA
from sklearn.manifold import Isomap

from numeric import classical_mds, isomap, kernel_pca

turns = np.sqrt(np.linspace(0.05, 1, 150)) * 3.2 * np.pi
spiral = turns[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
arc = np.append(0, np.cumsum(np.linalg.norm(np.diff(spiral, axis=0), axis=1)))

plane = classical_mds.optimal_representation(cdist(spiral, spiral), 3)
unrolled = isomap.optimal_representation(spiral, 2, n_neighbors=4)
scores = kernel_pca.optimal_representation(spiral @ spiral.T, 2)

centred = spiral - spiral.mean(axis=0)
peers = {
    "the points, centred": (plane.representation, centred),
    "scikit-learn's Isomap": (unrolled.representation, Isomap(n_neighbors=4).fit_transform(spiral)),
    "scikit-learn's KernelPCA": (scores.representation, KernelPCA(2).fit_transform(spiral)),
}
for name, (ours, theirs) in peers.items():
    gram = theirs @ theirs.T
    error = np.linalg.norm(ours @ ours.T - gram) / np.linalg.norm(gram)
    print(f"{name}: relative distance of the Gram matrices {error:.0e}")
    assert error <= len(spiral) * np.finfo(float).eps * 100  # two eigensolvers; eigenvalues of one size

assert plane.rank == 2

# %% [markdown]
# ## Three pictures
#
# Left: three cliques in two dimensions, trained by gradient descent; the angles of the samples end 120 degrees apart.
# Middle: InfoNCE and squared similarity near the uniform relation. Right: the first coordinates of classical scaling
# and ISOMAP along the spiral.

# %%
STEPS, STEP = 120, 0.1
triangle = relations.from_labels(np.repeat([0, 1, 2], 4))
Z = np.random.default_rng(5).normal(size=(12, 2))
angles = []
for _ in range(STEPS + 1):
    angles.append(np.arctan2(Z[:, 1], Z[:, 0]))
    Z = Z - STEP * simclr.gradient(Z, triangle)
angles = np.degrees(np.unwrap(angles, axis=0))  # (STEPS + 1, N)
angles -= 360 * np.floor(angles[-1] / 360)  # whole turns

# %%
from matplotlib.ticker import NullFormatter

from numeric.figures import style


@style.applied_to
def figure():
    """Cliques in training, InfoNCE near the uniform relation, and a spiral unrolled."""
    drawn = style.page(6.2)
    cliques, limit, unrolling = drawn.subplots(1, 3)
    for i, path in enumerate(angles.T):
        look = {key: style.STYLES[i // 4][key] for key in ("color", "linestyle")}
        cliques.plot(path, linewidth=0.9, **look)
    cliques.set(xlabel="step", ylabel="angle of the row, in degrees", xlim=(0, STEPS))
    limit.plot(epsilons, errors, **style.STYLES[0], markerfacecolor="white", label="measured")
    limit.plot(epsilons, errors[-1] * epsilons / epsilons[-1], color=style.GREY, linestyle=":", label="slope 1")
    limit.set(xscale="log", yscale="log", xlabel=r"$\epsilon$", ylabel="relative distance")
    limit.set_yticks([3e-4, 1e-3, 3e-3], ["0.0003", "0.001", "0.003"])
    limit.yaxis.set_minor_formatter(NullFormatter())
    for name, best, color, line in (("MDS", plane, style.BLUE, "--"), ("ISOMAP", unrolled, style.VERMILLION, "-")):
        coordinate = best.representation[:, 0]
        unrolling.plot(arc, np.sign(coordinate[-1]) * coordinate, color=color, linestyle=line, label=name)
    unrolling.set(xlabel="length along the spiral", ylabel="first coordinate")
    style.title(cliques, "a", "three cliques")
    style.title(limit, "b", "almost uniform")
    style.title(unrolling, "c", "a spiral")
    limit.legend()
    unrolling.legend()
    return drawn


figure()

# %% [markdown]
# NNCLR (Dwibedi et al. 2021) takes nearest neighbours for positives: at each step it is InfoNCE on the relation that
# the current `Z` makes (`nnclr-relation`). What the spectrum of `Z*` is worth to a task is the subject of
# `05_downstream`.
