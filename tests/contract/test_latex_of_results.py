"""The LaTeX of every result: well formed, of lines that fit, and whatever it refers to is there."""

import re

import pytest

from derivations.export.latex.article import fragment
from derivations.export.layout import latex_width


@pytest.fixture(scope="session")
def source(result):
    return fragment(result)


def test_every_environment_and_brace_is_closed(source):
    depth = 0
    for mark in re.sub(r"\\[{}]", "", re.sub(r"^%.*$", "", source, flags=re.M)):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        assert depth >= 0
    assert depth == 0
    open_now = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", source):
        if kind == "begin":
            open_now.append(name)
        else:
            assert open_now.pop() == name
    assert not open_now
    assert source.count(r"\left") == source.count(r"\right")
    assert source.count(r"\[") == source.count(r"\]")


def test_punctuation_stands_in_the_display_that_it_ends(source):
    assert not re.search(r"\\\]\s*[,.;:]", source)


def test_every_reference_has_its_target(source):
    for block in re.split(r"(?=\\begin\{(?:theorem|proposition)\})", source)[1:]:
        assumed = "".join(re.findall(r"assume [^\n]*|there (?:is|are) [^\n]*", block))  # in some steps, or by a lemma
        told = set(re.findall(r"\((H\d+)\)\]", block)) | set(re.findall(r"\((H\d+)\)", assumed))
        assert set(re.findall(r"\((H\d+)\)", block)) <= told
    assert set(re.findall(r"\\ref\{(prop:[^}]*)\}", source)) <= set(re.findall(r"\\label\{([^}]*)\}", source))


def test_a_step_refers_to_earlier_steps_only(source):
    for proof in re.findall(r"\\begin\{proof\}.*?\\end\{proof\}", source, flags=re.S):
        steps = re.split(r"\\item\[\((\d+)\)\]", proof)[1:]
        for number, body in zip(map(int, steps[::2]), steps[1::2], strict=True):
            prose_only = re.sub(r"\\\[.*?\\\]|\$[^$]*\$|\[[^]]*\]", "", body, flags=re.S)
            assert all(int(n) < number for n in re.findall(r"\((\d+)\)", prose_only)), number


def test_no_displayed_line_is_much_too_long(source):
    for display in re.findall(r"\\\[\n(.*?)\n\\\]", source, flags=re.S):
        for line in re.sub(r"\\(begin|end)\{aligned\}", "", display).split(r"\\" + "\n"):
            assert latex_width(line) < 80, line
