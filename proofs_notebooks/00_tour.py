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
# # From a loss to its optimum
#
# Self-supervised learning has no labels. It is told which samples belong together, as views of one image do, and looks
# for a representation `Z`, a row a sample, in which these are close while the columns do not all say the same. A loss
# makes one number of both wishes.
#
# Here such a loss goes in. Out come its gradient, what it does not see, its global minimum in closed form with a proof,
# and NumPy code. The code is held against a numerical optimiser, and then used on training runs, which do not know how
# far they have to go.

# %% [markdown]
# ## State a loss
#
# A loss is an expression of SymPy's matrices. The numbers of samples `N` and of components `K` stay symbols, so that
# what is derived holds for all of them. `G` is the relation: `G[i, j]` is positive where samples `i` and `j` belong
# together.

# %%
from sympy import Identity, MatrixSymbol, Trace, symbols

from derivations import Loss, derive, theorem
from derivations.language.atoms import Centring, Laplacian, Named, SquaredNorm
from derivations.language.propositions import EntrywiseNonnegative, Symmetric

N, K = symbols("N K", integer=True, positive=True)
alpha, gamma = symbols("alpha gamma", positive=True)
Z, G = MatrixSymbol("Z", N, K), MatrixSymbol("G", N, N)

H, L = Centring(N), Laplacian(G)
C = Named("C", Z.T * H * Z / N)  # the covariance of the columns

loss = Loss(
    "tour",
    "Uncorrelated columns of variance one, and related samples close to each other",
    unknown=Z,
    value=alpha * SquaredNorm(C - Identity(K)) + 2 * gamma / N * Trace(Z.T * L * Z),
    facts=(Symmetric(G), EntrywiseNonnegative(G)),
)

# %% [markdown]
# ## Derive it
#
# `derive` finds the gradient; what changes of `Z` the loss does not see, each proved, or refuted by a small example;
# and the global minimum. Nothing below was typed in: it comes out of a small set of rules, in the order in which it is
# shown.

# %%
derive(loss)

# %% [markdown]
# Read the last part as a recipe. The best columns are the eigenvectors of the Laplacian `L` with the smallest
# eigenvalues, each as long as a **filter** says: the numbers `s`. Where an eigenvalue is too large, the filter is 0 and
# the direction is dropped. So this loss, which no eigenvector appears in, is a spectral method.

# %% [markdown]
# ## The theorem and its proof
#
# The loss is no invention of ours: it is VICReg with equal weights, and stands in the catalogue of results. `theorem`
# derives an entry anew and shows it, here with its proof. There are two ideas in it. A trace inequality says that
# eigenvectors do no worse than any other directions (Proposition 1), which leaves one number for each of them to
# choose; and a square shows which number is best.

# %%
theorem("vicreg-optimum", proof=True)

# %% [markdown]
# ## The code
#
# NumPy functions are written from the theorems, and need NumPy and SciPy alone. This is the closed form as it is
# called, for weights that need not be equal (`vicreg-weighted-optimum`).

# %%
from inspect import getsource

from numeric.generated import vicreg as written

print(getsource(written.optimal_representation))
print(getsource(written._filter))

# %% [markdown]
# ## Check it against numerical optimisation
#
# The relation is one that could go wrong: a ring of nine samples, a ring of six and a clique of four, with nothing
# between them. So the Laplacian has the eigenvalue 0 more than once, and the eigenvalues of a ring come in pairs. There
# are more components than the filter keeps.

# %%
import numpy as np
from scipy.linalg import block_diag

from numeric import diagnostics, optimise, relations, vicreg
from numeric.figures import graphs

G = block_diag(graphs.ring(9), graphs.ring(6), relations.from_labels(np.zeros(4)))
N, K, gamma = len(G), 10, 1.0  # alpha and beta are 1

best = vicreg.optimal_representation(G, K, gamma=gamma)
print("eigenvalues", best.eigenvalues.round(3))
print("filter     ", best.filter.round(3))
print(f"rank {best.rank} of {K} components, loss {best.loss:.6f}")

# %% [markdown]
# The optimiser knows nothing but the loss and its gradient, and starts at random. Its answer is another matrix than
# ours, for the loss does not see rotations. What can be compared is the **value**, the **subspace** that the columns
# span, and the **Gram matrix** of the samples.
#
# How close ought they to be? The value is right to rounding. As a function of the Gram matrix the loss is a squared
# distance to a target (times `alpha`, plus a constant), and the best Gram matrix is the positive semidefinite one that
# is nearest. The squared distance of any other to the target is larger, by at least its squared distance from the best.
# So the squared distance of the two Gram matrices is at most what the losses differ by: if losses agree to 14 digits,
# Gram matrices do to 7. The sine of an angle between the subspaces is at most that distance over the smallest filter
# value that is not 0.

