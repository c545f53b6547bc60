"""The command line as a user meets it: output, exit status, files."""

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from derivations import cli, commands
from derivations.catalogue import results, shipped
from derivations.proof.record import record_of
from derivations.proof.store import document_of
from derivations.proof.verify import Report


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "derivations", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def stored(tmp_path):
    """A file of the stored proofs of two results, and what it holds."""
    document = {"results": {id: document_of(results()[id]) for id in ("dirichlet-energy", "laplacian-facts")}}
    (tmp_path / "derivations.json").write_text(json.dumps(document))
    return tmp_path, document


MODULES = ("derivations.bridges.uniform_limit", "derivations.losses.contrastive.squared_similarity")
DERIVE = f"""
from derivations import catalogue, cli
found = [m for m in catalogue.modules() if m.__name__ in {MODULES}]
catalogue.modules = lambda: found
raise SystemExit(cli.main())
"""


def test_derive_proves_everything_and_writes_proofs_latex_and_code(tmp_path):
    """Everything of a smaller catalogue; `make derive` does the whole one."""
    build, code = tmp_path / "build", tmp_path / "generated"
    options = ("--build", build, "--code", code, "--instances", 1, "--json")
    done = subprocess.run(
        [sys.executable, "-c", DERIVE, "derive", *map(str, options)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    reports = json.loads(done.stdout)
    every = [r.id for r in results().values() if r.prove.__module__ in MODULES]
    assert sorted(r["id"] for r in reports) == sorted(every)
    assert len(every) > len(MODULES)
    in_part = {"simclr-uniform-limit"}
    assert all(r["status"] == ("proved in part" if r["id"] in in_part else "proved") for r in reports)
    assert all(r["instances"] > 0 and r["residual"] < 1e-30 for r in reports)
    assert {p.name for p in build.iterdir()} == {"derivations.json", "latex", "verified.json"}
    assert {p.stem for p in (build / "latex").iterdir()} == {"article", *every}
    assert (code / "squared_similarity.py").read_text().startswith('"""SimCLR with squared similarity')


SMALLER = """
import sys
from derivations import catalogue, cli
rooms = ("derivations.losses.contrastive.squared_similarity", "derivations.bridges.duality.identity")
found = [m for m in catalogue.modules() if m.__name__ in rooms]
catalogue.modules = lambda: found
for command in (["atlas", "--instances", "1"], ["graph"]):
    if cli.main([*command, *sys.argv[1:]]):
        raise SystemExit(1)
"""


def test_atlas_and_graph_of_a_smaller_catalogue(tmp_path):
    """The same bytes whatever the hash seed, and pages that XML readers take."""
    found = []
    for seed in ("1", "20231"):
        build = tmp_path / seed
        done = subprocess.run([sys.executable, "-c", SMALLER, "--build", build], capture_output=True, text=True, check=False,
                              env={**os.environ, "PYTHONHASHSEED": seed})  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"wrote {build}/atlas/index.html\nwrote {build}/graph.svg\n"
        files = [p for p in build.rglob("*") if p.is_file()]
        found.append({p.relative_to(build).as_posix(): p.read_text() for p in files})
    first, second = found
    assert first == second
    pages = [text for name, text in first.items() if name.endswith(".html")]
    ids = {"simclr-kernel-pca", "simclr-linear-optimum", "duality", "duality-constant"}
    assert {f"atlas/{name}.html" for name in (*ids, "index", "methods", "map", "lemmas")} <= first.keys()
    assert {"graph.svg", "atlas/style.css", "atlas/search.js"} <= first.keys()
    for page in pages:
        ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))


