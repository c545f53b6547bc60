"""Does the risk fall or rise with gamma: predicted from the labels of a probe, and measured on digits.

The task is to tell the digit. The relations are that of equal digits after a share of them has been shuffled, from aligned
with the task to misaligned, and that of nearest neighbours among the images. Ridge probes are fitted on VICReg's optimal
representations, to labels that are few or many, and of little or much noise.
"""

from dataclasses import dataclass

import numpy as np

from numeric import barlow_twins, relations, squared_similarity, vicreg
from numeric.digits import load
from numeric.downstream import Recommendation, RidgeProbe, recommend, target_spectrum, vicreg_ridge_risk
from numeric.labelled import direction_shares, total_shares

N_SAMPLES = 400
N_COMPONENTS = 64
PENALTY = 1.0
"""rho/N. At 1 a direction of variance 1 is shrunk by half, and the sign of the slope differs much between the settings."""

DRAWS = 20
"""Of labels, over which the measured risk is a mean."""

NEIGHBOURS = 10
STEPS = 10
SHUFFLED = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
"""Shares of the classes that are shuffled in the relation by labels."""

LABELS = ((400, 0.1), (400, 1.0), (100, 0.1), (100, 1.0))
"""How many samples are labelled, and the variance of the noise of a label."""

RESOLVED = 2.0
"""Standard errors from 0 up to which a measured difference counts as noise."""

REASONS = {
    "noise": "the measured difference is within its error",
    "turn": "with all targets known the risk turns within the step, and the slope is that of its start",
    "few": "with all targets known it is wrong as well: the formula for few labels is an approximation",
    "estimate": "with all targets known it is right: the labels of the draw are too few or too noisy",
}
"""Why a predicted sign is not the measured one: the first that applies."""


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Row:
    """One line of the table. Risks are in units of that of the mean; J gammas have J - 1 steps.

    Attributes:
        relation: its name.
        n_labelled, noise: of the labels of the probe.
        gammas: (J,).
        measured: (draws, J) squared errors.
        slopes: (draws, J - 1) predicted from the labels of a draw, at the start of each step.
        exact: (J,) the risk with all targets known.
        exact_slopes: (J - 1,) the same for the slope.
        others: {method: mean measured risk}, of the methods without a gamma.
        told: what `recommend` says of the first draw.
    """

    relation: str
    n_labelled: int
    noise: float
    gammas: np.ndarray
    measured: np.ndarray
    slopes: np.ndarray
    exact: np.ndarray
    exact_slopes: np.ndarray
    others: dict
    told: Recommendation

    @property
    def steps(self):
        """(mean difference of the measured risk over each step, its standard error), each (J - 1,)."""
        differences = np.diff(self.measured, axis=1)
        return differences.mean(axis=0), differences.std(axis=0, ddof=1) / np.sqrt(len(differences))

    @property
    def right(self):
        """(draws, J - 1) whether the predicted sign is the measured one."""
        return np.sign(self.slopes) == np.sign(self.steps[0])

    @property
    def reasons(self):
        """(J - 1,) for each step the key in `REASONS` that a wrong prediction has."""
        mean, error = self.steps
        wrong_difference = np.sign(np.diff(self.exact)) != np.sign(mean)
        wrong_slope = np.sign(self.exact_slopes) != np.sign(mean)
        cases = [np.abs(mean) <= RESOLVED * error, wrong_slope & ~wrong_difference, wrong_slope]
        return np.select(cases, ["noise", "turn", "few"], default="estimate")


def sample():
    """N_SAMPLES of scikit-learn's digits, always the same: (N, D) images and (N,) their classes."""
    X, digits = load()
    chosen = np.random.default_rng(0).permutation(len(digits))[:N_SAMPLES]
    return X[chosen], digits[chosen]


def run(X, digits, *, shuffled=SHUFFLED, labels=LABELS, n_components=N_COMPONENTS, draws=DRAWS, seed=0, report=None):
    """The rows of the table, one for each relation and each kind of labels.

    Args:
        X: (N, D) images.
        digits: (N,) the right classes.
        shuffled: shares of them to shuffle in relations by labels.
        labels: pairs (n, noise).
        n_components: K, at least the number of classes: with fewer no gamma matters where digits are related.
        draws: of labels, >= 2.
        seed: of everything random.
        report: if given, called with each row as soon as it is there.

    Returns:
        list of Row.
    """
    rng = np.random.default_rng(seed)
    F = (digits[:, None] == np.unique(digits)).astype(float)  # (N, T)
    graphs = {
        name_of(share): relations.from_labels(_shuffled(digits, share, rng), weights="class") for share in shuffled
    }
    graphs["neighbours"] = relations.from_neighbours(X, NEIGHBOURS)
    rows = []
    for relation, G in graphs.items():
        problem = _Problem(G, F, n_components)
        for n_labelled, noise in labels:
            rows.append(_row(problem, relation, n_labelled, noise, draws, rng))
            if report is not None:
                report(rows[-1])
    return rows


