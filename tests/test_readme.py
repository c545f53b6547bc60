"""The README's Python blocks run, and say what they say."""

import re
import tomllib
from pathlib import Path

import pytest

from derivations import cli
from derivations.catalogue import results
from derivations.export.overview import BEGIN, END

README = Path(__file__).parents[1] / "README.md"


def test_the_python_blocks_run(capsys):
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, str(README), "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    (shown,) = re.findall(r"each of them proved:\n\n(.*?)\n\n(?!    )", README.read_text(), flags=re.DOTALL)
    assert "\n".join(line.removeprefix("    ") for line in shown.splitlines()) in printed
    loss, optimal = map(float, re.search(r"loss ([\d.]+), optimal ([\d.]+)", printed).groups())
    assert 0 <= optimal < loss


def test_the_table_of_results_is_that_of_the_catalogue(tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text(README.read_text())
    assert cli.main(["list", "--markdown", str(copy)]) == 0
    assert copy.read_text() == README.read_text()
    told = README.read_text().partition(BEGIN)[2].partition(END)[0]
    assert re.findall(r"`([a-z0-9-]+)`", told) == list(dict.fromkeys(re.findall(r"`([a-z0-9-]+)`", told)))
    assert set(re.findall(r"`([a-z0-9-]+)`", told)) == results().keys()
    assert set(re.findall(r"`([a-z0-9-]+)` ✗", told)) == {r.id for r in results().values() if r.claimed}
    assert set(re.findall(r"`([a-z0-9-]+)` ◐", told)) == {r.id for r in results().values() if r.numerical}


@pytest.mark.parametrize("text", [None, "no marks", f"{END}\n{BEGIN}"])
def test_a_file_without_a_place_for_the_table_stays_as_it_is(text, tmp_path, capsys):
    path = tmp_path / "file.md"
    if text is not None:
        path.write_text(text)
    assert cli.main(["list", "--markdown", str(path)]) == cli.USAGE
    assert str(path) in capsys.readouterr().err
    assert path.read_text() == text if text is not None else not path.exists()


def test_every_command_is_told():
    told = set(re.findall(r"^    spectral-ssl (\w+)", README.read_text(), flags=re.MULTILINE))
    (commands,) = [a for a in cli._parser()._actions if a.dest == "command"]
    assert told >= commands.choices.keys()


def test_the_citation_is_of_this_version():
    said = README.with_name("CITATION.cff").read_text()
    project = tomllib.loads(README.with_name("pyproject.toml").read_text())["project"]
    assert f"\nversion: {project['version']}\n" in said
    assert f"\nlicense: {project['license']}\n" in said


def test_every_claim_that_does_not_hold_is_told_beside_its_correction():
    told = re.search(r"## Claims that do not hold\n(.*?)\n## ", README.read_text(), flags=re.DOTALL)[1]
    assert set(re.findall(r"\(`([a-z-]+)`\)", told)) == {r.id for r in results().values() if r.claimed}