def test_there_is_no_atlas_where_a_result_fails(tmp_path, monkeypatch, capsys):
    """What fails is told, and the exit status says so; nothing is written."""
    result = results()["dirichlet-energy"]
    report = Report(result.id, "refused: a step does not follow", (), 1, 0, 0.0, 0.0)
    documents = {result.id: document_of(result)}
    (tmp_path / "verified.json").write_text(record_of({result.id: report}, documents, 3))
    monkeypatch.setattr(commands, "chosen", lambda ids: [result])
    assert cli.main(["atlas", "--build", str(tmp_path)]) == cli.FAILED
    assert "refused: a step does not follow" in capsys.readouterr().out
    assert not (tmp_path / "atlas").exists()


def test_verify_replays_what_was_stored(stored):
    build, _ = stored
    done = run("verify", "dirichlet-energy", "--build", build, "--json")
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)
    assert report["id"] == "dirichlet-energy"
    assert report["status"] == "proved"


def test_verify_refuses_a_stored_proof_with_a_changed_sign(stored):
    build, document = stored
    forged = document["results"]["dirichlet-energy"]
    (number,) = [n for n in forged["expressions"] if n.get("rational") == [2, 1]]
    number["rational"] = [-2, 1]
    (build / "derivations.json").write_text(json.dumps(document))
    done = run("verify", "dirichlet-energy", "laplacian-facts", "--build", build)
    assert done.returncode == cli.FAILED
    assert "dirichlet-energy: refused" in done.stdout
    assert "1 of 2 results proved and verified" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "no-such-result"], "no result is called no-such-result"),
        (["derive", "no-such-result"], "no result is called no-such-result"),
        (["verify", "--build", "no-such-directory"], "spectral-ssl derive"),
        (["derive", "--instances", "0"], "not a positive whole number"),
        (["derive", "--instances", "x"], "not a positive whole number"),
        (["nonsense"], "invalid choice"),
        ([], "required"),
    ],
)
def test_bad_usage_has_status_2_and_says_why(arguments, said):
    done = run(*arguments)
    assert done.returncode == cli.USAGE
    assert said in done.stderr
    assert done.stdout == ""


def test_verify_says_what_is_wrong_with_a_file_that_holds_no_proofs(tmp_path):
    (tmp_path / "derivations.json").write_text("{]")
    done = run("verify", "--build", tmp_path)
    assert done.returncode == cli.USAGE
    assert "holds no stored proofs" in done.stderr


def test_list_names_every_result(capsys):
    assert cli.main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(id in printed for id in results())
    assert cli.main(["list", "--json"]) == 0
    assert [entry["id"] for entry in json.loads(capsys.readouterr().out)] == list(results())


def test_the_losses_of_libraries_are_named_with_what_they_are(capsys):
    assert cli.main(["list", "--implementations", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in told] == sorted(shipped())
    assert all(entry["libraries"] and entry["theorem"] in results() for entry in told)
    assert cli.main(["list", "--implementations"]) == 0
    assert "tau = 0.5" in capsys.readouterr().out
    assert cli.main(["show", "nt_xent"]) == 0
    assert "Is NT-Xent, as lightly and solo-learn have it, SimCLR's loss? Yes" in capsys.readouterr().out


@pytest.mark.parametrize("id", ["dirichlet-energy", "vicreg-strict-saddles", "simclr-uniform-limit"])
def test_show_prints_hypotheses_statement_and_proof(id, capsys):
    assert cli.main(["show", id]) == 0
    printed = capsys.readouterr().out
    assert id in printed
    assert max(map(len, printed.splitlines())) <= 100


def test_show_prints_latex(capsys):
    assert cli.main(["show", "vicreg-optimum", "--latex"]) == 0
    assert r"\begin{" in capsys.readouterr().out


def test_help_answers_without_sympy():
    loaded = "import sys; sys.argv = ['spectral-ssl', '--help']; from derivations.cli import main\n"
    loaded += "try:\n    main()\nexcept SystemExit as done:\n    print(done.code, 'sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 False"


def test_importing_the_package_loads_no_theorem():
    code = "import sys, derivations; print([m for m in sys.modules if m.startswith(('sympy', 'derivations.'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
