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
    write = partial(_cell, links=links)
    rank = ""
    if method.kept is not None:
        printer = LatexPrinter()
        rank = f"how many {inline('k')} have {inline(printer.show(method.kept) + ' > 0')}"
    cells = [write(found) for found in (method.loss, method.gradient, method.representation, method.weights)]
    cells += [rank, "<br/>".join(links.anchors([id]) for id in method.embeddings)]
    return f"<tr><th>{prose(method.title)}</th>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"


def _cell(found, links):
    """The formula of a theorem, and where it stands."""
    if found is None:
        return ""
    id, theorem = found
    said, names = theorem.statement, Names(theorem.statement, theorem.hypotheses)
    writer = HtmlWriter(names, links)
    if isinstance(said, Equal):
        formula = writer.printer.show(said.lhs)
    elif isinstance(said, Gradient):
        formula = writer.printer.show(said.value)
    else:
        formula = writer.printer.meaning(said.at)
    return f"{mathml(formula)}<br/>{links.anchors([id])}"
