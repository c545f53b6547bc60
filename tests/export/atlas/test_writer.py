"""Sentences and displays in HTML."""

import pytest

from derivations.export.atlas.page import Links, blocks
from derivations.export.atlas.writer import display, inline, prose
from derivations.export.narration import Listing


def test_punctuation_stays_with_the_formula_and_numbers_beside_it():
    said = display(r"a = b. \tag*{(ii)}")
    assert '<span class="number">(ii)</span>' in said
    assert said.endswith("</math>.</span></span>")
    assert display("a = b,").endswith("</math>,</span></span>")
    aligned = display(r"\begin{aligned} a &= b \\ & + c. \end{aligned}")
    assert "<mi>c</mi><mo>.</mo></mrow></mtd></mtr></mtable>" in aligned
    assert "</math>,</span></span> if" in blocks([display("a = b"), ", if"])


def test_a_long_formula_may_end_a_line_between_its_factors():
    assert inline("x").count("<math>") == 1
    long = r" ".join(
        [r"\operatorname{diag}(s)", r"\left(\frac{a}{b}\right)", r"\operatorname{tr}(Z^{\top} L Z)", "M X^2 Y"] * 2
    )
    assert inline(long).count("<math>") == inline(long).count("<wbr/>") + 1 > 1


def test_identifiers_are_linked_where_they_have_a_page_and_words_are_escaped():
    links = Links(["duality-bounds"], ["schur-horn"])
    said = prose("see duality-bounds, schur-horn & no-such-thing < 3 where gamma >= 0", links)
    assert '<a href="duality-bounds.html">duality-bounds</a>' in said
    assert '<a href="lemmas.html#schur-horn">schur-horn</a>' in said
    assert " &amp; no-such-thing &lt; 3 where <math>" in said


def test_two_pages_of_one_name_are_refused():
    with pytest.raises(ValueError, match="index"):
        Links(["index"], [])
    with pytest.raises(ValueError, match="schur-horn"):
        Links(["schur-horn"], ["schur-horn"])


def test_paragraphs_and_lists_follow_each_other():
    inner = Listing("hypotheses", [("(H1)", ["x;"]), ("(H2)", ["y."])])
    found = blocks(["Let", "it be.", Listing("parts", [("(i)", ["Assume", inner, "Then", "z."])]), "", "Done."])
    opening = '<dl class="listing parts">\n<dt>(i)</dt><dd><p>Assume</p>\n<dl class="listing hypotheses">'
    assert found.startswith(f"<p>Let it be.</p>\n{opening}")
    assert found.endswith("</dl>\n<p>Done.</p>")
    assert found.count("<dd>") == found.count("</dd>") == 3


def test_a_formula_stays_on_the_line_of_the_punctuation_behind_it():
    assert '<span class="together"><math>' in blocks([f"where {inline('x')}, and"])
    assert '<span class="together">' not in blocks([f"where {inline('x')} is"])
    title = prose("times gamma, which is")
    assert title.count('<span class="together"><math>') == blocks([title]).count('<span class="together"><math>') == 1