# %%
found = optimise.minimise(lambda Z: vicreg.loss_and_gradient(Z, G, gamma=gamma), (N, K), n_starts=6)

gap = found.loss - best.loss
distance = diagnostics.gram_distance(found.point, best.representation)
angle = diagnostics.angles_to_optimum(found.point, G, gamma=gamma).max()
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the largest angle is {angle:.1e}")

rounding = N * K * np.finfo(float).eps * K  # of a sum of N K terms; at 0 the loss is K
assert found.converged
assert -rounding <= gap <= optimise.TOLERANCE * found.loss_scale
assert distance <= np.sqrt(gap + rounding)
assert np.sin(angle) <= distance / best.filter[: best.rank].min() + rounding

# %% [markdown]
# ## Diagnose a training run
#
# A training run sees its loss alone, and a curve that has gone flat looks finished. Here are three runs of gradient
# descent. One starts at random. One starts close to collapse, where all samples have the same representation. And one
# has a bug in its data: three pairs of the relation are missing. With the closed form at hand each is measured by what
# is left to gain, its gap to the minimum.

# %%
STEP, STEPS, EVERY = N / 24, 600, 5
rng = np.random.default_rng(0)
random, collapsed = rng.normal(size=(N, K)), 1e-6 * rng.normal(size=(N, K))

damaged = G.copy()
for i, j in ((0, 1), (3, 4), (10, 11)):
    damaged[i, j] = damaged[j, i] = 0


def train(Z, relation):
    """Gradient descent on a relation: what the run sees, its loss, and what it does not, its gap on G."""
    seen, gaps = [], []
    for step in range(STEPS + 1):
        value, gradient = vicreg.loss_and_gradient(Z, relation, gamma=gamma)
        if step % EVERY == 0:
            seen.append(value)
            gaps.append(diagnostics.optimality_gap(Z, G, optimum=best, gamma=gamma).absolute)
        Z = Z - STEP * gradient
    return Z, np.array(seen), np.array(gaps)


runs = {
    "from a random start": train(random, G),
    "from near collapse": train(collapsed, G),
    "with pairs missing": train(random, damaged),
}

# %%
from numeric.figures import style


@style.applied_to
def figure():
    """What the runs see, and what is left to gain."""
    drawn = style.page(6.5)
    losses, gaps = drawn.subplots(1, 2)
    steps = EVERY * np.arange(STEPS // EVERY + 1)
    for (name, (_, seen, gap)), look in zip(runs.items(), style.STYLES, strict=False):
        line = look | {"markerfacecolor": "white", "markevery": 0.1, "label": name}
        losses.plot(steps, seen, **line)
        gaps.plot(steps, np.maximum(gap, 1e-15), **line)
    losses.set(xlabel="step", ylabel="loss, as the run sees it", ylim=(0, 1.2 * K))
    gaps.set(xlabel="step", ylabel="loss $-$ optimal loss", yscale="log")
    style.title(losses, "a", "what a run sees")
    style.title(gaps, "b", "what is left to gain")
    drawn.legend(*gaps.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return drawn


figure()

# %% [markdown]
# The run from near collapse is flat at first, and again from step 200 on, where panel a shows it finished: it passes
# saddles (`vicreg-strict-saddles`), the gap says how much is to come, and patience is the cure. The run with pairs
# missing is flat at the end, and its gap is not 0: no patience helps, and no step size. The angles tell that it is the
# directions that are wrong.

# %%
for name, (Z, seen, gaps) in runs.items():
    angle = np.degrees(diagnostics.angles_to_optimum(Z, G, gamma=gamma).max())
    slope = (seen[-2] - seen[-1]) / EVERY
    print(f"{name:20} loss {seen[-1]:7.4f}, falls by {slope:.0e} a step")
    print(f"{'':20} gap {gaps[-1]:.1e}, largest angle {angle:.4f} degrees")

healthy, slow, wrong = (gaps for _, _, gaps in runs.values())
assert max(healthy[-1], slow[-1]) <= optimise.TOLERANCE * best.loss
assert wrong[-1] > 0.01 * best.loss

# %% [markdown]
# The other notebooks do the same for one family of methods each. `spectral-ssl list` names all results, and
# `spectral-ssl show vicreg-optimum` prints one in a terminal.
