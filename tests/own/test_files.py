"""From a reader's file to tested NumPy code, and what is said of files that hold no loss: as a user meets it."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from sympy import Identity, MatrixSymbol, symbols

from derivations import Loss, cli
from derivations.language.atoms import SquaredNorm
from derivations.language.errors import BadRequest
from derivations.own import files
from derivations.own.source import check_name, losses_of
from derivations.own.start import start

ROOT = Path(__file__).parents[2]
HEAD = """
from sympy import *
from derivations import Loss
from derivations.language.atoms import *
from derivations.language.norms import UnitRows
from derivations.language.propositions import *

N, K = symbols("N K", integer=True, positive=True)
rho, tau = symbols("rho tau", positive=True)
Z, G, A = MatrixSymbol("Z", N, K), MatrixSymbol("G", N, N), MatrixSymbol("A", N, N)
x = Symbol("x", real=True)
"""
OF_MY_OWN = {
    # a relation to be near in, another to be apart in, and a covariance that is held to a multiple of the identity
    "pushed": """
C = Named("C", Z.T * Centring(N) * Z / N)
pushed = Loss(
    "pushed", "Near in G, apart in A", Z,
    SquaredNorm(C - rho * Identity(K)) + Trace(Z.T * (Laplacian(G) - tau * Laplacian(A)) * Z) / N,
    facts=(Symmetric(G), Symmetric(A)), hyper={rho: "what the variances are to be", tau: "weight of being apart"},
)
""",
    # cosines with a soft margin: no spectral loss
    "margin": """
U = UnitRows(Z)
margin = Loss(
    "margin", "Soft margins of cosines", Z,
    Trace(OneMatrix(N, N) * (tau * G - G * U * U.T / tau).applyfunc(Lambda(x, log(1 + exp(x))))),
    facts=(Symmetric(G),),
)
""",
    # a kink in every entry, and columns that are to be uncorrelated
    "sparse": """
lam = Symbol("lambda", nonnegative=True)
M = Z.T * Z
sparse = Loss(
    "sparse", "Sparse codes", Z,
    SquaredNorm(M - DiagonalMatrix(M)) + lam * Trace(OneMatrix(K, N) * Z.applyfunc(Lambda(x, Abs(x)))),
)
""",
}


def run(*arguments, cwd):
    command = [sys.executable, "-m", "derivations", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=cwd, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}
    )


def pytest_in(directory):
    """What pytest says of the tests in a directory."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(directory)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=directory, env={"PYTHONPATH": str(ROOT)}
    )


def written(directory, name, text):
    path = directory / f"{name}.py"
    path.write_text(HEAD + text)
    return path


@pytest.fixture(scope="module")
def derived(tmp_path_factory):
    """The three losses, derived from their files in one run."""
    directory = tmp_path_factory.mktemp("own")
    for name, text in OF_MY_OWN.items():
        written(directory, name, text)
    files = [f"{name}.py" for name in OF_MY_OWN]
    return directory / "build", run("derive", *files, "--instances", 1, cwd=directory)


def test_losses_of_ones_own_are_derived_from_their_files(derived):
    build, done = derived
    assert done.returncode == 0, done.stderr
    assert "Z* = " in done.stdout
    assert "No closed form: " in done.stdout
    assert "results proved and verified" in done.stdout
    assert {path.name for path in build.iterdir()} == OF_MY_OWN.keys()


def test_a_symbol_that_python_has_a_word_for_is_called_otherwise(derived):
    build, _ = derived
    source = (build / "sparse" / "sparse.py").read_text()
    assert "def loss(Z, *, lambda_):" in source
    assert 'lambda_ = nonnegative("lambda_", lambda_)' in source


