"""VICReg's closed forms on scikit-learn's handwritten digits: `python -m numeric.digits`.

Three relations: equal labels, ten nearest neighbours, two noisy views. For each the optimal representation Z*
and the optimal linear network W*: the loss that the theorem states, the lowest that a numerical optimiser
reaches from random starts, the spectrum, and what a nearest-neighbour classifier makes of the result. A second table has
the accuracies of other linear embeddings, on digits and wine, beside scikit-learn's (`numeric.linear_maps`).
"""

import argparse
import sys
from dataclasses import dataclass

import numpy as np

from numeric import linear_maps, optimise, relations, vicreg
from numeric.held_out import FOLDS, accuracy, nearest_row

N_COMPONENTS = 16
NEIGHBOURS = 10
NOISE = 0.25  # standard deviation of a view, on pixels in [0, 1]

# Chosen so that the filter (1 - gamma lambda)_+ is neither all ones nor all zeros; alpha = beta = 1.
GAMMA = {"labels": 1.5, "neighbours": 0.5, "views": 2.5}

# The closed form must be met by its own Z* to rounding, and by the optimiser as far as that converges.
ROUNDING = 1e-9
CONVERGED = 1e-6

WIDTH = 104  # of the table, which is not cut for a narrower terminal

EXPLANATION = f"""\
VICReg with squared variance, alpha = beta = 1 and K = {N_COMPONENTS}, on 1797 digits of 64 pixels scaled to \
[0, 1]; a view adds noise of standard deviation {NOISE} to each pixel. \
Closed form: the minimum that the theorem states. \
Numerical: the lowest loss that L-BFGS reached from random starts; gap: numerical minus closed form. \
Filter: smallest to largest of the factors (1 - gamma lambda)_+; rank: how many are positive. \
1-NN: accuracy of the digit of the nearest row, mean of {FOLDS} folds; pixels: the same on the inputs. \
Saw: what the fit knew of the held-out fold. X W* is fitted again without it. Z* exists on related samples \
only: with labels it saw the very answers, with views only which rows show one image, and no pixel of it.\
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; losses are of all samples, accuracies are means over held-out folds."""

    relation: str
    unknown: str
    gamma: float
    closed_form: float
    attained: float  # the loss evaluated at Z* or X W*
    numerical: float
    rank: int
    smallest_filter: float
    largest_filter: float
    accuracy: float
    pixel_accuracy: float
    saw: str

    @property
    def gap(self):
        """How far above the closed form the optimiser stayed."""
        return self.numerical - self.closed_form

    @property
    def disagreement(self):
        """How the closed form and the arithmetic disagree, NaN included; empty where they agree."""
        scale = max(1.0, abs(self.closed_form))
        if not abs(self.attained - self.closed_form) <= ROUNDING * scale:
            return f"the loss there is {self.attained:.12g}, not the closed form {self.closed_form:.12g}"
        if self.gap < -ROUNDING * scale:
            return f"the optimiser found {-self.gap:.3g} less than the closed form {self.closed_form:.12g}"
        if not self.gap <= CONVERGED * scale:
            return f"the optimiser stayed {self.gap:.3g} above the closed form {self.closed_form:.12g}"
        return ""


def load():
    """The images as rows of pixels in [0, 1], (1797, 64), and their digits; nothing is downloaded."""
    from sklearn.datasets import load_digits

    X, digits = load_digits(return_X_y=True)
    return X / 16.0, digits


def run(X, digits, *, n_components=N_COMPONENTS, n_starts=2, max_iterations=400, seed=0, report=lambda row: None):
    """The rows of the table, two for each relation.

    Args:
        X: (n, D), one image a row.
        digits: (n,) integers, the classes.
        n_components: K.
        n_starts, max_iterations: the budget of each numerical minimisation.
        seed: of the noise, the folds and the starts.
        report: called with each row as soon as it is there.

    Returns:
        list of Row.
    """
    rng = np.random.default_rng(seed)
    views = np.concatenate([X + NOISE * rng.standard_normal(X.shape) for _ in range(2)])
    fold = rng.permutation(len(X)) % FOLDS  # of an image: its two views are never on both sides
    # How a relation is built, what from, and the digit and fold of each of its samples.
    problems = {
        "labels": (_by_label, X, digits, fold),
        "neighbours": (_by_neighbours, X, digits, fold),
        "views": (_by_views, views, np.tile(digits, 2), np.tile(fold, 2)),
    }
    budget = {"n_starts": n_starts, "max_iterations": max_iterations, "seed": seed}
    rows = []
    for name, (build, samples, classes, folds) in problems.items():
        pixel_accuracy = accuracy(lambda train, samples=samples: samples, classes, folds, nearest_row)
        for solve in (_representation, _network):
            found = solve(name, build, samples, classes, folds, n_components, budget)
            rows.append(Row(relation=name, gamma=GAMMA[name], pixel_accuracy=pixel_accuracy, **found))
            report(rows[-1])
    return rows


