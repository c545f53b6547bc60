"""The figures: what is drawn is what the theorems say, it can be read, and files are whole and always the same."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.text import Text
from scipy.stats import sem
from threadpoolctl import threadpool_limits

from derivations import cli
from numeric import barlow_twins, guideline, vicreg
from numeric.figures import __path__ as package
from numeric.figures import catalogue, digits, filters, graphs, output, paths, rank, risk, style, water_filling
from numeric.guideline_trials import run, sample

NAMES = [*catalogue.found()]


@pytest.fixture(scope="module")
def drawn():
    """Every figure, drawn when it is first asked for."""
    found = {}

    def of(name):
        if name not in found:
            with threadpool_limits(1):  # rounding differs with the number of threads
                found[name] = catalogue.found()[name].draw()
        return found[name]

    return of


@pytest.fixture(scope="module")
def rows():
    """Of the guideline, for few samples and draws: one for each line of each panel of `risk`."""
    X, classes = sample()
    kinds = ((80, 0.1), (80, 1.0), (40, 0.1), (40, 1.0))
    return run(X[:80], classes[:80], shuffled=risk.SHUFFLED, labels=kinds, n_components=14, draws=3)


def lines(ax):
    """{label: (q, 2) points} of the lines of an axis."""
    return {line.get_label(): line.get_xydata() for line in ax.get_lines()}


def texts_of(figure, monkeypatch):
    """{text: extent in pixels} of whatever is written when the figure is drawn."""
    written = {}
    plainly = Text.draw

    def draw(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            written[self] = self.get_window_extent(renderer)
        return plainly(self, renderer, *args, **kwargs)

    monkeypatch.setattr(Text, "draw", draw)
    with style.applied():
        FigureCanvasAgg(figure).draw()
    return written


def test_the_modules_that_draw_are_found():
    files = {file[:-3] for file in os.listdir(package[0]) if file.endswith(".py")}
    assert set(NAMES) == files - {"__init__", "catalogue", "graphs", "output", "style"}


def test_the_readme_tells_what_each_shows():
    told = (Path(__file__).parents[2] / "README.md").read_text().partition("\n## Figures\n")[2].partition("\n## ")[0]
    assert sorted(line.split("`")[1] for line in told.splitlines() if line.startswith("| `")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_has_a_title_the_width_of_a_page_and_labelled_axes(name, drawn):
    figure = drawn(name)
    title = catalogue.title(catalogue.found()[name])
    assert title.endswith(".")
    assert len(title) <= 120
    assert figure.get_size_inches()[0] == pytest.approx(16 / 2.54)
    for ax in figure.axes:
        shown = ax.get_subplotspec()
        for axis, shared in ((ax.xaxis, figure.get_supxlabel()), (ax.yaxis, figure.get_supylabel())):
            others = [other for other in figure.axes if other.get_subplotspec().rowspan == shown.rowspan]
            inherited = axis is ax.yaxis and others[0].get_ylabel()
            assert axis.get_label_text() or shared or inherited or not len(axis.get_ticklocs())


def test_notebooks_show_a_figure_twice_as_fine_as_it_is_large(drawn):
    png, size = drawn("rank")._repr_png_()
    height, width, _ = imread(BytesIO(png), format="png").shape
    assert (width, height) == pytest.approx((2 * size["width"], 2 * size["height"]), abs=2)
    inches = drawn("rank").get_size_inches()
    assert size["width"] / size["height"] == pytest.approx(inches[0] / inches[1], rel=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_no_text_overlaps_another_or_a_line_or_leaves_the_page(name, drawn, monkeypatch):
    figure = drawn(name)
    texts = texts_of(figure, monkeypatch)
    assert texts
    width, height = figure.bbox.size
    for text, extent in texts.items():
        assert extent.x0 >= 0 <= extent.y0, text
        assert extent.x1 <= width, text
        assert extent.y1 <= height, text
        for other, its_extent in texts.items():
            assert text is other or not extent.overlaps(its_extent), (text, other)
    for ax in figure.axes:
        for text in (t for t in ax.texts if not t.get_bbox_patch()):
            for line in ax.get_lines():
                path = line.get_transform().transform_path(line.get_path())
                assert not path.intersects_bbox(texts[text], filled=False), (text, line)


def test_filters_are_those_of_the_theorems(drawn):
    G = graphs.ring(filters.N)
    np.testing.assert_allclose(G.sum(axis=0), 1)
    known = filters.curves(G)
    every = 1 - np.cos(2 * np.pi * np.arange(filters.N) / filters.N)
    for name, (x, _) in known.items():
        np.testing.assert_allclose(x, np.sort(every)[filters.N - len(x) :], atol=1e-12, err_msg=str(name))
    x = known["squared"][0]
    expected = {
        "eigenmaps": np.arange(len(x)) < filters.EIGENMAPS,
        "squared": np.maximum(1 - filters.GAMMA * x, 0),
        "steep": np.maximum(1 - filters.LARGE_GAMMA * x, 0),
        "hinge": np.minimum(1, (1 / (4 * filters.GAMMA * x)) ** 2),
    }
    x = known["similarity"][0]
    c, gamma = filters.RATE["c"], filters.RATE["gamma"]
    expected["rate"] = np.maximum(1 / (2 * gamma * (x + filters.SHIFT)) - 1 / c, 0)
    expected["similarity"] = expected["contrastive"] = np.maximum(1 - x, 0)
    for name, s in expected.items():
        np.testing.assert_allclose(known[name][1], s, atol=1e-12, err_msg=name)
    for K in filters.BARLOW:
        x, s = known[K]
        assert s.sum() == pytest.approx(K)
        levels = (1 - x - (1 - x) ** 2 * s)[s > 0]
        np.testing.assert_allclose(levels, levels[0], atol=1e-12)
        assert (1 - x[s == 0][: max(0, K - (s > 0).sum())] <= levels[0]).all()

    shown = lines(drawn("filters").axes[0]) | lines(drawn("filters").axes[1])
    assert set(shown) == set(map(str, known))
    for name, (x, s) in known.items():
        np.testing.assert_allclose(shown[str(name)], np.column_stack([x, s / s.max()]), atol=1e-12)


def test_ranks_are_those_of_the_theorems(drawn):
    shown = {name: points[:, 1] for name, points in lines(drawn("rank").axes[0]).items()}
    lambdas = 2 - 2 * np.cos(np.pi * np.arange(1, rank.K + 1) / rank.N)
    np.testing.assert_array_equal(shown["equal"], (np.outer(rank.GAMMAS, lambdas) < 1 - 1e-9).sum(axis=1))
    assert shown["equal"][0] == rank.K
    assert shown["equal"][-1] == 0
    assert (shown["hinge"] == rank.K).all()
    assert (np.diff(shown["published"]) <= 0).all()
    assert (shown["published"] <= shown["equal"]).all()
    assert (shown["published"] < shown["equal"]).any()
    positive = (np.linalg.eigvalsh(graphs.row(rank.N)) > 1e-9).sum()
    assert positive < rank.K
    assert (shown["squared similarity"] == positive).all()
    assert (shown["spectral contrastive"] == positive).all()
    Z = barlow_twins.optimal_representation(graphs.row(rank.N), rank.K).representation
    assert (shown["Barlow Twins"] == np.linalg.matrix_rank(Z)).all()
    assert (shown["Barlow Twins"] <= positive).all()


def test_water_is_poured_to_one_level_and_none_is_lost(drawn):
    vessels, correlations = drawn("water_filling").axes
    water = [(bar.get_y(), bar.get_width(), bar.get_height()) for bar in vessels.patches]
    assert sum(width * height for _, width, height in water) == pytest.approx(water_filling.K)
    ((_, level), _) = lines(vessels)["level"]
    np.testing.assert_allclose([floor + height for floor, _, height in water], level)
    for floor, width, _ in water:
        assert width == pytest.approx(1 / (1 - floor) ** 2)
    floors = [points[:, 1].min() for label, points in lines(vessels).items() if label.startswith("vessel")]
    assert len(floors) > len(water)
    np.testing.assert_allclose(floors[: len(water)], [floor for floor, *_ in water])
    assert min(floors[len(water) :]) > level

    G = graphs.plane(water_filling.N, water_filling.NEIGHBOURS, seed=1)
    optimum = barlow_twins.optimal_representation(G, water_filling.K)
    asked, reached = (np.array([bar.get_height() for bar in bars]) for bars in correlations.containers)
    np.testing.assert_allclose(reached, optimum.filter * optimum.eigenvalues)
    assert np.sum((asked - reached) ** 2) == pytest.approx(optimum.loss)


def test_digits_are_the_embeddings_turned(drawn):
    X, classes = digits.sample()
    order = np.concatenate([np.flatnonzero(classes == digit) for digit in digits.COLOURS])
    assert len(order) == digits.N
    known = [Z for row in digits.embeddings(X) for Z in row.values()]
    for ax, Z in zip(drawn("digits").axes, known, strict=True):
        shown = lines(ax)
        assert [line.get_marker() for line in ax.get_lines()] == [f"${digit}$" for digit in digits.COLOURS]
        points, centred = np.concatenate([*shown.values()]), (Z - Z.mean(axis=0))[order]
        np.testing.assert_allclose(points @ points.T, centred @ centred.T, atol=1e-9 * np.abs(centred).max() ** 2)
        x, y = shown[str(digits.RIGHT)].mean(axis=0)
        assert x > 0
        assert y == pytest.approx(0, abs=1e-9 * x)
        assert shown[str(digits.ABOVE)][:, 1].mean() > 0


def test_risks_are_the_rows(rows):
    figure = risk.figure(rows)
    for ax, relation in zip(figure.axes, risk.PANELS, strict=True):
        shown = lines(ax)
        chosen = [row for row in rows if row.relation == relation]
        assert len(chosen) == len(style.STYLES)
        for row in chosen:
            name = f"{row.n_labelled} labels, noise {row.noise:g}"
            np.testing.assert_array_equal(shown[f"predicted: {name}"], np.column_stack([row.gammas, row.exact]))
        measured = [bars.lines[0].get_ydata() for bars in ax.containers]
        np.testing.assert_array_equal(measured, [row.measured.mean(axis=0) for row in chosen])
        reach = [[np.ptp(ends[:, 1]) / 2 for ends in bars.lines[2][0].get_segments()] for bars in ax.containers]
        np.testing.assert_allclose(reach, [2 * sem(row.measured) for row in chosen])


def test_risk_is_that_of_the_guideline(drawn):
    """With all samples labelled the closed form is exact: markers are within their error of the line."""
    for ax in drawn("risk").axes:
        shown = lines(ax)
        for bars in (bars for bars in ax.containers if "400 labels" in bars.get_label()):
            predicted = shown[bars.get_label().replace("measured", "predicted")][:, 1]
            np.testing.assert_allclose(bars.lines[0].get_ydata(), predicted, rtol=0.02)


def test_paths_end_at_the_optimum_and_saddles_are_left(drawn):
    G = graphs.row(paths.N)
    gaps, plane = (lines(ax) for ax in drawn("paths").axes)
    falling = {name: points[:, 1] for name, points in gaps.items() if "start" in name or "from" in name}
    assert len(falling) == len(paths.SCALES) + 1
    for gap in falling.values():
        assert gap[0] > 0.1
        assert (gap > -1e-12).all()
        assert gap[-1] < 1e-6
    height = gaps["saddle"][0, 1]
    np.testing.assert_allclose(falling["from the saddle"][:50], height, rtol=1e-2)
    for directions in (paths.SADDLE, paths.PLANE[:1], paths.PLANE[1:]):
        slope = vicreg.gradient(paths.stationary(G, directions), G, gamma=paths.GAMMA)
        np.testing.assert_allclose(slope, 0, atol=1e-12)

    minima = plane["minimum"]
    for i in range(len(paths.PLANE_STARTS)):
        end = plane[f"path {i}"][-1]
        assert np.linalg.norm(minima - end, axis=1).min() < 1e-6
    Z = vicreg.optimal_representation(G, 1, gamma=paths.GAMMA).representation
    assert np.abs(minima[:, 0]) == pytest.approx(Z.std())


DRAW = """
import sys
from pathlib import Path
from threadpoolctl import threadpool_limits
from numeric.figures import catalogue, output
found = catalogue.found()
threadpool_limits(1)
for path in map(Path, sys.argv[1:]):
    output.write(found[path.stem].draw(), path)
