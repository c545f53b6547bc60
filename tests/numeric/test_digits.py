"""The run on real data: what it reports is recomputed here, and what it must refuse or notice is provoked."""

import dataclasses
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from numeric import digits, relations, vicreg


@pytest.fixture(scope="module")
def sample():
    """250 images, so that a run takes a second or two."""
    X, classes = digits.load()
    return X[:250], classes[:250]


@pytest.fixture(scope="module")
def rows(sample):
    return digits.run(*sample)


def by_name(rows):
    return {(row.relation, row.unknown): row for row in rows}


def noisy_views(X, seed=0):
    rng = np.random.default_rng(seed)
    return np.concatenate([X + digits.NOISE * rng.standard_normal(X.shape) for _ in range(2)])


def test_the_data_are_all_the_digits_with_pixels_from_0_to_1():
    X, classes = digits.load()
    assert X.shape == (1797, 64)
    assert (X.min(), X.max()) == (0.0, 1.0)
    assert set(classes) == set(range(10))


def test_two_rows_for_each_relation(rows):
    assert [(row.relation, row.unknown) for row in rows] == [
        (relation, unknown) for relation in ("labels", "neighbours", "views") for unknown in ("Z*", "X W*")
    ]


def test_the_optimiser_meets_every_closed_form_and_never_goes_below(rows):
    for row in rows:
        assert -1e-9 <= row.gap <= 1e-6 * max(1.0, row.closed_form)
        assert row.attained == pytest.approx(row.closed_form, rel=1e-9, abs=1e-9)
        assert row.disagreement == ""


def test_closed_forms_from_eigenvalues_computed_here(rows, sample):
    X, classes = sample
    views = noisy_views(X)
    for name, samples, G in [
        ("labels", X, relations.from_labels(classes, weights="class")),
        ("neighbours", X, relations.from_neighbours(X, 10, sparse=False)),
        ("views", views, relations.from_views(len(X), 2, sparse=False)),
    ]:
        n = len(samples)
        L = np.diag(G.sum(axis=1)) - G
        # Coordinates on the complement of 1, and on the range of the centred inputs.
        whole = np.linalg.qr(np.column_stack([np.ones(n), np.eye(n)[:, 1:]]))[0][:, 1:]
        U, singular, _ = np.linalg.svd(samples - samples.mean(axis=0), full_matrices=False)
        for unknown, basis in [("Z*", whole), ("X W*", U[:, singular > 1e-9 * singular[0]])]:
            eigenvalues = np.linalg.eigvalsh(basis.T @ L @ basis)[: digits.N_COMPONENTS]
            s = np.maximum(1.0 - digits.GAMMA[name] * eigenvalues, 0.0)
            row = by_name(rows)[name, unknown]
            assert row.closed_form == pytest.approx(np.sum(1.0 - s**2), rel=1e-9, abs=1e-9)
            assert row.rank == np.count_nonzero(s > 1e-9)
            assert (row.smallest_filter, row.largest_filter) == pytest.approx((s.min(), s.max()), abs=1e-9)


def test_the_filter_is_not_trivial_except_where_views_are_all_that_is_known(rows):
    for row in rows:
        if (row.relation, row.unknown) == ("views", "Z*"):
            # n - 1 directions cost nothing, more than K: this relation alone has no preference among them.
            assert row.closed_form == pytest.approx(0.0, abs=1e-9)
        else:
            assert row.smallest_filter < 0.9
            assert row.largest_filter > 0.5


def test_accuracies_are_what_each_fit_may_reach(rows):
    rows = by_name(rows)
    assert rows["labels", "Z*"].accuracy == 1.0  # it has seen the labels
    assert rows["labels", "Z*"].rank == 9  # ten classes
    assert rows["views", "Z*"].accuracy < 0.25  # it has seen no pixel: chance is 0.1
    for name in ("labels", "neighbours", "views"):
        assert 0.6 < rows[name, "X W*"].accuracy < 1.0
        assert 0.6 < rows[name, "X W*"].pixel_accuracy < 1.0
        assert rows[name, "X W*"].saw == "nothing"


