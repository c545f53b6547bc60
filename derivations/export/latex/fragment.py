r"""A result as a piece of LaTeX: a theorem environment and its proofs, to be read by \input.

The document loads amsmath, amssymb and amsthm and has the environments theorem, proposition and proof.
"""

from __future__ import annotations

import re
from functools import partial

from derivations.catalogue import results
from derivations.export.latex.writer import BREAK, LatexWriter, ended, prose
from derivations.export.narration import Narration
from derivations.export.prose import IDENTIFIER
from derivations.export.writer import joined
from derivations.proof.lemmas import LEMMAS

ENVIRONMENTS = {"parts": "enumerate", "steps": "enumerate", "hypotheses": "itemize"}


def written(exposition, theorems=()):
    """The LaTeX of an exposition, with the general propositions that it rests on.

    Those appear once in a document, and not at all where it has the theorem: `theorems` maps their keys to its id and the
    part, None where it has one only.
    """
    theorems = dict(theorems)
    head = "\n".join(
        (
            f"% {exposition.id}: needs amsmath, amssymb, amsthm and the environments theorem and proposition",
            rf"\providecommand{{{BREAK}}}{{\penalty900 }}",  # a line rather ends at a relation or a sign
            r"\providecommand{\lemmaref}[2]{%  its title where it is first cited",
            r"  \ifcsname r@lem:#1\endcsname Lemma~\ref{lem:#1}%",
            r"  \ifcsname told:lem:#1\endcsname\else\expandafter\gdef\csname told:lem:#1\endcsname{} (#2)\fi",
            r"  \else the lemma ``#2''\fi}",
            r"\providecommand{\lemmanumber}[2]{\ifcsname r@lem:#1\endcsname\ref{lem:#1}\else ``#2''\fi}",
        )
    )
    general = [
        _once(key, theorems.get(key), _environment("proposition", f"prop:{key}", g, theorems, exposition.id))
        for key, g in exposition.propositions().items()
    ]
    theorem = _environment("theorem", f"thm:{exposition.id}", exposition, theorems)
    return "\n\n".join([head, *general, theorem]) + "\n"


def _once(key, theorem, text):
    told = rf"\csname told:{key}\endcsname"
    text = f"\\expandafter\\ifx{told}\\relax\n\\expandafter\\gdef{told}{{}}\n{text}\n\\fi"
    return text if theorem is None else f"\\ifcsname r@thm:{theorem[0]}\\endcsname\\else\n{text}\n\\fi"


def _environment(kind, label, exposition, theorems, beside=""):
    """The environment with the statement, and the proofs behind it; of a proposition, which theorem it stands `beside`."""
    narration = Narration(exposition, partial(LatexWriter, theorems=theorems))
    note = rf"[for Theorem~\ref{{thm:{beside}}}]" if beside else ""
    body = [rf"\begin{{{kind}}}{note}\label{{{label}}}"]
    if exposition.title:
        cites = rf" \cite{{{','.join(exposition.cites)}}}" if exposition.cites else ""
        body[0] = rf"\begin{{{kind}}}[\texttt{{{exposition.id}}}]\label{{{label}}}"
        body.append(rf"\emph{{{_linked(exposition.title.rstrip('.'))}}}{cites}.")
    claimed = narration.claimed()
    if claimed:
        body = [r"\medskip\noindent", *map(_block, claimed), r"\medskip", *body]
    body += [_block(b) for b in narration.statement()]
    body.append(rf"\end{{{kind}}}")
    for of, blocks in narration.proofs():
        note = f"[Proof of {of}]" if of else ""
        body += [rf"\begin{{proof}}{note}", *map(_block, blocks), r"\end{proof}"]
    body += [_rests_on(exposition.lemmas)] if exposition.lemmas else []
    return "\n".join(body)


def _linked(title):
    """A title in which the identifiers of other results are references."""
    parts = re.split(f"({IDENTIFIER.pattern})", title)
    known = results()
    return "".join(_result(x) if n % 2 and x in known else x if n % 2 else prose(x) for n, x in enumerate(parts))


def _result(id):
    return rf"\ifcsname r@thm:{id}\endcsname Theorem~\ref{{thm:{id}}}\else\texttt{{{id}}}\fi{{}}"


def _rests_on(lemmas):
    numbers = [rf"\lemmanumber{{{name}}}{{{prose(LEMMAS[name].title)}}}" for name in lemmas]
    return rf"\noindent Rests on {'Lemma' if len(numbers) == 1 else 'Lemmas'}~{joined(numbers)}."


def _block(block):
    if isinstance(block, str):
        return ended(block)
    name = ENVIRONMENTS[block.kind]
    entries = [rf"\item[{label}] " + "\n".join(map(_block, blocks)) for label, blocks in block.entries]
    return "\n".join([rf"\begin{{{name}}}", *entries, rf"\end{{{name}}}"])
