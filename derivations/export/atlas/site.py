"""The atlas, as static files: a page for every result, the table of methods, the map of what rests on what, cited lemmas."""

from __future__ import annotations

from functools import partial
from html import escape
from importlib.resources import files

from derivations.export.atlas.method_table import method_table
from derivations.export.atlas.numpy_code import numpy_code
from derivations.export.atlas.page import Links, blocks, framed
from derivations.export.atlas.result_page import Entry, result_page
from derivations.export.atlas.writer import HtmlWriter, prose
from derivations.export.exposition import expose, homes
from derivations.export.files import replace_directory
from derivations.export.graph.dependencies import REFUTED, dependencies, dependents
from derivations.export.graph.svg import graph
from derivations.export.narration import lemma_told
from derivations.export.sections import section_of, sections
from derivations.proof.lemmas import LEMMAS

ASSETS = ("style.css", "search.js")


def write_atlas(results, reports, implementations, shipped, directory):
    """Write the site, in the place of one that is there; returns the directory.

    Args:
        results: of the catalogue, in its order.
        reports: {id: report of the verification}.
        implementations, shipped: of the catalogue: what is written as NumPy modules.
        directory: where it goes.

    Raises UnsupportedExpression where something cannot be written; nothing is written then.
    """
    nodes = dependencies(results)
    over = dependents(nodes)
    exposed = {r.id: expose(r) for r in results}
    theorems = homes(exposed.values())
    links = Links(exposed, LEMMAS)
    code = numpy_code(results, implementations, shipped)
    pages = {}
    for r in results:
        above = [id for id in over[r.id] if nodes[id].status != REFUTED]
        entry = Entry(exposed[r.id], section_of(r), reports[r.id], code[r.id], nodes[r.id].rests_on, above)
        pages[f"{r.id}.html"] = result_page(entry, links, theorems)
    pages["index.html"] = _index(results, exposed, reports)
    pages["methods.html"] = method_table(results, links)
    pages["map.html"] = _map(nodes, links)
    pages["lemmas.html"] = _lemmas(over, links)
    pages |= {name: files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ASSETS}
    return replace_directory(directory, pages)


def _index(results, exposed, reports):
    """Every result by section, and a field to search in."""
    claims = sum(e.refuted is not None for e in exposed.values())
    instances = sum(reports[r.id].instances for r in results)
    body = [
        "<h1>Closed-form optima of self-supervised losses</h1>",
        f"<p>{len(results)} results on self-supervised losses and the spectral methods that they are, with their proofs, NumPy "
        f"code, and what they rest on. Every step of every proof was tried on random instances, {instances} in all. {claims} "
        'results correct a <a href="#claims">claim that does not hold</a>.</p>',
        '<form hidden=""><input class="search" id="search" type="search" aria-label="Search by id or title" '
        'placeholder="Search by id or title" autocomplete="off"/> <span id="found"></span></form>',
    ]
    for section, subsections in sections(results).items():
        entries = [_entry(r, exposed[r.id]) for found in subsections.values() for r in found]
        listed = "\n".join(entries)
        body.append(
            f'<section class="group">\n<h2>{prose(section)}</h2>\n<ul class="ids">\n{listed}\n</ul>\n</section>'
        )
    refuted = [r for r in results if exposed[r.id].refuted]
    rows = [
        f'<li><a class="id" href="{r.id}.html">{r.id}</a> {prose(exposed[r.id].refuted.words)}</li>' for r in refuted
    ]
    body.append('<h2 id="claims">Claims that do not hold</h2>\n<ul>\n' + "\n".join(rows) + "\n</ul>")
    return framed("Atlas of self-supervised losses", "\n".join(body), script="search.js")


def _entry(result, exposition):
    """A result in the list: its id, whether it corrects a claim or is proved in part, and its title."""
    marks = ' <span class="status part">proved in part</span>' if exposition.numerical else ""
    text = escape(f"{result.id} {result.title}".lower(), quote=True)
    return (
        f'<li data-id="{result.id}" data-text="{text}"><a class="id" href="{result.id}.html">{result.id}</a>{marks}'
        f'<span class="title">{prose(result.title)}</span></li>'
    )


def _map(nodes, links):
    """The graph, its nodes linked to their pages; a refuted claim to the result that corrects it."""

    def address(id):
        node = nodes[id]
        return links(node.rests_on[0] if node.status == REFUTED else id)

    body = (
        "<h1>What rests on what</h1>\n<p>From left to right: what stands on the right rests on what stands on the left. "
        f'Every box leads to its page.</p>\n<div class="map">{graph(nodes, address)}</div>'
    )
    return framed("What rests on what", body, wide=True)


def _lemmas(over, links):
    body = ["<h1>Cited lemmas</h1>", "<p>What is taken from the literature without proof.</p>"]
    for name in sorted(name for name in LEMMAS if over.get(name)):
        lemma = LEMMAS[name]
        told = blocks(lemma_told(lemma, partial(HtmlWriter, link=links)))
        body.append(
            f'<section id="{name}">\n<h2>{prose(lemma.title)}</h2>\n<p class="id">{name}</p>\n{told}\n'
            f"<p>{escape(lemma.reference)}.</p>\n<p>Used by {links.anchors(over[name])}.</p>\n</section>"
        )
    return framed("Cited lemmas", "\n".join(body))