def test_networks_are_fitted_without_the_held_out_fold(sample, monkeypatch):
    """Spoiling the held-out labels and images of a fold must leave its W* as it was."""
    X, classes = sample
    fold = np.arange(len(X)) % digits.FOLDS

    def weights(X, classes, build):
        found = []
        original = vicreg.optimal_weights

        def record(*arguments, **options):
            found.append(original(*arguments, **options))
            return found[-1]

        monkeypatch.setattr(vicreg, "optimal_weights", record)
        digits._network("labels", build, X, classes, fold, 4, {"n_starts": 1, "max_iterations": 1})
        monkeypatch.setattr(vicreg, "optimal_weights", original)
        return [optimum.weights for optimum in found]

    rng = np.random.default_rng(5)
    for build in (digits._by_label, digits._by_neighbours):
        clean = weights(X, classes, build)
        assert len(clean) == 1 + digits.FOLDS
        for held_out in range(digits.FOLDS):
            spoiled = X.copy()
            spoiled[fold == held_out] = rng.uniform(size=spoiled[fold == held_out].shape)
            wrong = np.where(fold == held_out, 9 - classes, classes)
            after = weights(spoiled, wrong, build)
            assert np.array_equal(after[1 + held_out], clean[1 + held_out])
            assert not np.array_equal(after[0], clean[0])


def test_two_views_of_one_image_are_never_on_both_sides(sample, monkeypatch):
    X, classes = sample
    seen = []
    monkeypatch.setattr(digits, "accuracy", lambda features, labels, fold, classify: seen.append(fold) or 0.5)
    monkeypatch.setattr(digits.optimise, "minimise", lambda *_, **__: SimpleNamespace(loss=0.0))
    digits.run(X, classes)
    both = [fold for fold in seen if len(fold) == 2 * len(X)]
    assert len(both) == 3  # pixels, Z*, X W*
    for fold in both:
        assert np.array_equal(fold[: len(X)], fold[len(X) :])
    for fold in seen:
        assert set(fold) == set(range(digits.FOLDS))


@pytest.fixture
def no_maps(monkeypatch):
    """Nothing in the second table."""
    monkeypatch.setattr(digits.linear_maps, "run", lambda datasets: [])


def test_main_prints_one_aligned_table(sample, monkeypatch, capsys, no_maps):
    monkeypatch.setattr(digits, "load", lambda: sample)
    assert digits.main([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "\x1b" not in out  # plain where there is no terminal
    lines = out.splitlines()
    body = [line for line in lines if " Z* " in line[:18] or " X W* " in line[:18]]
    assert len(body) == 6
    heading = next(line for line in lines if "closed form" in line and "gamma" in line)
    end = heading.index("closed form") + len("closed form")
    for line, row in zip(body, digits.run(*sample), strict=True):
        assert line[:end].endswith(f" {row.closed_form:z.6f}")
        assert line.rstrip().endswith(row.saw)
    assert "…" not in out
    assert "scaled to [0, 1]" in " ".join(out.split())
    assert "K = 16" in out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"closed_form": 1.0}, "the optimiser found"),
        ({"closed_form": -1.0}, "the optimiser stayed"),
        ({"attained": 1.0}, "the loss there is"),
        ({"closed_form": float("nan")}, "the loss there is"),
        ({"numerical": float("nan")}, "the optimiser stayed"),
    ],
    ids=str,
)
def test_main_fails_where_a_closed_form_does_not_hold(rows, monkeypatch, capsys, no_maps, change, message):
    good = dataclasses.replace(rows[0], closed_form=0.0, attained=0.0, numerical=1e-9)
    assert good.disagreement == ""
    if "closed_form" in change and np.isfinite(change["closed_form"]):
        change = change | {"attained": change["closed_form"]}
    monkeypatch.setattr(digits, "load", lambda: (None, None))
    monkeypatch.setattr(digits, "run", lambda *_, **__: [dataclasses.replace(good, **change)])
    assert digits.main([]) == 1
    assert f"labels, Z*: {message}" in capsys.readouterr().err


def test_without_scikit_learn_the_extra_is_named():
    script = "import sys; sys.modules['sklearn'] = None;from numeric import digits; sys.exit(digits.main([]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "extra `data`" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_missing_module_is_not_taken_for_scikit_learn(monkeypatch):
    def broken():
        raise ModuleNotFoundError("No module named 'other'", name="other")

    monkeypatch.setattr(digits, "load", broken)
    with pytest.raises(ModuleNotFoundError, match="other"):
        digits.main([])


def test_bad_usage_has_status_2(capsys):
    with pytest.raises(SystemExit) as error:
        digits.main(["--nonsense"])
    assert error.value.code == 2
    assert "--nonsense" in capsys.readouterr().err
