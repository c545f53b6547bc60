"""How every result is told: nothing is used before it is introduced, no letter means two things, no step says nothing."""

import re

import pytest

from derivations.export.latex.mathjax import rendered
from tests.contract.letters import declared_twice, formulas, strangers


@pytest.fixture(scope="session")
def told(result):
    return rendered(result, proofs=True)


def test_every_letter_is_introduced_before_it_is_used(told):
    assert not strangers(told)


def test_no_letter_is_declared_or_defined_twice_where_it_is_read(told):
    assert not declared_twice(told)


def test_no_code_is_printed(told):
    words = re.sub(r"\$\$.*?\$\$|\$.*?\$", "", told, flags=re.DOTALL)
    assert not re.search(r"\b[A-Z]\w*\(|:=|\w\*\w|\w_\w", words)
    assert not any(re.search(r":=|\*\*|[A-Za-z]\*[A-Za-z]", formula) for formula in formulas(told))


def test_no_sentence_is_left_open(told):
    assert not re.search(r"(?i)\b(by|using|adding|with|since|and) ?[,.;:]", told)


def test_every_hypothesis_says_something(told):
    assert not re.search(r"\(H\d+\)\s+[.,;]", told)


def test_no_step_says_that_something_is_itself(told):
    proofs = re.split(r"(?m)^\*Proof", told)[1:]
    for formula in (f for proof in proofs for f in formulas(proof)):
        left, sign, right = formula.strip().rstrip(".,").partition(" = ")
        assert not sign or left.strip() != right.strip(), formula
