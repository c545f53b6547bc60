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
# # Claims that fail
#
# Some statements of this field do not hold as they are told. Each is an entry of the catalogue: the claim, the smallest
# counterexample, found by searching all instances of small integers, and the theorem that is true instead. This
# notebook shows the theorems, and computes the counterexamples again in NumPy, by other code than that which found
# them.

# %%
import numpy as np
from IPython.display import Markdown

from derivations import results, theorem

claims = {r.id: r.claim for r in results().values() if r.claimed}
Markdown("\n".join(f"- `{id}`: {claim.words}" for id, claim in claims.items()))

# %% [markdown]
# A counterexample is a value for each symbol, and the two sides of what was claimed.

# %%
treated = {}


def counterexample(id):
    """The values of a counterexample by name, and the two sides of the claim there."""
    found = claims[id].counterexample
    treated[id] = found
    values = {symbol.name: np.array(value, dtype=float) for symbol, value in (found.values | found.chosen).items()}
    numbers = {name: value.item() for name, value in values.items() if value.ndim == 0}
    return values | numbers, *found.sides(claims[id].statement)


def same(computed, stated):
    """Whether numbers agree up to rounding: the instances are small, with entries of small integers."""
    return np.allclose(computed, stated, rtol=0, atol=1e-12 * (1 + np.abs(stated).max()))


# %% [markdown]
# ## Other eigenvectors are local minima
#
# VICReg is stationary at any choice of `K` eigenvectors, and it was said that all of them are local minima, so that
# training may end in any. They are saddles: toward an eigenvector that was left out, and that is better, the loss
# falls.

# %%
theorem("vicreg-strict-saddles", proof=True)

# %% [markdown]
# The counterexample has three samples, two of which are related, and one component, on the worse of the two
# eigenvectors. The curvature along the better one is a difference of gradients.

# %%
from numeric import vicreg

values, left, right = counterexample("vicreg-strict-saddles")
G, alpha = values["G"], values["alpha"]
weights = {"alpha": alpha, "beta": alpha, "gamma": 1.0}
columns = vicreg.optimal_representation(G, 2, **weights).representation
saddle, better = columns[:, [1]], columns[:, [0]] / np.linalg.norm(columns[:, 0])

step = 1e-4
slopes = [vicreg.gradient(saddle + t * better, G, **weights) for t in (step, -step)]
curvature = ((slopes[0] - slopes[1]) / (2 * step) * better).sum()
flat = np.linalg.norm(vicreg.gradient(saddle, G, **weights))
print(f"gradient {flat:.1e}; curvature {curvature:.6f}, claimed to be at least {left}")

assert flat <= 10 * np.finfo(float).eps * alpha
assert abs(curvature - right) <= 10 * alpha * step**2  # of the next term, of third order in the step

# %% [markdown]
# Numerical optimisation agrees: from no start does it end at the saddle. The graph is disconnected, so that the best
# eigenvalue is 0. With one component all curvatures at the minimum are known: along the constant, which the loss does
# not see; along the column; and along the other eigenvector, by part (iii) of the theorem. How far the optimiser's
# point is from the minimum is at most its gradient over the smallest of them.

# %%
from numeric import diagnostics, optimise

best = vicreg.optimal_representation(G, 1, **weights)
found = optimise.minimise(lambda Z: vicreg.loss_and_gradient(Z, G, **weights), (3, 1), n_starts=10)
height = vicreg.loss(saddle, G, **weights)
print(f"the loss is {height:.4f} at the saddle, and at most {found.losses.max():.1e} from all starts")

eigenvalues, N = vicreg.eigenpairs(G, 2)[0], len(G)
curvatures = np.array([8 * alpha * best.filter[0], 4 * (eigenvalues[1] - eigenvalues[0])]) / N
away = 2 * found.gradient_norm / curvatures.min()  # a factor of 2 for what is not quadratic
gap, length = found.loss - best.loss, np.linalg.norm(best.representation)
distance = N * diagnostics.gram_distance(found.point, best.representation)
angle = diagnostics.angles_to_optimum(found.point, G, **weights).max()
print(f"losses differ by {gap:.1e}, Gram matrices by {distance:.1e}, the angle is {angle:.1e}")

