"""The page of a result: statement, proof, code, what it rests on and what rests on it, and the instances it was tried on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from derivations.export.atlas.page import blocks, framed
from derivations.export.atlas.writer import HtmlWriter, prose
from derivations.export.bibliography import work
from derivations.export.exposition import Exposition
from derivations.export.latex.fragment import written
from derivations.export.narration import Narration
from derivations.proof.verify import IN_PART, Report


@dataclass(frozen=True)
class Entry:
    """A result of the catalogue, and what its page tells of it."""

    exposition: Exposition
    section: tuple[str, str]  # and the subsection
    report: Report  # of its verification
    code: list  # [(where it comes from, source)] of NumPy functions
    under: Sequence[str]  # ids that it rests on
    over: Sequence[str]  # ids that rest on it


def result_page(entry, links, theorems):
    """The HTML of the page of an `Entry`.

    `links` are the addresses of results and lemmas, `theorems` {key of a general proposition: (id, part)} of those that are
    results, as derivations.export.exposition.homes has them.
    """
    exposition, report = entry.exposition, entry.report
    general = _shown(exposition, theorems)
    numbers = {g.id: n for n, g in enumerate(general, 1)}
    narrate = partial(_narrated, links=links, numbers=numbers, theorems=theorems)
    narration = narrate(exposition)
    claimed = narration.claimed()
    parts = [
        f'<p class="place">{" · ".join(prose(s) for s in entry.section if s)}</p>',
        f'<h1 class="id">{exposition.id}</h1>',
        f'<p><span class="status{" part" if exposition.numerical else ""}">{report.status}</span>'
        f'<span class="title">{prose(exposition.title, links)}</span></p>',
        _cited(exposition.cites),
        f'<div class="claim">{blocks(claimed)}</div>' if claimed else "",
        f"<h2>Statement</h2>\n{blocks(narration.statement())}",
        "<h2>Proof</h2>",
        *_proofs(narration),
        *(_general(g, numbers[g.id], narrate(g)) for g in general),
        "<h2>What it rests on</h2>",
        f"<p>{links.anchors(entry.under) or 'The rules of the kernel alone.'}</p>",
        "<h2>What rests on it</h2>",
        f"<p>{links.anchors(entry.over) or 'No other result.'}</p>",
        "<h2>NumPy</h2>",
        *(f"<p>{where}</p>\n<pre>{escape(source.strip())}</pre>" for where, source in entry.code),
        *(["<p>What it says is not a function of arrays.</p>"] if not entry.code else []),
        "<h2>Instances</h2>",
        _tried(report),
        f"<h2>LaTeX</h2>\n<details><summary>{exposition.id}.tex</summary>"
        f"<pre>{escape(written(exposition, theorems))}</pre></details>",
    ]
    return framed(exposition.id, "\n".join(p for p in parts if p))


def _shown(exposition, theorems):
    """The general propositions that no result is, each after those that it rests on."""
    found = {}
    for g in exposition.general:
        if g.id not in theorems:
            found |= {inner.id: inner for inner in _shown(g, theorems)} | {g.id: g}
    return [*found.values()]


def _narrated(exposition, links, numbers, theorems):
    return Narration(exposition, partial(HtmlWriter, link=links, numbers=numbers, theorems=theorems))


def _proofs(narration):
    for of, told in narration.proofs():
        yield f'<div class="proof">{f"<h3>Of {of}</h3>" if of else ""}{blocks(told)}<p class="end">□</p></div>'


def _general(exposition, number, narration):
    """A general proposition with its proof, closed until a reader opens it."""
    body = [blocks(narration.statement()), "<h3>Proof</h3>", *_proofs(narration)]
    return (
        f'<details class="proposition" id="{exposition.id}"><summary>Proposition {number}, with its proof</summary>\n'
        + "\n".join(body)
        + "</details>"
    )


def _cited(keys):
    if not keys:
        return ""
    works = [
        f"{escape(authors)}. {escape(title)}. <em>{escape(where)}</em>." for authors, title, where in map(work, keys)
    ]
    return f"<details><summary>After {', '.join(keys)}</summary>{''.join(f'<p>{w}</p>' for w in works)}</details>"


def _tried(report):
    exactly = "exactly" if report.residual == 0 else f"up to {report.residual:.0e}"
    part = " What is shown numerically only is said in the statement." if report.status == IN_PART else ""
    return (
        f"<p>Each of the {report.steps} steps of its proofs holds {exactly} on random instances of its hypotheses, "
        f"{report.instances} in all.{part}</p>"
    )
