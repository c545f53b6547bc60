"""The reasons of steps: each rule has its words, and references are put into them as a writer would."""

import re
from types import SimpleNamespace

import pytest
from sympy import Identity, Inverse, MatrixSymbol

from derivations.catalogue import results
from derivations.export.exposition import expose
from derivations.export.reasons import RULES, reason
from derivations.export.references import FOLDED, runs
from derivations.export.text import describe
from derivations.export.writer import roman
from derivations.language.propositions import PositiveDefinite
from derivations.proof import rules


def test_every_rule_has_words():
    assert set(rules.RULES) == set(RULES) | FOLDED


def test_a_rule_without_words_is_refused_and_never_printed():
    with pytest.raises(TypeError, match="no words for the rule guessed"):
        reason(SimpleNamespace(rule="guessed"), None)


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [([], []), ([1, 2], ["(H1)", "(H2)"]), ([1, 2, 3, 5, 7, 8, 9, 10], ["(H1) to (H3)", "(H5)", "(H7) to (H10)"])],
)
def test_hypotheses_in_a_row_are_named_by_the_first_and_the_last(numbers, wanted):
    assert runs(numbers) == wanted


def test_parts_are_numbered_in_roman_numerals():
    assert [roman(n) for n in (0, 3, 8, 9, 10, 13, 18, 19)] == [
        f"({x})" for x in ("i", "iv", "ix", "x", "xi", "xiv", "xix", "xx")
    ]


def test_a_proof_that_is_another_with_other_matrices_says_so():
    """Where the proof is nothing but that, and where it is a step."""
    told = describe(results()["isomap"])
    assert re.search(r"\n +2  the claim   by Proposition 2 \[B for G; by \(1\)\]\n", told)
    assert "by Proposition 1 [N for D, N - 1 for r, H for F, -B for S," in told
    assert "Named(" not in told


def test_the_bound_of_a_proposition_and_what_meets_the_constraint():
    told = " ".join(describe(results()["canonical-correlation-analysis"]).split())
    assert "the bound of Proposition 1 holds for every W that meets the constraint, by (2) and (3) so does W*" in told
    assert "W_a*' S_aa W_a* = I" in told


M, Z = MatrixSymbol("M", 3, 3), MatrixSymbol("Z", 5, 3)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (Identity(3), "as the eigenvalues of the identity are 1"),
        (Identity(3) + Z.T * Z, "as the sum of a positive definite matrix and a positive semidefinite one"),
        (2 * M, "as a positive multiple of a positive definite matrix, using (H1)"),
        (Inverse(M), "as the inverse of a positive definite matrix, using (H1)"),
        (M, "as assumed, using (H1)"),
    ],
)
def test_why_a_matrix_is_positive_definite(matrix, words):
    given = PositiveDefinite(M)
    step = rules.positive_definite(matrix, (given,) if matrix.has(M) else ())
    proof = SimpleNamespace(theorem=SimpleNamespace(hypotheses=(given,)), labels={given: "H1"})
    assert "".join(reason(step, proof)) == words


def test_a_step_that_nothing_refers_to_is_not_told():
    for part in expose(results()["unit-columns"]).parts:
        numbers = {step.number for step in part.steps[:-1]}
        said = "".join(str(item) for step in part.steps for item in step.reason)
        assert all(f"({n})" in said for n in numbers)