rounding = N * np.finfo(float).eps * alpha
assert found.converged
assert (found.losses < height - 0.1).all()
assert -rounding <= gap <= found.gradient_norm * away + rounding
assert distance <= 3 * length * away + rounding
assert np.sin(angle) <= away / length + rounding

# %% [markdown]
# On a larger relation, gradient descent from beside a saddle: it stays for long, and leaves at an exponential rate.

# %%
from numeric.figures import paths

paths.draw()

# %% [markdown]
# ## The squared variance may stand in for the hinge
#
# VICReg is analysed with squares of variances and published with a hinge of standard deviations. At a large `gamma` the
# squares drop every direction, and nothing is left. The hinge drops none, where columns are kept uncorrelated.

# %%
theorem("vicreg-hinge-differs")

# %%
values, left, right = counterexample("vicreg-hinge-differs")
G, Z, alpha = values["G"], values["Z"], values["alpha"]
squared = vicreg.optimal_representation(G, 1, alpha=alpha)
hinge = vicreg.optimal_representation(G, 1, variance="hinge", alpha=alpha)
print(f"rank {squared.rank} with squares, {hinge.rank} with the hinge")
print(f"the hinge is {vicreg.loss(Z, G, variance='hinge', alpha=alpha):.4f} at Z, and {left} where nothing is left")

assert same(vicreg.loss(Z, G, variance="hinge", alpha=alpha), right)
assert same(vicreg.loss(0 * Z, G, variance="hinge", alpha=alpha), left)
assert (squared.rank, hinge.rank) == (0, 1)
assert hinge.loss <= right < left

# %% [markdown]
# ## VICReg is Laplacian Eigenmaps
#
# It is, of the form that normalises the covariance. In the form of the original paper, degrees weight the constraint,
# and on a relation whose degrees differ this is another embedding.

# %%
theorem("eigenmaps-normalisation")

# %%
from numeric import laplacian_eigenmaps

values, left, right = counterexample("eigenmaps-normalisation")
G = values["G"]
degrees = G.sum(axis=1)
L, M = np.diag(degrees) - G, np.diag(degrees) - np.outer(degrees, degrees) / degrees.sum()
p, u = (
    laplacian_eigenmaps.optimal_representation(G, 1, normalisation=form).representation[:, 0]
    for form in ("covariance", "degree")
)
p /= np.linalg.norm(p)  # as in the claim
of_p, of_u = (v @ L @ v / (v @ M @ v) for v in (p, u))
Z = vicreg.optimal_representation(G, 1, gamma=0.1).representation
print(f"energy per degree-weighted variance: {of_p:.4f} of the one, {of_u:.4f} of the other, which is least")
for name, v in (("covariance", p), ("degrees", u)):
    angle = np.degrees(diagnostics.principal_angles(Z, v[:, None]).max())
    print(f"VICReg is at {angle:.2f} degrees from the form that normalises by {name}")

assert same(p @ L @ p, left)
assert same(p @ M @ p * of_u, right)
assert diagnostics.principal_angles(Z, p[:, None]).max() <= 1e-12  # one eigenvector, from two eigensolvers
assert diagnostics.principal_angles(Z, u[:, None]).max() > 0.01

# %% [markdown]
# ## With labels for the relation, linear VICReg is Fisher's discriminant
#
# It is, if all classes have the same size, or if pairs are weighted by the inverse of their class's. With 1 for each
# pair a class counts by its size, since it has more pairs.

# %%
theorem("lda-class-weights")

# %%
from numeric import lda, relations

values, left, right = counterexample("lda-class-weights")
X, labels = values["X"], values["Y"].argmax(axis=1)


def within(W):
    """What share of the variance of the inputs, mapped by W, is within the classes."""
    Z = X @ W
    means = np.array([Z[labels == c].mean(axis=0) for c in labels])
    return float(np.sum((Z - means) ** 2) / np.sum((Z - Z.mean(axis=0)) ** 2))


