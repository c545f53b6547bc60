"""The page of every result in the atlas: well formed, its formulas in MathML, and nothing of LaTeX left in it."""

from xml.etree import ElementTree

import pytest

from derivations.catalogue import results
from derivations.export.atlas.page import Links
from derivations.export.atlas.result_page import Entry, result_page
from derivations.export.code.imports import imports_of
from derivations.export.code.sides import functions
from derivations.export.exposition import expose, homes
from derivations.export.sections import section_of
from derivations.proof.lemmas import LEMMAS
from derivations.proof.verify import Report


@pytest.fixture(scope="session")
def page(result):
    exposition = expose(result)
    body = "\n\n".join(f.source for f in functions(result.theorems))
    code = [("What it says:", f"{imports_of(body)}\n\n\n{body}")] if body else []
    report = Report(result.id, "proved", (), 7, 21, 1e-49, 0.1)
    links = Links(results(), LEMMAS)
    entry = Entry(exposition, section_of(result), report, code, ["duality"], [])
    source = result_page(entry, links, homes([exposition]))
    return ElementTree.fromstring(source.removeprefix("<!DOCTYPE html>\n"))


def test_it_has_every_part(page, result):
    assert page.find(".//h1").text == result.id
    assert [h.text for h in page.iter("h2")] == [
        *("Statement", "Proof", "What it rests on", "What rests on it", "NumPy", "Instances", "LaTeX")
    ]
    assert page.findall(".//div[@class='proof']")
    assert bool(page.findall(".//div[@class='claim']")) == bool(result.claimed)


def test_formulas_are_in_mathml_and_no_latex_is_left(page):
    assert page.findall(".//math")
    for pre in [*page.iter("pre")]:
        pre.text = ""
    said = "".join(page.itertext())
    assert "\\" not in said
    assert "$" not in said


def test_every_link_leads_to_a_page_or_to_a_place_on_this_one(page):
    places = {e.get("id") for e in page.iter() if e.get("id")}
    pages = {"index.html", "methods.html", "map.html", "lemmas.html", *(f"{id}.html" for id in results())}
    for a in page.iter("a"):
        address, _, place = a.get("href").partition("#")
        assert address in pages or (not address and place in places)
        assert address != "lemmas.html" or not place or place in LEMMAS