def name_of(share):
    """Of the relation by labels of which a share is shuffled."""
    return f"{share:.0%} shuffled" if share else "equal digits"


def probe_error(Z, F, labelled, Y, penalty):
    """|F - prediction|^2 of a ridge probe with intercept, fitted to Y on the labelled rows of Z, of n/N the penalty."""
    mean, level = Z[labelled].mean(axis=0), Y.mean(axis=0)
    A = Z[labelled] - mean  # (n, K)
    gram = A.T @ A
    gram.flat[:: len(gram) + 1] += penalty * len(labelled) / len(Z)
    V = np.linalg.solve(gram, A.T @ (Y - level))  # (K, T)
    return float(np.sum((F - level - (Z - mean) @ V) ** 2))


class _Problem:
    """A relation and targets, and what does not depend on the labels: the spectrum, and every representation.

    The gammas go from 0 to the threshold 1/lambda_k of the median positive eigenvalue, in equal steps.
    """

    def __init__(self, G, F, n_components):
        self.G, self.F, self.n_components = G, F, n_components
        self.P = vicreg.eigenpairs(G, n_components)[1]  # (N, q)
        self.spectrum = target_spectrum(G, F, n_components, intercept=True)
        self.total = float(np.sum((F - F.mean(axis=0)) ** 2))
        eigenvalues = self.spectrum[0]
        self.gammas = np.linspace(0, 1 / np.median(eigenvalues[eigenvalues > 0]), STEPS + 1)
        optima = [vicreg.optimal_representation(G, n_components, gamma=gamma) for gamma in self.gammas]
        self.vicreg = [optimum.representation for optimum in optima]
        Z = squared_similarity.optimal_representation(G, n_components).representation
        self.others = {
            "squared similarity": np.sqrt(len(F)) * Z / np.linalg.norm(Z - Z.mean(axis=0), 2),
            "barlow twins": barlow_twins.optimal_representation(G, n_components, center=True).representation,
        }


def _shuffled(digits, share, rng):
    """The classes with a share of them permuted among themselves."""
    chosen = rng.permutation(len(digits))[: round(share * len(digits))]
    classes = digits.copy()
    classes[chosen] = classes[rng.permutation(chosen)]
    return classes


def _row(problem, relation, n_labelled, noise, draws, rng):
    F, total, gammas = problem.F, problem.total, problem.gammas
    n_samples, n_targets = F.shape
    probe = RidgeProbe(
        n_samples=n_samples, penalty=PENALTY * n_samples, noise=noise, n_labelled=n_labelled, intercept=True
    )
    eigenvalues, alignment, rest = problem.spectrum
    exact, exact_slopes = vicreg_ridge_risk(eigenvalues, alignment, gammas, probe, rest=rest)
    measured, slopes, others, told = [], [], [], None
    for _ in range(draws):
        labelled = rng.permutation(n_samples)[:n_labelled]
        Y = F[labelled] + np.sqrt(noise / n_targets) * rng.standard_normal((n_labelled, n_targets))
        measured.append([probe_error(Z, F, labelled, Y, probe.penalty) for Z in problem.vicreg])
        others.append([probe_error(Z, F, labelled, Y, probe.penalty) for Z in problem.others.values()])
        estimated = direction_shares(problem.P[labelled], Y, n_samples, noise).sum(axis=0)  # (q,)
        unreached = total_shares(Y, n_samples, noise).sum() - estimated.sum()
        slopes.append(vicreg_ridge_risk(eigenvalues, estimated, gammas[:-1], probe, rest=unreached)[1])
        if told is None:
            told = recommend(problem.G, Y, labelled, problem.n_components, noise, penalty=probe.penalty, gammas=gammas)
    return Row(
        relation=relation,
        n_labelled=n_labelled,
        noise=noise,
        gammas=gammas,
        measured=np.array(measured) / total,
        slopes=np.array(slopes) / total,
        exact=exact / total,
        exact_slopes=exact_slopes[:-1] / total,
        others=dict(zip(problem.others, np.mean(others, axis=0) / total, strict=True)),
        told=told,
    )
