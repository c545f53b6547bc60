"""The reader of what is told sees letters that nobody introduced, and those that were introduced twice."""

import pytest

from tests.contract.letters import declared_twice, letters, strangers

OPENING = r"Let $N \in \mathbb{N}$ and $Z \in \mathbb{R}^{N \times N}$." + "\n"


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        (r"\lVert Z \rVert_F^2 + \operatorname{tr}(Z^{\top} L Z)", ["Z", "Z", "L", "Z"]),
        (r"\sum_{k = 1}^{q} \lambda_{k}", ["k", "q", r"\lambda"]),
        (r"U_{1} S_{ab} Z^{*} C_{jk}", ["U_{1}", "S_{ab}", "Z^{*}", "C"]),
        (r"I_{K \times N} \delta_{ij} \mathbf{1} \text{if so}", []),
    ],
)
def test_letters_are_names_and_not_indices_or_functions(formula, found):
    assert letters(formula) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Then $Z = 0$.\n", []),
        ("Then $Y = Z$.\n", [("statement", "Y")]),
        ("Write $Y = Z Z$.\nThen $Y = Z$.\n", []),
        ("Write $Y = A Z$.\n", [("statement", "A")]),
        ("Then $Y = Z$.\nLet $Y \\in \\mathbb{R}$.\n", [("statement", "Y")]),
        ("\n- (i) Let $Y \\in \\mathbb{R}$.\n\n- (ii) Then $Y = 0$.\n", [("(ii)", "Y")]),
        ("\n- (i) Let $Y \\in \\mathbb{R}$.\n\n*Proof of (i).*\nFrom $Y = B$.\n", [("proof of (i)", "B")]),
        ("Then the rows are $z_{k}$.\n", []),
        ("Let $Y \\in \\mathbb{R}^{q}$ and $q \\in \\mathbb{N}$.\n", []),
        ("Let $Y \\in \\mathbb{R}^{q}$.\n", [("statement", "q")]),
    ],
)
def test_what_was_not_introduced_is_found_where_it_stands(text, found):
    assert strangers(OPENING + text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Let $Y \\in \\mathbb{R}$.\n", []),
        ("Write $Z = 1$.\n", ["Z"]),
        ("\n- (i) Let $Y \\in \\mathbb{R}$.\n\n- (ii) Let $Y \\in \\mathbb{R}$.\n", []),
        ("\n- (i) Let $Z \\in \\mathbb{R}$.\n", ["Z"]),
        ("\n*Proof.*\nLet $N \\in \\mathbb{N}$.\n", ["N"]),
    ],
)
def test_what_is_introduced_twice_where_it_is_read_is_found(text, found):
    assert declared_twice(OPENING + text) == found
