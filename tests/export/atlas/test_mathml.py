"""MathML of the LaTeX that the writers write."""

import re
from xml.etree import ElementTree

import pytest

from derivations.export.atlas.mathml import mathml
from derivations.language.errors import UnsupportedExpression

THIN = '<mspace width="0.17em"></mspace>'


def read(source, display=False):
    """The tree of a formula, which is well-formed XML."""
    return ElementTree.fromstring(mathml(source, display))


def text(source):
    return "".join(t for t in read(source).itertext() if t != "\u2061")


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("x", "<mi>x</mi>"),
        ("12", "<mn>12</mn>"),
        ("a - b", "<mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow>"),
        ("a < b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
        (r"Z^{\top}", "<msup><mi>Z</mi><mi>⊤</mi></msup>"),
        (r"Z_{k}^{2}", "<msubsup><mi>Z</mi><mi>k</mi><mn>2</mn></msubsup>"),
        (r"Z^2_k", "<msubsup><mi>Z</mi><mi>k</mi><mn>2</mn></msubsup>"),
        (r"\frac{1}{N}", "<mfrac><mn>1</mn><mi>N</mi></mfrac>"),
        (r"\sqrt{N}", "<msqrt><mi>N</mi></msqrt>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathbf{1}", "<mn>𝟏</mn>"),
        (
            r"\mathrm{off\_diagonal} \, x",
            '<mrow><mi>off_diagonal</mi><mspace width="0.17em"></mspace><mi>x</mi></mrow>',
        ),
        (r"\text{if so}", "<mtext>if\u00a0so</mtext>"),
        (r"\operatorname{off\_diagonal}", "<mrow><mi>off_diagonal</mi><mo>&#x2061;</mo></mrow>"),
        (r"\frac{\log 2}{4}", f"<mfrac><mrow><mi>log</mi><mo>&#x2061;</mo>{THIN}<mn>2</mn></mrow><mn>4</mn></mfrac>"),
    ],
)
def test_what_a_formula_becomes(source, inside):
    assert mathml(source) == f"<math>{inside}</math>"


def test_limits_stand_under_and_over_sums_and_minima():
    assert read(r"\sum_{k = 1}^{q} s_{k}").find(".//munderover") is not None
    assert read(r"\min_{Z} f").find(".//munder") is not None
    stacked = read(r"\min_{\substack{Z \\ \rule{0pt}{8pt} C = I}} f")
    assert "".join(stacked.find(".//mtable").itertext()) == "ZC=I"
    assert len(stacked.findall(".//munder/mtable/mtr")) == 2


def test_brackets_that_are_sized_stretch_and_others_do_not():
    sized = read(r"\mathopen{}\left(\frac{a}{b}\right)_{+}")
    assert [mo.get("stretchy") for mo in sized.findall(".//msub/mrow/mo")] == ["true", "true"]
    assert {mo.get("stretchy") for mo in read("f(x)").findall(".//mo")} == {"false"}
    assert text(r"\left\lVert Z \right\rVert_F^2") == "‖Z‖F2"


def test_a_function_stands_apart_from_what_is_beside_it_but_not_from_its_bracket():
    assert mathml(r"2 \operatorname{tr}(Z)").count("<mspace") == 1
    assert mathml(r"\log x").count("<mspace") == 1
    assert mathml(r"\log(x)").count("<mspace") == 0
    assert mathml(r"= \log(x)").count("<mspace") == 0
    assert mathml(r"(Z) \operatorname{diag}(s)").count("<mspace") == 1


def test_lines_that_are_aligned_are_the_rows_of_a_table():
    table = read(r"\begin{aligned} a &= b \\ &\quad {} + c \end{aligned}", display=True).find("mtable")
    assert [[cell.get("class") for cell in row] for row in table] == [["r", "l"], ["r", "l"]]
    assert "".join(table[1][1].itertext()) == "+c"
    assert text(r"\begin{bmatrix}a&b\\c&d\end{bmatrix}") == "[abcd]"
    assert text(r"\left(\begin{smallmatrix} 1 & 2 \\ 3 & 4 \end{smallmatrix}\right)") == "(1234)"


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (r"\undefined{x}", "undefined"),
        ("{x", "should stand there"),
        ("x}", "closes nothing"),
        ("x^2^3", "two at one place"),
        (r"\left( x", "right"),
        (r"\begin{tabular} x \end{tabular}", "tabular"),
        (r"\begin{aligned} x \end{bmatrix}", "bmatrix"),
        (r"\mathbb{Q}", "Q"),
        ("x^", "more"),
        ("a ? b", "not known"),
        (r"\frac{a}", "should stand there"),
    ],
)
def test_what_is_not_known_is_named(source, named):
    with pytest.raises(UnsupportedExpression, match=re.escape(named)):
        mathml(source)
