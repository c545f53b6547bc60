"""Results as notebooks show them: what Markdown makes of the text around the formulas."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from derivations import theorem
from derivations.catalogue import results
from derivations.export import shown

MARKED = [
    r.id for r in results().values() if re.search(r"[*_<]", r.title)
]  # characters that mean something to Markdown


@pytest.mark.parametrize("id", MARKED)
def test_a_title_is_shown_as_it_is(id, monkeypatch):
    monkeypatch.setattr(shown, "rendered", lambda result, proof: "")
    paragraph = MarkdownIt().render(theorem(id)._repr_markdown_())
    title = html.escape(results()[id].title, quote=False)
    assert html.unescape(paragraph) == html.unescape(f"<p><strong>{id}</strong>: <em>{title}</em></p>\n")


@pytest.mark.parametrize("id", ["vicreg-strict-saddles", "duality-collapse", "duality-constant"])
def test_a_claim_and_what_is_true_instead_are_paragraphs_of_their_own(id):
    claimed, instead = theorem(id)._repr_markdown_().split("\n\n")[1:3]
    assert claimed.startswith("*Claimed: ")
    assert "It fails for" in claimed
    assert instead.startswith("Let ")
