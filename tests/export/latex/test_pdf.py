"""Typesetting: what is said where latexmk is missing, where LaTeX stops, and of what a reader would stumble over."""

import subprocess
import sys

import pytest

from derivations.export.latex.pdf import problems, typeset
from derivations.language.errors import BadRequest

LOG = r"""This is pdfTeX, Version 3.141592653
Overfull \hbox (145.75706pt too wide) in paragraph at lines 76--77
Overfull \hbox (4.9pt too wide) in paragraph at lines 1--2
Underfull \hbox (badness 10000) in paragraph at lines 3--4
LaTeX Warning: Citation `nobody2020' on page 2 undefined on input line 14.
LaTeX Warning: Label `thm:twice' multiply defined.
LaTeX Warning: Label(s) may have changed. Rerun to get cross-references right.
"""


def test_what_a_reader_would_stumble_over_is_told():
    assert problems(LOG) == [
        "Citation `nobody2020' on page 2 undefined",
        "Label `thm:twice' multiply defined",
        "a line sticks out by 146 pt in paragraph at lines 76--77",
    ]


def test_lines_that_tex_breaks_at_79_letters_are_one():
    text = "LaTeX Warning: Reference `thm:a-name-that-goes-on-and-on' on page 1 undefined on input line 12."
    assert problems(f"{text[:79]}\n{text[79:]}\n") == ["Reference `thm:a-name-that-goes-on-and-on' on page 1 undefined"]
    assert problems("") == []


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.tex"
    path.write_text("")
    return path


def pretend(tmp_path, monkeypatch, body):
    """A latexmk that does what `body`, a Python program, does."""
    place = tmp_path / "bin"
    place.mkdir()
    program = place / "latexmk"
    program.write_text(f"#!{sys.executable}\n{body}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(place))


def test_a_missing_latexmk_is_named_with_what_to_install(article, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadRequest, match=r"latexmk.*apt-get install latexmk texlive"):
        typeset(article)


def test_an_article_without_problems(article, tmp_path, monkeypatch, capsys):
    pretend(tmp_path, monkeypatch, "open('article.log', 'w').write('Output written')")
    assert typeset(article) == 0
    assert capsys.readouterr().out == f"wrote {article.with_suffix('.pdf')}\n"


def test_problems_are_told_and_fail(article, tmp_path, monkeypatch, capsys):
    pretend(tmp_path, monkeypatch, r"open('article.log', 'w').write(r'Overfull \hbox (10.0pt too wide) detected')")
    assert typeset(article) == 1
    assert "a line sticks out by 10 pt" in capsys.readouterr().err


def test_where_latex_stops_is_told(article, tmp_path, monkeypatch, capsys):
    pretend(
        tmp_path,
        monkeypatch,
        "open('article.log', 'w').write('x\\narticle.tex:3: Undefined control sequence\\n'); exit(12)",
    )
    assert typeset(article) == 1
    told = capsys.readouterr()
    assert "article.tex:3: Undefined control sequence" in told.err
    assert told.out == ""


def test_the_command_does_not_derive_before_it_knows_that_it_can_typeset(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "derivations.cli", "latex", "--pdf", "--build", str(tmp_path / "build")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(tmp_path)},
    )
    assert done.returncode == 2
    assert "latexmk" in done.stderr
    assert not (tmp_path / "build").exists()