"""


def test_files_are_the_same_whatever_the_process(drawn, tmp_path):
    """Every figure in another process, with other hashes, and one in every format."""
    files = [*(f"{name}.svg" for name in NAMES), "water_filling.pdf", "water_filling.png"]
    (tmp_path / "other").mkdir()
    command = [sys.executable, "-c", DRAW, *(str(tmp_path / "other" / file) for file in files)]
    subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": "1234"}, check=True)
    for file in files:
        output.write(drawn(file.partition(".")[0]), tmp_path / file)
        assert (tmp_path / file).read_bytes() == (tmp_path / "other" / file).read_bytes(), file


def test_the_readers_settings_have_no_influence(drawn, tmp_path):
    with rc_context({"font.size": 20, "lines.linewidth": 5, "savefig.dpi": 50, "axes.facecolor": "red"}):
        output.write(water_filling.draw(), tmp_path / "other.svg")
    output.write(drawn("water_filling"), tmp_path / "here.svg")
    assert (tmp_path / "other.svg").read_bytes() == (tmp_path / "here.svg").read_bytes()


def test_a_failed_run_leaves_the_old_file(tmp_path, monkeypatch, drawn):
    (tmp_path / "risk.pdf").write_text("old")
    figure = drawn("water_filling")

    def broken(draft, **options):
        draft.write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(figure, "savefig", broken)
    with pytest.raises(OSError, match="disk full"):
        output.write(figure, tmp_path / "risk.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["risk.pdf"]
    assert (tmp_path / "risk.pdf").read_text() == "old"


def test_list_names_figures_and_draws_none(capsys, tmp_path):
    assert cli.main(["figures", "--list", "--build", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == NAMES
    assert all(
        catalogue.title(module) in line for line, module in zip(printed, catalogue.found().values(), strict=True)
    )
    assert not [*tmp_path.iterdir()]
    assert cli.main(["figures", "rank", "--list"]) == 0
    assert capsys.readouterr().out.startswith("rank ")


def test_the_command_draws_what_it_is_asked_for(capsys, tmp_path):
    assert cli.main(["figures", "water_filling", "--build", str(tmp_path / "new"), "--format", "svg"]) == 0
    path = tmp_path / "new" / "figures" / "water_filling.svg"
    assert capsys.readouterr().out == f"wrote {path}\n"
    assert [*path.parent.iterdir()] == [path]


def test_an_unknown_name_has_status_2_and_the_known_ones_are_told(capsys, tmp_path):
    assert cli.main(["figures", "rank", "nonsense", "--build", str(tmp_path)]) == cli.USAGE
    printed = capsys.readouterr()
    assert "no figure is called nonsense; there are digits, filters" in printed.err
    assert printed.out == ""
    assert not [*tmp_path.iterdir()]


def test_without_matplotlib_what_to_install_is_told():
    script = (
        "import sys; sys.modules['matplotlib'] = None; from derivations import cli; sys.exit(cli.main(['figures']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (cli.USAGE, "")
    assert done.stderr == "spectral-ssl figures: matplotlib is missing: pip install 'spectral-ssl[figures]'\n"


def test_without_data_what_to_install_is_told(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert cli.main(["figures", "digits", "--build", str(tmp_path)]) == cli.USAGE
    told = "spectral-ssl figures: sklearn is missing: pip install 'spectral-ssl[figures]'\n"
    assert capsys.readouterr() == ("", told)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_another_missing_module_is_not_taken_for_these(monkeypatch):
    def broken():
        raise ModuleNotFoundError("No module named 'other'", name="other")

    monkeypatch.setattr(catalogue, "found", broken)
    with pytest.raises(ModuleNotFoundError, match="other"):
        cli.main(["figures"])


def test_the_guideline_draws_its_rows(rows, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(guideline, "run", lambda X, classes, report: rows)
    path = tmp_path / "risk.svg"
    assert guideline.main(["--plot", str(path)]) == 0
    assert f"wrote {path}" in capsys.readouterr().out.replace("\n", "")
    output.write(risk.figure(rows), tmp_path / "same.svg")
    assert path.read_bytes() == (tmp_path / "same.svg").read_bytes()


@pytest.mark.parametrize(
    ("path", "said"), [("risk.nonsense", "pdf, pgf, png"), ("no/such/risk.pdf", "must be in a folder that exists")]
)
def test_a_path_that_cannot_be_written_is_refused_before_anything_runs(path, said, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(guideline, "run", None)
    with pytest.raises(SystemExit) as error:
        guideline.main(["--plot", path])
    assert error.value.code == 2
    assert said in capsys.readouterr().err
