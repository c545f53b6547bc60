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
# # A loss of your own
#
# The methods in the other notebooks are instances. Here is how to go from a loss that is in no paper to its theorem and
# its code; what is said if that fails; and how to do it from the command line.

# %% [markdown]
# ## An idea
#
# Some pairs are known to be different, although they look alike: hard negatives. So there are two relations. Samples
# that `G` relates are to be near, as in VICReg, and samples that `A` relates are to be apart, with a weight `tau`: as
# if their relation were negative. Facts say what is known of the given matrices; hyper-parameters are declared with
# their signs.

# %%
from sympy import Identity, MatrixSymbol, Trace, symbols

from derivations import Loss, derive, theorem
from derivations.language.atoms import Centring, Laplacian, Named, SquaredNorm
from derivations.language.propositions import EntrywiseNonnegative, Symmetric

N, K = symbols("N K", integer=True, positive=True)
alpha, gamma, tau = symbols("alpha gamma tau", positive=True)
Z, G, A = MatrixSymbol("Z", N, K), MatrixSymbol("G", N, N), MatrixSymbol("A", N, N)
C = Named("C", Z.T * Centring(N) * Z / N)
both = (Symmetric(G), Symmetric(A), EntrywiseNonnegative(G), EntrywiseNonnegative(A))

apart = Loss(
    "apart",
    "Near in G, apart in A",
    unknown=Z,
    value=alpha * SquaredNorm(C - Identity(K)) + 2 * gamma / N * Trace(Z.T * Laplacian(G - tau * A) * Z),
    facts=both,
)
derive(apart)

# %% [markdown]
# It is solved by one general theorem, which holds for every function of the eigenvalues of the covariance and every
# quadratic penalty. What was done for the new loss is to see that it is an instance, and to find the minimum in one
# variable.

# %%
theorem("spectral-filter", proof=True)

# %% [markdown]
# The other way round, one may wish for a filter and ask for the loss. The theorem does this for the heat kernel, and
# for the regularised Laplacian.

# %%
theorem("filter-design")

# %% [markdown]
# ## What fails, and what is said then
#
# Many losses are not of this kind. `derive` then gives what it can, such as the gradient, and the first step that
# fails, in a sentence. In order: the contrast between dimensions of `04_duality` sees single columns; with a relation
# inside the fourth-order term, there is no covariance to be found in it; without a term that holds it the loss is
# quadratic; and a log-determinant is not recognised, though `filter-design` has a theorem on one, by another way.

# %%
from IPython.display import Markdown
from sympy import Determinant, DiagonalMatrix, log

products = Z.T * Z
energy = 2 * gamma / N * Trace(Z.T * Laplacian(G) * Z)
values = {
    "single columns": SquaredNorm(products - DiagonalMatrix(products)),
    "relation inside": Trace(Z.T * G * Z * products) - alpha * Trace(products),
    "quadratic": energy - alpha * Trace(C),
    "logarithm": alpha * (Trace(C) - log(Determinant(C))) + energy,
}
derived = {
    name: derive(Loss(name.replace(" ", "_"), unknown=Z, value=value, facts=(Symmetric(G),)))
    for name, value in values.items()
}


def last_words(derivation):
    """The last paragraph of what is told: the optimum, or why there is none."""
    return derivation._repr_markdown_().split("\n\n")[-1]


Markdown("\n".join(f"- {name}: {last_words(derivation)}" for name, derivation in derived.items()))

# %%
for derivation in derived.values():
    assert isinstance(derivation.optimum, Exception)
    assert not isinstance(derivation.gradient, Exception)

# %% [markdown]
# What is no loss at all is refused at once.

# %%
for value in (Z, Trace(Z * Z), SquaredNorm(G)):
    try:
        Loss("wrong", unknown=Z, value=value)
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")

# %% [markdown]
# ## From the command line
#
# `spectral-ssl new apart` writes a file that derives as it stands, to be changed. Here it is, in a directory of its
# own.

# %%
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

directory = TemporaryDirectory()
file = Path(directory.name) / "apart.py"
plain = os.environ | {"FORCE_COLOR": "", "COLUMNS": "120"}  # a notebook asks programs for colours


