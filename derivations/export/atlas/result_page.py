"""The page of a result: statement, proof, code, what it rests on and what rests on it, and the instances it was tried on."""

from __future__ import annotations

from functools import partial
from html import escape

from derivations.export.atlas.page import blocks, framed
from derivations.export.atlas.writer import HtmlWriter, prose
from derivations.export.bibliography import work
from derivations.export.narration import Narration
from derivations.proof.verify import IN_PART


def result_page(exposition, section, report, code, fragment, under, over, links, theorems):
    """The HTML of a page.

    Args:
        exposition: of the result.
        section: (section, subsection) that it belongs in.
        report: of its verification.
        code: [(where it comes from, source)] of NumPy functions.
        fragment: its LaTeX.
        under, over: ids that it rests on, and that rest on it.
        links: addresses of results and lemmas.
        theorems: {key of a general proposition: (id, part)}.
    """
    general = _shown(exposition, theorems)
    numbers = {g.id: n for n, g in enumerate(general, 1)}
    narrate = partial(_narrated, links=links, numbers=numbers, theorems=theorems)
    narration = narrate(exposition)
    claimed = narration.claimed()
    parts = [
        f'<p class="place">{" · ".join(prose(s) for s in section if s)}</p>',
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
        f"<p>{links.anchors(under) or 'The rules of the kernel alone.'}</p>",
        "<h2>What rests on it</h2>",
        f"<p>{links.anchors(over) or 'No other result.'}</p>",
        "<h2>NumPy</h2>",
        *(f"<p>{where}</p>\n<pre>{escape(source.strip())}</pre>" for where, source in code),
        *(["<p>What it says is not a function of arrays.</p>"] if not code else []),
        "<h2>Instances</h2>",
        _tried(report),
        f"<h2>LaTeX</h2>\n<details><summary>{exposition.id}.tex</summary><pre>{escape(fragment)}</pre></details>",
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