@pytest.mark.parametrize("name", ["eigenvalues", "basis", "s"])
def test_a_symbol_that_the_optimum_has_a_word_for_is_called_otherwise(name, tmp_path, monkeypatch):
    text = f"""
{name} = Symbol("{name}", positive=True)
M = Z.T * Z / N
taken_{name} = Loss("taken_{name}", "", Z, SquaredNorm(M - {name} * Identity(K)) + Trace(Z.T * A * Z), facts=(Symmetric(A),))
"""
    done = run("derive", written(tmp_path, "own", text), "--instances", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    monkeypatch.syspath_prepend(tmp_path / "build" / f"taken_{name}")
    module = import_module(f"taken_{name}")
    A = np.array([[0.1, 0.2], [0.2, -0.3]])
    best = module.optimal_representation(A, 2, **{f"{name}_": 0.7})
    assert best.loss == pytest.approx(module.loss(best.representation, A, **{f"{name}_": 0.7}))


@pytest.mark.parametrize("name", OF_MY_OWN)
def test_the_files_of_each_are_written_and_its_tests_pass(name, derived):
    build, _ = derived
    files = {"derivations.json", f"{name}.py", f"{name}.tex", f"test_{name}.py"}
    assert {path.name for path in (build / name).iterdir() if path.is_file()} >= files
    assert (build / name / f"{name}.tex").read_text().count(r"\begin{theorem}") >= 2
    done = pytest_in(build / name)
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


@pytest.mark.parametrize("name", OF_MY_OWN)
@pytest.mark.parametrize(
    ("written", "instead"), [("return float(", "return 2.0 * float("), (", gradient\n", ", 1.001 * gradient\n")]
)
def test_its_tests_see_code_that_is_wrong(name, written, instead, derived, tmp_path):
    build, _ = derived
    source = (build / name / f"{name}.py").read_text()
    assert written in source
    (tmp_path / f"{name}.py").write_text(source.replace(written, instead))
    (tmp_path / f"test_{name}.py").write_text((build / name / f"test_{name}.py").read_text())
    assert "failed" in pytest_in(tmp_path).stdout


def test_its_tests_see_an_optimum_that_is_wrong(derived, tmp_path):
    build, _ = derived
    source = (build / "pushed" / "pushed.py").read_text()
    (tmp_path / "test_pushed.py").write_text((build / "pushed" / "test_pushed.py").read_text())
    for written, instead in (
        ("loss=float(minimum)", "loss=float(minimum) + 1e-6"),
        ("- eigenvalues / 2", "- eigenvalues"),
    ):
        assert written in source
        (tmp_path / "pushed.py").write_text(source.replace(written, instead))
        assert "failed" in pytest_in(tmp_path).stdout


def test_a_module_without_its_optimum_is_a_module(tmp_path):
    """No given matrix says how many samples there are to be."""
    Z = MatrixSymbol("Z", *symbols("N K", integer=True, positive=True))
    stated = Loss("alone", "", Z, SquaredNorm(Z.T * Z - Identity(Z.cols)) + SquaredNorm(Z))
    told = str(files.derived(stated, tmp_path, 1))
    assert "There is no optimum in alone.py: the NumPy code cannot treat N: no given matrix has this number of" in told
    assert "def loss_and_gradient(Z):" in (tmp_path / "alone.py").read_text()
    assert pytest_in(tmp_path).returncode == 0


def test_its_proofs_are_verified_from_the_file(derived):
    build, _ = derived
    done = run("verify", "--build", build / "sparse", "--instances", 1, cwd=build)
    assert done.returncode == 0, done.stderr
    assert "sparse-gradient" in done.stdout


def test_the_start_of_a_loss_derives_as_it_stands(tmp_path):
    assert run("new", "mine", cwd=tmp_path).stdout == "wrote mine.py\n"
    done = run("derive", "mine.py", "--json", "--instances", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [r["id"] for r in json.loads(done.stdout)] == ["mine-gradient", "mine-invariances", "mine-optimum"]
    assert pytest_in(tmp_path / "build" / "mine").returncode == 0
    again = run("new", "mine", cwd=tmp_path)
    assert again.returncode == cli.USAGE
    assert again.stderr == "spectral-ssl new: mine.py is there already, and is not overwritten\n"


def test_the_start_goes_where_it_is_asked_to(tmp_path):
    assert start("other", tmp_path / "there") == tmp_path / "there" / "other.py"
    assert list(losses_of(tmp_path / "there" / "other.py")) == ["other"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("my-loss", "'my-loss' is no Python identifier, which the name of a loss has to be"),
        ("3d", "'3d' is no Python identifier, which the name of a loss has to be"),
        ("lambda", "'lambda' is no Python identifier, which the name of a loss has to be"),
        ("numpy", "numpy is the name of a Python module that a module of this name would hide"),
        ("random", "random is the name of a Python module that a module of this name would hide"),
    ],
)
def test_a_name_that_no_module_can_have_is_refused(name, sentence, tmp_path):
    for refuse in (lambda: check_name(name), lambda: start(name, tmp_path)):
        with pytest.raises(BadRequest) as refusal:
            refuse()
        assert str(refusal.value) == sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one = two = 3", "holds no Loss at module level"),
        ('Loss("kebab-case", "", Z, SquaredNorm(Z))', "holds no Loss at module level"),
        ('a = Loss("my-loss", "", Z, SquaredNorm(Z))', "'my-loss' is no Python identifier"),
        ('a = Loss("a", "", Z, SquaredNorm(Z))\nb = Loss("a", "", Z, 2 * SquaredNorm(Z))', "two losses are called a"),
        ('a = Loss("a", "", Z, Z.T * Z)', 'line 12, in <module>\n    a = Loss("a", "", Z, Z.T * Z)\n'),
        ('a = Loss("a", "", Z, Z.T * Z)', "TypeError: a: the value must be a number, and Z.T*Z is a matrix of K x K"),
        ('a = Loss("a", "", Z, SquaredNorm(Z)', "line 12\n"),
        ('a = Loss("a", "", Z, SquaredNorm(Z)', "SyntaxError: '(' was never closed"),
        ('raise SystemExit("enough")', "SystemExit: enough"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("a = undefined", "NameError: name 'undefined' is not defined"),
    ],
)
def test_a_file_that_fails_is_shown_with_its_line(text, said, tmp_path):
    with pytest.raises(BadRequest) as refusal:
        losses_of(written(tmp_path, "file", text))
    assert said in str(refusal.value)


