"""The notebooks, read as text: `make notebooks` executes them."""

import ast
import re
from pathlib import Path

import pytest

from derivations import cli
from derivations.catalogue import results, shipped
from numeric.figures import catalogue

ROOT = Path(__file__).parents[1]
NOTEBOOKS = {path.stem: path.read_text() for path in sorted((ROOT / "proofs_notebooks").glob("[0-9]*.py"))}
HEADER = """# ---
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
"""
WRITTEN = {"apart", "apart.py"}  # by a notebook, and named by it: no result, but its own
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def cells(name):
    """[(whether a cell is prose, its text)]; prose without the marks of comments."""
    found = []
    for cell in re.split(r"^# %%", NOTEBOOKS[name], flags=re.MULTILINE)[1:]:
        head, _, body = cell.partition("\n")
        assert head in ("", " [markdown]")
        prose = head == " [markdown]"
        lines = body.strip().splitlines()
        assert not prose or all(line == "#" or line.startswith("# ") for line in lines)
        found.append((prose, "\n".join(line[2:] for line in lines) if prose else body))
    return found


def prose(name):
    return "\n\n".join(text for is_prose, text in cells(name) if is_prose)


def tree(name):
    return ast.parse(NOTEBOOKS[name])


def test_they_are_numbered_from_the_tour_on():
    assert [name[:3] for name in NOTEBOOKS] == [f"{n:02}_" for n in range(len(NOTEBOOKS))]
    assert "00_tour" in NOTEBOOKS


@every_notebook
def test_jupytext_knows_it_by_its_header_and_readers_by_its_title(name):
    assert NOTEBOOKS[name].startswith(HEADER)
    assert cells(name)[0][0]
    assert re.match(r"# \S", cells(name)[0][1])


@every_notebook
def test_the_results_that_it_shows_exist(name):
    asked = [
        call.args[0].value
        for call in ast.walk(tree(name))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "theorem"
    ]
    assert asked
    assert set(asked) <= results().keys()


@every_notebook
def test_what_prose_names_exists(name):
    modules = {"spectral-ssl", *WRITTEN}
    named = re.findall(r"`([a-z]+(?:-[a-z]+)+|\d\d_\w+)`", prose(name))
    assert set(named) <= results().keys() | NOTEBOOKS.keys() | modules


@every_notebook
def test_the_commands_that_it_names_are_understood(name):
    parser = cli._parser()
    commands = re.findall(r"`spectral-ssl ([^`]*)`", prose(name))
    for command in commands:
        options = parser.parse_args(command.split())
        ids = {id for id in getattr(options, "ids", ()) if id not in WRITTEN}
        assert ids <= results().keys() | shipped().keys()
        assert set(getattr(options, "names", ())) <= catalogue.found().keys()


@every_notebook
def test_no_formula_is_copied(name):
    """Prose names symbols; what is true of them is what the theorems say."""
    text = prose(name)
    assert "$" not in text
    assert "\\" not in text
    assert not re.search(r"[∑∇λγαβτσρ‖⊤≤≥²½]", text)


@every_notebook
def test_each_asserts_and_is_held_against_an_optimiser_and_draws(name):
    nodes = list(ast.walk(tree(name)))
    asserted = {ast.unparse(node.test) for node in nodes if isinstance(node, ast.Assert)}
    assert "found.converged" in asserted
    assert any("gap" in test for test in asserted)
    assert any("distance" in test or "Gram" in test or "off" in test for test in asserted)
    assert any("angle" in test or "projector" in test for test in asserted)
    last = [body.rstrip().splitlines()[-1] for is_prose, body in cells(name) if not is_prose]
    assert any(line in ("figure()", *(f"{figure}.draw()" for figure in catalogue.found())) for line in last)


def test_the_notebook_of_claims_treats_all_of_them():
    treated = set(re.findall(r'counterexample\("([a-z-]+)"\)', NOTEBOOKS["07_claims_that_fail"]))
    assert treated == {r.id for r in results().values() if r.claimed}


def test_the_readme_has_each_of_them():
    told = re.search(r"## Notebooks\n(.*?)\n## ", (ROOT / "README.md").read_text(), flags=re.DOTALL)[1]
    assert re.findall(r"^\| `(\w+)` \|", told, flags=re.MULTILINE) == list(NOTEBOOKS)
