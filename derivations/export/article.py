"""The article: every result in LaTeX, with notation, the cited lemmas and a bibliography."""

from __future__ import annotations

import sys
from inspect import getdoc
from pathlib import Path

from derivations.export.bibliography import work
from derivations.export.exposition import expose, kinds, stated
from derivations.export.files import write
from derivations.export.fragment import written
from derivations.export.latex_writer import LatexWriter, escaped, prose
from derivations.export.names import Names
from derivations.export.reasons import general_key
from derivations.export.writer import joined
from derivations.proof.lemmas import LEMMAS

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[margin=27mm]{geometry}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{microtype}
\usepackage[hidelinks]{hyperref}
\theoremstyle{definition}
\newtheorem{theorem}{Theorem}
\newtheorem{proposition}[theorem]{Proposition}
\newtheorem{lemma}[theorem]{Lemma}
\allowdisplaybreaks
\emergencystretch=3em
\title{Closed-form optima of self-supervised losses}
\author{}
\date{}
\begin{document}
\maketitle
\noindent
Every formula below was derived by a program from the statement of a loss, and every step of a proof was checked by one
of a few rules when it was made. A proof lists all its steps but the administrative ones; (H1), (H2), \dots{} are the
hypotheses of the result at hand.
\tableofcontents
"""

NOTATION = r"""\section{Notation}
Matrices are real; rows of $Z \in \mathbb{R}^{N \times K}$ are samples, $\mathbb{N} = \{1, 2, \dots\}$ and
$\mathbb{N}_0 = \mathbb{N} \cup \{0\}$.
\begin{itemize}
\item $\mathbf{1}$ is the vector of ones and $I$ the identity, of the size that fits; $I_{K \times q}$ has the first $q$
  columns of the identity of order $K$.
\item $\operatorname{diag}(v)$ is the diagonal matrix with the entries of the vector $v$, and
  $\operatorname{diag}(h(v_k))$ that with the entries $h(v_1), h(v_2), \dots$; $\operatorname{Diag}(C)$ is the
  matrix $C$ with its entries off the diagonal set to zero.
\item $\lVert M \rVert_F^2 = \operatorname{tr}(M^{\top} M)$ is the squared Frobenius norm, $A \circ B$ the
  entrywise product, $M \succeq 0$ says that $M$ is positive semidefinite.
\item $\sigma(M)$ are the eigenvalues of a symmetric matrix with their multiplicities, and
  $\sigma_1(M) \ge \sigma_2(M) \ge \dots$ the same in descending order.
\item $(x)_+ = \max(x, 0)$, and $(x)_+^p$ is its power.
\item The smallest eigenvalues of a symmetric pencil $(A, M)$, $M \succeq 0$, $\ker M \subseteq \ker A$, are those of
  $A v = \lambda M v$ on the range of $M$.
\item $\nabla f(Z)$ has the shape of $Z$: $\mathrm{d} f = \operatorname{tr}(\nabla f(Z)^{\top} \mathrm{d} Z)$.
\end{itemize}
"""


def fragment(result):
    r"""The LaTeX of one result, to be read by \input; see derivations.export.fragment."""
    return written(expose(result))


def write_latex(results, directory):
    """Write <id>.tex for each result and article.tex, which reads them; returns the paths.

    Raises UnsupportedExpression where a formula cannot be written and KeyError where a work is cited that is not in the
    bibliography; nothing is written then.
    """
    directory = Path(directory)
    exposed = [expose(r) for r in results]
    theorems = {}
    for e in exposed:
        for n, part in enumerate(e.parts):
            theorems.setdefault(general_key(part.theorem), (e.id, n if len(e.parts) > 1 else None))
    texts = {f"{e.id}.tex": written(e, theorems) for e in exposed}
    texts["article.tex"] = article(results, exposed)
    return [write(directory / name, text) for name, text in texts.items()]


def article(results, exposed):
    """The text of article.tex."""
    sections = {}
    for r, e in zip(results, exposed, strict=True):
        sections.setdefault(_section(r), []).append(rf"\input{{{e.id}}}")
    parts = [PREAMBLE, NOTATION]
    parts += ["\n".join([rf"\section{{{title}}}", *inputs, ""]) for title, inputs in sections.items()]
    cited = sorted(frozenset().union(*(e.lemmas for e in exposed)))
    if cited:
        parts.append("\n".join([r"\section{Cited lemmas}", LEMMAS_ARE, *map(_lemma, cited), ""]))
    parts.append(_bibliography(sorted({key for e in exposed for key in e.cites})))
    return "\n".join([*parts, r"\end{document}", ""])


LEMMAS_ARE = "What is taken from the literature without proof."


def _section(result):
    """The section that a result belongs in: the title of its package, or of its module where the package has none."""
    module = sys.modules[result.prove.__module__]
    text = getdoc(sys.modules[module.__package__]) or getdoc(module) or module.__name__
    return prose(text.splitlines()[0].split(" (")[0].rstrip("."))


def _lemma(name):
    lemma = LEMMAS[name]
    names = Names(lemma.statement, lemma.hypotheses)
    writer = LatexWriter(names)
    body = [rf"\begin{{lemma}}[{prose(lemma.title)}]\label{{lem:{name}}}"]
    given = kinds([(lemma.hypotheses, lemma.statement)], without=lemma.provides)
    body.append(f"Let {joined([writer.declared(*k) for k in given])}.")
    if names.definitions:
        body.append(f"Write {joined([writer.defined(*d) for d in names.definitions])}.")
    if lemma.hypotheses:
        body.append(f"If {joined([writer.proposition(h) for h in lemma.hypotheses])}, then")
    else:
        body.append("Then")
    if lemma.provides:
        made = kinds([((), lemma.statement)], only=lemma.provides)
        said = joined([writer.proposition(p) for p in getattr(lemma.statement, "parts", (lemma.statement,))])
        body.append(f"there are {joined([writer.declared(*k) for k in made])} with {said}.")
    else:
        body.append(writer.content(stated(lemma.statement, names, True)))
    body += [r"\end{lemma}", rf"\noindent {escaped(lemma.reference)}.", ""]
    return "\n".join(body)


def _bibliography(keys):
    out = [r"\begin{thebibliography}{99}"]
    for key in keys:
        authors, title, where = map(escaped, work(key))
        out.append(rf"\bibitem{{{key}}} {authors}. {title}. \emph{{{where}}}.")
    return "\n".join([*out, r"\end{thebibliography}"]) if keys else ""
