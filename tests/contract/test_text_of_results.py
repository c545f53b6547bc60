"""What `show` prints of every result."""

import re
from itertools import pairwise

import pytest

from derivations.export.text import COLUMNS, describe


@pytest.fixture(scope="session")
def text(result):
    return describe(result)


def test_it_fits_the_columns(text):
    assert all(len(line) <= COLUMNS for line in text.split("\n"))
    assert all(line == line.rstrip() for line in text.split("\n"))


def test_it_has_title_hypotheses_and_lemmas(result, text):
    words = " ".join(text.split())
    assert text.startswith(result.id)
    assert " ".join(result.title.split()) in words
    assert all(f"{name}: " in text for name in result.lemmas)
    assert "the claim" in text
    assert len(re.findall(r"^given ", text, flags=re.M)) >= 1 or not any(t.hypotheses for t in result.theorems)


def test_steps_are_numbered_from_one_in_each_proof(text):
    numbers = [int(n) for n in re.findall(r"^ {2,3}(\d{1,2})  \S", text, flags=re.M)]
    assert numbers[0] == 1
    assert all(b in (a + 1, 1) for a, b in pairwise(numbers))


def test_every_displayed_theorem_is_cited_or_is_the_claim(text):
    for proof in re.split(r"(?m)^ {3}1  ", text)[1:]:
        numbers = [1, *map(int, re.findall(r"(?m)^ {2,3}(\d{1,2})  \S", proof))]
        for n in numbers[:-1]:
            assert f"({n})" in proof, n