def _by_label(X, digits):
    return relations.from_labels(digits, weights="class", sparse=True)


def _by_neighbours(X, digits):
    return relations.from_neighbours(X, NEIGHBOURS)


def _by_views(X, digits):
    return relations.from_views(len(X) // 2, 2)


def _representation(name, build, X, digits, fold, n_components, budget):
    """Z*, which exists on the samples of its relation only: rows are split for the classifier alone."""
    G, gamma = build(X, digits), GAMMA[name]
    optimum = vicreg.optimal_representation(G, n_components, gamma=gamma)

    def loss_and_gradient(Z):
        return vicreg.loss_and_gradient(Z, G, gamma=gamma)

    Z = optimum.representation
    return {
        "unknown": "Z*",
        "attained": vicreg.loss(Z, G, gamma=gamma),
        "numerical": optimise.minimise(loss_and_gradient, Z.shape, **budget).loss,
        "accuracy": accuracy(lambda train: Z, digits, fold, nearest_row),
        "saw": {"labels": "its labels", "neighbours": "its images", "views": "its pairs"}[name],
        **_spectrum(optimum),
    }


def _network(name, build, X, digits, fold, n_components, budget):
    """X W*, fitted again without the held-out fold, whose images and labels it never sees."""
    G, gamma = build(X, digits), GAMMA[name]
    optimum = vicreg.optimal_weights(X, G, n_components, gamma=gamma)

    # The opponent searches networks on whitened inputs: the same functions of X, in coordinates that suit it.
    U, singular, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    white = np.sqrt(len(X)) * U[:, singular > 1e-10 * singular[0]]  # (N, rank of the centred X)

    def loss_and_gradient(W):
        loss, gradient = vicreg.loss_and_gradient(white @ W, G, gamma=gamma)
        return loss, white.T @ gradient

    def fitted(train):
        known = build(X[train], digits[train])
        return X @ vicreg.optimal_weights(X[train], known, n_components, gamma=gamma).weights

    return {
        "unknown": "X W*",
        "attained": vicreg.loss(X @ optimum.weights, G, gamma=gamma),
        "numerical": optimise.minimise(loss_and_gradient, (white.shape[1], n_components), **budget).loss,
        "accuracy": accuracy(fitted, digits, fold, nearest_row),
        "saw": "nothing",
        **_spectrum(optimum),
    }


def _spectrum(optimum):
    return {
        "closed_form": optimum.loss,
        "rank": optimum.rank,
        "smallest_filter": float(np.min(optimum.filter)),
        "largest_filter": float(np.max(optimum.filter)),
    }


def _table(rows):
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("relation", "of"):
        table.add_column(heading, no_wrap=True)
    for heading in ("gamma", "closed form", "numerical", "gap", "rank", "filter", "1-NN", "pixels"):
        table.add_column(heading, no_wrap=True, justify="right")
    table.add_column("saw", no_wrap=True)
    for row in rows:
        table.add_row(
            row.relation,
            row.unknown,
            f"{row.gamma:g}",
            f"{row.closed_form:z.6f}",
            f"{row.numerical:z.6f}",
            f"{row.gap:+.0e}",
            str(row.rank),
            f"{row.smallest_filter:z.2f}..{row.largest_filter:z.2f}",
            f"{row.accuracy:.1%}",
            f"{row.pixel_accuracy:.1%}",
            row.saw,
        )
    return table


def main(arguments=None):
    """Print the table; 0 if every closed form holds, 1 if one does not, 2 without scikit-learn."""
    description = "Closed forms, tried on scikit-learn's handwritten digits and wine (extra: data)."
    argparse.ArgumentParser(prog="python -m numeric.digits", description=description).parse_args(arguments)
    try:
        X, digits = load()
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("sklearn"):
            raise
        print(
            "digits: scikit-learn is missing; install the extra `data`: pip install -e '.[data]'",
            file=sys.stderr,
        )
        return 2

    from rich.console import Console
    from threadpoolctl import threadpool_limits

    console = Console(highlight=False)
    # One thread: the matrices are small, and threads that wait for each other on a busy machine cost minutes.
    with threadpool_limits(1), console.status("digits: solving for labels ...", spinner="line") as status:
        rows = run(X, digits, report=lambda row: status.update(f"digits: {row.relation}, {row.unknown} done ..."))
        status.update("digits: linear maps beside scikit-learn's ...")
        beside = linear_maps.run({"digits": (X, digits), "wine": linear_maps.load_wine()})
    explanation_width = console.width if console.is_terminal else WIDTH
    console.width = max(WIDTH, console.width)
    for table, explanation in ((_table(rows), EXPLANATION), (linear_maps.table(beside), linear_maps.EXPLANATION)):
        console.print(table)
        console.print(explanation, markup=False, width=explanation_width)
    wrong = [row for row in rows if row.disagreement]
    for row in wrong:
        print(f"digits: {row.relation}, {row.unknown}: {row.disagreement}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