def run(module, *arguments):
    """What `python -m module` prints in the directory; `derivations` is what `spectral-ssl` runs."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=file.parent, env=plain, check=True, capture_output=True, text=True).stdout


print(run("derivations", "new", "apart"))
print(file.read_text())

# %% [markdown]
# Four lines are to be changed for our loss; then `spectral-ssl derive apart.py` derives it, verifies each step on
# random instances, and writes the proofs, LaTeX, a NumPy module, and tests of the module. The last lines of what it
# prints:

# %%
changes = {
    'alpha, gamma = symbols("alpha gamma"': 'alpha, gamma, tau = symbols("alpha gamma tau"',
    "\n\n# H takes off": '\nA = MatrixSymbol("A", N, N)  # A[i, j] > 0 where they are to be apart\n\n# H takes off',
    "Laplacian(G)": "Laplacian(G - tau * A)",
    "facts=(Symmetric(G),": "facts=(Symmetric(A), Symmetric(G),",
}
source = file.read_text()
for old, new in changes.items():
    assert source.count(old) == 1
    source = source.replace(old, new)
file.write_text(source)

print("\n".join(run("derivations", "derive", "apart.py").splitlines()[-10:]))

# %%
print(run("pytest", "-q", "-p", "no:cacheprovider", "build/apart"))
print((file.parent / "build" / "apart" / "apart.py").read_text())

# %% [markdown]
# ## Check it against numerical optimisation
#
# The data: two half-moons that touch, each sample related to its nearest ones, so that some pairs join the moons. Of
# ten samples in each moon we know that they are different. The Laplacian of the difference has negative eigenvalues,
# and the filter is larger than one there. There are more components than directions that are kept.
#
# The tolerances are those of the tour (`00_tour`), for this loss, too, is `alpha` times a squared distance of the Gram
# matrix to a target, plus a constant.

# %%
from importlib.util import module_from_spec, spec_from_file_location

import numpy as np
from sklearn.datasets import make_moons

from numeric import diagnostics, optimise, relations

spec = spec_from_file_location("apart", file.parent / "build" / "apart" / "apart.py")
ours = module_from_spec(spec)
spec.loader.exec_module(ours)

points, moon = make_moons(80, noise=0.2, random_state=0)
G = relations.from_neighbours(points, 6, sparse=False)
known = np.concatenate([np.flatnonzero(moon == side)[:10] for side in (0, 1)])
A = np.zeros_like(G)
A[np.ix_(known[:10], known[10:])] = A[np.ix_(known[10:], known[:10])] = 1

N, K, weights = len(points), 7, {"alpha": 1.0, "gamma": 1.0, "tau": 0.2}
best = ours.optimal_representation(A, G, K, **weights)
found = optimise.minimise(lambda Z: ours.loss_and_gradient(Z, A, G, **weights), (N, K), n_starts=4)
print("eigenvalues", best.eigenvalues.round(3))
print("filter     ", best.filter.round(3), f"rank {best.rank} of {K}")

gap = found.loss - best.loss
distance = diagnostics.gram_distance(found.point, best.representation)
kept = best.representation[:, : best.rank]
angle = diagnostics.principal_angles(found.point - found.point.mean(axis=0), kept).max()
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the largest angle is {angle:.1e}")

size = K + np.sum(best.filter**2)  # of the terms of the loss
rounding = N * K * np.finfo(float).eps * size
assert best.rank < K
assert found.converged
assert -rounding <= gap <= optimise.TOLERANCE * found.loss_scale
assert distance <= np.sqrt(gap + rounding)
assert np.sin(angle) <= distance / best.filter[: best.rank].min() + rounding

# %% [markdown]
# Panel a has the filter of the theorem, and the eigenvalues of the covariance that the numerical optimiser arrived at.
# Panels b and c have two components, without `A` and with it: the samples that are known to be different (filled) take
# the others along. How many a line tells apart is told below.

# %%
from numeric import vicreg
from numeric.figures import style

every = ours.optimal_representation(A, G, N - 1, **weights)
reached = np.sort(np.linalg.eigvalsh(np.cov(found.point.T, bias=True)))[::-1]
maps = {
    "near in G": vicreg.optimal_representation(G, 2, alpha=weights["alpha"], gamma=weights["gamma"]).representation,
    "and apart in A": ours.optimal_representation(A, G, 2, **weights).representation,
}


@style.applied_to
def figure():
    """The filter, as proved and as found; and two components, near in G alone and apart in A as well."""
    drawn = style.page(6)
    filter, *panels = drawn.subplots(1, 3)
    left = every.eigenvalues[0] - 0.3
    filter.axvspan(left, 0, color=style.PALE, linewidth=0, zorder=0)
    filter.plot(every.eigenvalues, every.filter, color=style.BLACK, label="theorem")
    dots = {"linestyle": "none", "marker": "o", "markerfacecolor": "white", "color": style.VERMILLION}
    filter.plot(best.eigenvalues, reached, label="found", **dots)
    filter.set(xlabel=r"eigenvalue $\lambda$", ylabel="filter", xlim=(left, 3))
    filter.legend()
    style.title(filter, "a", "filter")
    for ax, letter, (name, Z) in zip(panels, "bc", maps.items(), strict=True):
        for side, color, marker in ((0, style.BLUE, "o"), (1, style.VERMILLION, "^")):
            look = {"linestyle": "none", "marker": marker, "color": color}
            ax.plot(*Z[moon == side].T, markerfacecolor="white", **look)
            ax.plot(*Z[known][moon[known] == side].T, **look)
        ax.set(xticks=[], yticks=[], xlabel="first component", ylabel="second component")
        style.title(ax, letter, name)
    return drawn


figure()

# %%
for name, Z in maps.items():
    inputs = np.column_stack([np.ones(N), Z])
    told = inputs @ np.linalg.lstsq(inputs, 2.0 * moon - 1)[0] > 0
    print(f"{name:14}: {np.mean(told == moon):.0%} on the right side of the line of least squares")
