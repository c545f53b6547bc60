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
# # From a representation to a task
#
# A representation is trained without the targets of the task that it is for. What is it worth to the task? Here that
# means: how well a linear probe does, a least-squares fit of targets `Y` on `Z`, perhaps with a penalty. The notebook
# ends with a guideline for the weight of the invariance term, `gamma`, and a function that reads it off a few labels.

# %% [markdown]
# ## What a probe can see
#
# A probe may rotate and stretch `Z` as it likes. So only the range of `Z` matters, the span of its left singular
# vectors, and the best possible loss is what the projector on the range leaves of the targets.

# %%
from derivations import theorem

theorem("probe-loss", proof=True)

# %% [markdown]
# Which range of `K` dimensions is best for given targets? That of their top singular vectors; and of those with equal
# singular values any will do.

# %%
theorem("probe-optimal")

# %% [markdown]
# ## A relation made of labels
#
# If the samples of one class are related, with the inverse of its size for a weight, then the representation, which is
# trained without a classifier, has learned one.

# %%
theorem("supervised-recovered")

# %% [markdown]
# The check has three classes of different sizes, more components than classes, and a `gamma` above `alpha`. The
# Laplacian has only the eigenvalues 0, once for each class, and one, for all the rest. Part (iii) of the theorem says
# how near the numerical optimum must be: the squared distance of the Gram matrices is at most what the losses differ
# by, over `alpha`. The sine of an angle is at most that distance over the smallest filter value kept, which is one.

# %%
import numpy as np

from numeric import diagnostics, optimise, relations, vicreg
from numeric.downstream import probe_loss

labels = np.repeat([0, 1, 2], [3, 5, 9])
Y = np.eye(3)[labels]
G = relations.from_labels(labels, weights="class")
N, K, gamma = len(labels), 5, 1.5

best = vicreg.optimal_representation(G, K, gamma=gamma)
found = optimise.minimise(lambda Z: vicreg.loss_and_gradient(Z, G, gamma=gamma), (N, K), n_starts=6)
print("eigenvalues", best.eigenvalues.round(3), "filter", best.filter.round(3))

gap = found.loss - best.loss
distance = diagnostics.gram_distance(found.point, best.representation)
angle = diagnostics.angles_to_optimum(found.point, G, gamma=gamma).max()
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the largest angle is {angle:.1e}")

rounding = N * K * np.finfo(float).eps * K
assert found.converged
assert best.rank == len(Y.T) - 1
assert abs(best.loss - (K - best.rank)) <= rounding  # the minimum, as the theorem has it
assert -rounding <= gap <= optimise.TOLERANCE * found.loss_scale
assert distance <= np.sqrt(gap + rounding)
assert np.sin(angle) <= distance / best.filter[: best.rank].min() + rounding

# %% [markdown]
# A probe with an intercept, on either of the two representations, leaves nothing of the labels.

# %%
for name, Z in (("closed form", best.representation), ("trained", found.point)):
    left = probe_loss(np.column_stack([np.ones(N), Z]), Y)
    print(f"{name:11} leaves {left:.1e} of {np.sum(Y**2):.0f}")
    assert left <= np.sum(Y**2) * (angle**2 + rounding)  # a sine at most, squared

# %% [markdown]
# ## How much to shrink
#
# With few labels, or noisy ones, a probe has a ridge penalty `rho`, and keeps the share `h` of each direction, by its
# filter value. A direction then costs what is lost of the target in it, and what noise comes through. VICReg's `gamma`
# sets the filter, and so the balance of the two.

# %%
theorem("ridge-risk")

# %% [markdown]
# The slope of the closed form, held against a difference. The relation is a row of samples; the targets are smooth
# along it.

# %%
from numeric.downstream import RidgeProbe, target_spectrum, vicreg_ridge_risk
from numeric.figures import graphs

N = 60
row = graphs.row(N)
smooth = np.cos(np.pi * (np.arange(N)[:, None] + 0.5) / N * [1, 2])
eigenvalues, alignment, rest = target_spectrum(row, smooth, N - 1)
probe = RidgeProbe(n_samples=N, penalty=float(N), noise=1.0)

step = 1e-5
for gamma in (0.05, 0.2, 0.6):
    around = np.array([gamma - step, gamma, gamma + step])
    risk, slope = vicreg_ridge_risk(eigenvalues, alignment, around, probe, rest=rest)
    difference = (risk[2] - risk[0]) / (2 * step)
    print(f"gamma {gamma:4}: risk {risk[1]:.4f}, slope {slope[1]:.6f}, by differences {difference:.6f}")
    assert abs(difference - slope[1]) <= 1e-6 * abs(slope[1])  # rounding 1e-16/step, and the step squared

# %% [markdown]
# ## The guideline
#
# If related samples have like targets, a larger `gamma` takes noise out and leaves the targets. If they have not, it
# takes the targets out. The theorem says when which of the two wins.

# %%
theorem("gamma-guideline")

# %% [markdown]
# On handwritten digits: a probe that tells the digit, on VICReg's optimum for three relations. Lines are the closed
# form, and markers are measured, over draws of labels. The figure is one of those of `spectral-ssl figures`.

# %%
from numeric.figures import risk

risk.draw()

# %% [markdown]
# ## What to do with your own labels
#
# - Where related samples have like targets, set `gamma` high, and the higher the fewer and noisier the labels are.
# - Where they have not, set it small, and prefer VICReg to methods of the relation's top, which drop what the relation
#   sees as 0 or less at every setting.
# - Where you do not know, let `recommend` estimate the risks from a labelled random subset. It says when the labels
#   cannot tell.
#
# Eight classes of 25 samples, with a relation that joins equal classes, and with one that joins classes which have been
# shuffled. The Laplacian has the eigenvalues 0 and 25 in both, so that at `gamma` = 1/25 all is dropped that the
# relation does not join.

# %%
from numeric.downstream import recommend

rng = np.random.default_rng(0)
classes, noise = np.repeat(np.arange(8), 25), 0.2
targets = np.eye(8)[classes] + rng.normal(scale=np.sqrt(noise / 8), size=(200, 8))
shuffled, order = rng.permutation(classes), rng.permutation(200)


def advice(joined, n_labelled):
    """What the first samples of a random order say of the relation that joins equal classes of `joined`."""
    labelled = order[:n_labelled]
    return recommend(relations.from_labels(joined), targets[labelled], labelled, n_components=100, noise=noise)


aligned, misaligned, few = advice(classes, 150), advice(shuffled, 150), advice(shuffled, 30)
print(aligned, misaligned, few, sep="\n\n")

# %%
assert aligned.gamma == 1 / 25
assert misaligned.gamma < 1 / 25
assert misaligned.decided
assert not few.decided
