"""The table of methods: loss, gradient, optima over representations and linear maps, rank, and the spectral method."""

from __future__ import annotations

from functools import partial

from derivations.export.atlas.mathml import mathml
from derivations.export.atlas.methods import methods
from derivations.export.atlas.page import framed
from derivations.export.atlas.writer import HtmlWriter, inline, prose
from derivations.export.names import Names
from derivations.export.notation.latex import LatexPrinter
from derivations.language.propositions import Equal, Gradient

COLUMNS = ("method", "loss", "gradient", "Z*", "W*", "rank", "spectral method")


def method_table(results, links):
    """The page with the table; a formula in it stands above the id of the result that has it."""
    head = "".join(f"<th>{prose(c)}</th>" for c in COLUMNS)
    rows = [_row(m, links) for m in methods(results)]
    body = (
        "<h1>Methods</h1>\n<p>Formulas are those of the results they lead to, where hypotheses and symbols are told; the rank is "
        "that of the optimum.</p>\n"
        f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(rows)
        + "\n</tbody></table></div>"
    )
    return framed("Methods", body, wide=True)


def _row(method, links):
    write = partial(_cell, _result, links)
    rank = ""
    if method.kept is not None:
        printer = LatexPrinter()
        rank = f"how many {inline('k')} have {inline(printer.show(method.kept) + ' > 0')}"
    cells = [_cell(_loss, links, method.loss)]
    cells += [write(found) for found in (method.gradient, method.representation, method.weights)]
    cells += [rank, "<br/>".join(links.anchors([id]) for id in method.embeddings)]
    return f"<tr><th>{prose(method.title)}</th>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"


def _cell(read, links, found):
    """What `read(statement, writer)` finds in a theorem, and where it stands."""
    if found is None:
        return ""
    id, theorem = found
    writer = HtmlWriter(Names(theorem.statement, theorem.hypotheses), links)
    return f"{read(theorem.statement, writer)}<br/>{links.anchors([id])}"


def _loss(said, writer):
    """The function that an equation, a gradient or a minimum is about, and its constraints."""
    if isinstance(said, Equal):
        return mathml(writer.printer.show(said.lhs))
    if isinstance(said, Gradient):
        return mathml(writer.printer.meaning(said.function))
    within = "".join(f", {writer.proposition(p)}" for p in said.subject_to)
    return mathml(writer.printer.meaning(said.objective)) + within


def _result(said, writer):
    """A gradient, or a minimiser."""
    return mathml(writer.printer.show(said.value) if isinstance(said, Gradient) else writer.printer.meaning(said.at))
