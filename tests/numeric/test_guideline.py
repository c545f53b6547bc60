"""The guideline on real data: what is measured and predicted is recomputed here, and what the tables say of it."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from numeric import digits, guideline, guideline_trials
from numeric.guideline_trials import Row, probe_error, run

LABELS = ((80, 0.0), (30, 0.5))


@pytest.fixture(scope="module")
def sample():
    X, classes = digits.load()
    return X[:80], classes[:80]


@pytest.fixture(scope="module")
def rows(sample):
    return run(*sample, shuffled=(0.0, 0.8), labels=LABELS, n_components=20, draws=3)


def row(**changes):
    """Two draws, three gammas: both steps rise, and so it is predicted."""
    numbers = {
        "relation": "made up",
        "n_labelled": 5,
        "noise": 1.0,
        "gammas": np.array([0.0, 0.5, 1.0]),
        "measured": np.array([[1.0, 2.0, 3.0], [1.0, 2.1, 3.1]]),
        "slopes": np.ones((2, 2)),
        "exact": np.array([1.0, 2.0, 3.0]),
        "exact_slopes": np.ones(2),
        "others": {"squared similarity": 1.5, "barlow twins": 2.5},
        "told": SimpleNamespace(method="vicreg", gamma=0.5, decided=False),
    }
    return Row(**(numbers | changes))


def test_a_row_for_each_relation_and_kind_of_labels(rows):
    relations = ["equal digits", "80% shuffled", "neighbours"]
    assert [(row.relation, row.n_labelled, row.noise) for row in rows] == [
        (r, *kind) for r in relations for kind in LABELS
    ]
    for row in rows:
        assert row.measured.shape == (3, 11)
        assert row.slopes.shape == (3, 10)
        assert (row.gammas[0], len(row.gammas)) == (0.0, 11)


def test_where_all_is_known_prediction_and_measurement_agree_exactly(rows):
    """All samples labelled, without noise: every draw is the same, and the estimates are the squares themselves."""
    for row in rows:
        if row.noise == 0:
            np.testing.assert_allclose(row.measured, np.tile(row.exact, (3, 1)), rtol=1e-9)
            np.testing.assert_allclose(row.slopes, np.tile(row.exact_slopes, (3, 1)), rtol=1e-7, atol=1e-9)
            curve = [candidate.risk / row.told.total for candidate in row.told.curve]
            np.testing.assert_allclose(curve, row.exact, rtol=1e-9)
            others = {each.method: each.risk / row.told.total for each in row.told.candidates if each.gamma is None}
            assert others == pytest.approx(row.others, rel=1e-9)


def test_with_few_labels_the_prediction_is_near_the_measurement_and_right_in_the_mean(sample):
    for row in run(*sample, shuffled=(0.5,), labels=((40, 0.5),), n_components=14, draws=200):
        np.testing.assert_allclose(row.measured.mean(axis=0), row.exact, rtol=0.06)
        errors = row.slopes.std(axis=0) / np.sqrt(len(row.slopes))
        assert (np.abs(row.slopes.mean(axis=0) - row.exact_slopes) < 5 * errors).all()


def test_the_error_of_a_probe_is_that_of_ridge_regression():
    rng = np.random.default_rng(0)
    Z, F, labelled = rng.standard_normal((20, 4)), rng.standard_normal((20, 2)) + 1, np.arange(3, 12)
    Y = F[labelled] + 0.1
    fitted = Ridge(alpha=6.0 * 9 / 20).fit(Z[labelled], Y)
    assert probe_error(Z, F, labelled, Y, 6.0) == pytest.approx(np.sum((F - fitted.predict(Z)) ** 2), rel=1e-10)


def test_a_share_of_the_classes_is_shuffled_and_their_sizes_stay(sample):
    _, classes = sample
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(guideline_trials._shuffled(classes, 0.0, rng), classes)
    half = guideline_trials._shuffled(classes, 0.5, rng)
    np.testing.assert_array_equal(np.sort(half), np.sort(classes))
    assert 20 < (half != classes).sum() <= 40


def test_images_matter_for_their_neighbours_only(sample, rows):
    X, classes = sample
    again = run(X[::-1], classes, shuffled=(0.0, 0.8), labels=LABELS, n_components=20, draws=3)
    for row, other in zip(rows, again, strict=True):
        assert np.array_equal(row.measured, other.measured) == (row.relation != "neighbours")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"measured": np.array([[1.0, 2.0, 3.0], [1.0, 0.1, 1.1]])}, "noise"),
        ({"exact_slopes": -np.ones(2)}, "turn"),
        ({"exact_slopes": -np.ones(2), "exact": np.array([3.0, 2.0, 1.0])}, "few"),
        ({}, "estimate"),
    ],
)
def test_why_a_prediction_is_wrong(changes, reason):
    wrong = row(slopes=np.array([[-1.0, 1.0], [1.0, 1.0]]), **changes)
    assert wrong.reasons[0] == reason
    np.testing.assert_array_equal(wrong.right, [[False, True], [True, True]] if reason != "noise" else wrong.right)
    right, total, _, reasons = guideline.verdicts([wrong])
    assert right + sum(reasons.values()) == total == 4
    if reason != "noise":
        assert reasons[reason] == 1


def test_verdicts_count_every_draw_and_step():
    falling = row(measured=np.array([[3.0, 2.0, 3.0], [3.0, 2.1, 3.0]]), slopes=-np.ones((2, 2)))
    assert guideline.verdicts([row(), falling])[:3] == (6, 8, 2)
    assert "right: 6 of 8 predicted signs, 75.0%; 'it falls' every time: 25.0%" in guideline.summary([row(), falling])


def test_signs_of_numbers():
    assert guideline.signs([-0.5, 0.0, 2.0]) == "-0+"


def printed(table):
    return [[str(cell) for cell in column.cells] for column in table.columns]


def test_the_table_has_the_lowest_measured_risk_and_what_is_recommended():
    (line,) = zip(*printed(guideline.table([row()])), strict=True)
    assert line == ("made up", "5", "1", "++", "++", "4/4", "1.000", "0", "1.500", "2.500", "vicreg 0.5 ?")
    told = SimpleNamespace(method="barlow twins", gamma=None, decided=True)
    (line,) = zip(*printed(guideline.table([row(told=told)])), strict=True)
    assert line[-1] == "barlow twins"


def test_the_second_table_has_the_steps_that_most_draws_get_wrong():
    wrong = row(slopes=np.array([[-2.0, -1.0], [-4.0, 1.0]]))
    (line,) = zip(*printed(guideline.table_of_wrong([row(), wrong])), strict=True)
    assert line[3:] == ("0..0.5", "2/2", "+1050.00 +- 50.00", "-1500.00", "+500.00", "estimate")


@pytest.fixture
def few(monkeypatch, rows):
    """The command, on what was run already."""
    seen = []
    monkeypatch.setattr(guideline, "run", lambda X, classes, report: seen.append((X, classes)) or rows)
    return seen


def test_main_prints_both_tables_and_the_counts(few, rows, capsys):
    assert guideline.main([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "\x1b" not in out
    assert "…" not in out
    ((X, classes),) = few
    assert (X.shape, classes.shape) == ((400, 64), (400,))
    for name in ("equal digits", "80% shuffled", "neighbours"):
        assert sum(line.startswith(f" {name} ") for line in out.splitlines()) >= len(LABELS)
    assert " ".join(guideline.summary(rows)) in " ".join(out.split())


@pytest.mark.parametrize(
    ("package", "arguments", "extra"), [("sklearn", [], "data"), ("matplotlib", ["--plot", "risk.png"], "figures")]
)
def test_without_a_package_its_extra_is_named(package, arguments, extra):
    script = f"import sys; sys.modules[{package!r}] = None; from numeric import guideline; sys.exit(guideline.main({arguments}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"extra `{extra}`" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_missing_module_is_not_taken_for_these(monkeypatch):
    def broken():
        raise ModuleNotFoundError("No module named 'other'", name="other")

    monkeypatch.setattr(guideline, "sample", broken)
    with pytest.raises(ModuleNotFoundError, match="other"):
        guideline.main([])


def test_bad_usage_has_status_2(capsys):
    with pytest.raises(SystemExit) as error:
        guideline.main(["--nonsense"])
    assert error.value.code == 2
    assert "--nonsense" in capsys.readouterr().err