fisher = lda.optimal_weights(X, labels, 1).weights
by_pair, by_class = (
    vicreg.optimal_weights(X, relations.from_labels(labels, weights=weights), 1, gamma=0.1).weights
    for weights in ("unit", "class")
)
for name, W in (("Fisher", fisher), ("VICReg, 1 a pair", by_pair), ("VICReg, 1/n_c a pair", by_class)):
    print(f"{name:20} {within(W):.4f} of the variance is within the classes")

assert same(within(by_pair), left)
assert same(within(fisher), right)
assert same(within(by_class), right)

# %% [markdown]
# ## Two claims on the contrasts
#
# Both are about how far the contrast between samples is from that between dimensions (`04_duality`). One has the
# constant wrong, for it asks for rows and columns of norm one, which no `Z` has unless it is square.

# %%
theorem("duality-constant", proof=True)

# %% [markdown]
# The other says that the bounds are met by collapsed representations only. One of them is met by the identity matrix.

# %%
theorem("duality-collapse", proof=True)


# %%
def between_samples(Z):
    """The sum of the squared products of two different rows."""
    products = Z @ Z.T
    return np.sum((products - np.diag(np.diag(products))) ** 2)


values, left, right = counterexample("duality-constant")
Z = values["Z"]
N, K = Z.shape
print(f"{N} x {K}: {between_samples(Z.T)} between dimensions; claimed {between_samples(Z) + N - K}, ", end="")
print(f"true {between_samples(Z) + N - N**2 / K}")
assert same(between_samples(Z.T), left)
assert same(between_samples(Z) + N - K, right)
assert same(between_samples(Z) + N - N**2 / K, left)

values, left, right = counterexample("duality-collapse")
Z = values["Z"]
N, K = Z.shape
print(f"{N} x {K}: {between_samples(Z.T)} between dimensions, bound {between_samples(Z) + N - N**2 / K}, ", end="")
print(f"rank {np.linalg.matrix_rank(Z)}")
assert same(between_samples(Z.T), between_samples(Z) + N - N**2 / K)
assert np.linalg.matrix_rank(Z) == K > 1
assert left < right  # |Z'Z|^2 = tr(Z'Z)^2 is what rank one would mean

# %% [markdown]
# ## The repulsion of SimCLR is least at orthogonal samples
#
# Even with dimensions enough, a logarithm of sums of exponentials gains from negative products. Two samples are best
# opposite, and more of them at a regular simplex.

# %%
theorem("contrastive-orthogonal", proof=True)

# %%
from scipy.special import logsumexp

from numeric.simplex import simplex


def repulsion(Y, tau):
    """The sum over the rows of the log-sum-exp of their products with the others, over tau."""
    scores = Y @ Y.T / tau
    np.fill_diagonal(scores, -np.inf)
    return logsumexp(scores, axis=1).sum()


values, left, right = counterexample("contrastive-orthogonal")
Y, tau = values["Y"], values["tau"]
print(f"two samples: {repulsion(Y, tau):.4f} if opposite, {repulsion(np.eye(2), tau):.4f} if orthogonal")
assert same(repulsion(Y, tau), right)
assert same(repulsion(np.eye(2), tau), left)

for n in (3, 5, 9):
    gain = repulsion(np.eye(n), tau) - repulsion(simplex(n, n), tau)
    print(f"{n} samples: lower by {gain:.6f} at a simplex")
    assert same(gain, n / ((n - 1) * tau))

# %% [markdown]
# ## A linear function has a hard cut for its filter
#
# If a filter of 0 and one is wanted, the loss with a linear function of the covariance seems to have it. It has no
# minimum: along an eigenvector that is to be kept, it falls without end. With a hinge it has one.

# %%
theorem("filter-hard-cut")

# %%
values, left, right = counterexample("filter-hard-cut")
G, Z, cut = values["G"], values["Z"], values["a_0"]
N = len(G)
target = np.diag(G.sum(axis=1)) - G - cut * (np.eye(N) - np.ones((N, N)) / N)
for t in (1 / 3, 1, 3, 9):
    print(f"{t:6.3f} Z: {((t * Z).T @ target @ (t * Z)).item() / N:10.4f}, claimed to be at least {left}")

assert same((Z.T @ target @ Z).item() / N, right)
assert right < left

# %% [markdown]
# Those were all.

# %%
assert treated.keys() == claims.keys()