def test_a_loss_under_two_names_is_one_and_two_are_two(tmp_path):
    text = 'a = b = Loss("a", "", Z, SquaredNorm(Z))\nc = Loss("c", "", Z, SquaredNorm(Z))'
    assert list(losses_of(written(tmp_path, "file", text))) == ["a", "c"]


def test_modules_beside_the_file_are_within_its_reach(tmp_path):
    (tmp_path / "beside_it.py").write_text("weight = 3")
    path = written(tmp_path, "file", 'from beside_it import weight\na = Loss("a", "", Z, weight * SquaredNorm(Z))')
    before, modules = list(sys.path), set(sys.modules)
    assert str(losses_of(path)["a"].value) == "3*SquaredNorm(Z)"
    assert sys.path == before
    assert set(sys.modules) - modules == {"beside_it"}


def test_a_file_may_have_the_name_of_a_module_and_dataclasses_of_its_own(tmp_path):
    import string

    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass Weight:\n    of: int\n"
    text += HEAD + 'a = Loss("a", "", Z, Weight(2).of * SquaredNorm(Z))'
    (tmp_path / "string.py").write_text(text)
    assert list(losses_of(tmp_path / "string.py")) == ["a"]
    assert sys.modules["string"] is string


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["derive", "nowhere.py"], "there is no file"),
        (["derive", "vicreg-optimum", "file.py"], "files are derived apart from results"),
        (["derive", "text.txt"], "is no Python file"),
        (["derive", "file.py", "same.py"], "two losses of the files have one name: a, a"),
        (["derive", "file.py", "upper.py"], "two losses of the files have one name: A, a"),
        (
            ["derive", "nothing.py"],
            "a: no matrices were found that meet the facts: G symmetric and -SquaredNorm(G) > 0",
        ),
        (["derive", "failing.py"], "ZeroDivisionError: division by zero"),
        (["new", "not-a-name"], "is no Python identifier"),
    ],
)
def test_bad_usage_has_status_2_and_says_why(arguments, said, tmp_path, monkeypatch, capsys):
    for name, text in (("file", 'a = Loss("a", "", Z, SquaredNorm(Z))'), ("failing", "1 / 0")):
        written(tmp_path, name, text)
    written(tmp_path, "same", 'a = Loss("a", "", Z, SquaredNorm(Z))')
    written(tmp_path, "upper", 'a = Loss("A", "", Z, SquaredNorm(Z))')
    facts = "(Symmetric(G), Positive(-SquaredNorm(G)))"
    written(tmp_path, "nothing", f'a = Loss("a", "", Z, Trace(Z.T * G * Z), facts={facts})')
    (tmp_path / "text.txt").write_text("")
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == cli.USAGE
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert not (tmp_path / "build").exists()


def test_a_fact_that_is_of_no_use_is_said_to_be(tmp_path, monkeypatch, capsys):
    text = 'a = Loss("a", "", Z, Trace(G * Z * Z.T), facts=(OneHot(G * A),))'
    written(tmp_path, "file", text)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["derive", "file.py"]) == cli.USAGE
    assert "a: the hypothesis" in capsys.readouterr().err


def test_the_code_is_that_of_a_careful_person(derived, monkeypatch):
    build, _ = derived
    monkeypatch.syspath_prepend(build / "pushed")
    import pushed

    rng = np.random.default_rng(0)
    Z, G = rng.standard_normal((7, 3)), rng.uniform(size=(7, 7))
    G, A = G + G.T, np.ones((7, 7))
    value, gradient = pushed.loss_and_gradient(Z, A, G, rho=1.0, tau=0.5)
    centred = Z - Z.mean(axis=0)
    energy = [np.trace(Z.T @ (np.diag(M.sum(axis=1)) - M) @ Z) / 7 for M in (G, A)]
    expected = np.sum((centred.T @ centred / 7 - np.eye(3)) ** 2) + energy[0] - 0.5 * energy[1]
    assert value == pytest.approx(expected)
    assert gradient.shape == Z.shape
    with pytest.raises(ValueError, match="rho must be a finite number > 0"):
        pushed.loss(Z, A, G, rho=-1.0, tau=0.5)
    with pytest.raises(ValueError, match="G"):
        pushed.loss(Z, A, G + np.triu(np.ones((7, 7)), 1), rho=1.0, tau=0.5)
    with pytest.raises(ValueError, match="A must have"):
        pushed.loss(Z, A[:6, :6], G, rho=1.0, tau=0.5)
