"""The article: every result in LaTeX, with notation, the cited lemmas and a bibliography."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

from derivations.export.bibliography import work
from derivations.export.exposition import expose, homes
from derivations.export.files import write
from derivations.export.latex.fragment import written
from derivations.export.latex.writer import LatexWriter, ended, escaped, prose
from derivations.export.narration import lemma_told
from derivations.export.sections import sections
from derivations.proof.lemmas import LEMMAS

PREAMBLE = r"""\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{microtype}
\usepackage[hidelinks]{hyperref}
\theoremstyle{definition}
\newtheorem{theorem}{Theorem}
\newtheorem{proposition}[theorem]{Proposition}
\newtheorem{lemma}[theorem]{Lemma}
\makeatletter  % lists as close as paragraphs
\def\@listi{\leftmargin\leftmargini \topsep 3pt plus 2pt \parsep 0pt \itemsep 2pt plus 1pt}
\let\@listI\@listi
\def\@listii{\leftmargin\leftmarginii \labelwidth\leftmarginii \advance\labelwidth-\labelsep
  \topsep 2pt plus 1pt \parsep 0pt \itemsep 1pt plus 1pt}
\makeatother
\setlength{\leftmargini}{2.8em}
\setlength{\leftmarginii}{3.2em}
\makeatletter
\@beginparpenalty=10000  % what leads to a list or to a display stays on its page
\makeatother
\predisplaypenalty=10000
\AtBeginDocument{\abovedisplayshortskip=4pt plus 3pt \belowdisplayshortskip=6pt plus 3pt \lineskiplimit=2pt \lineskip=3pt}
\raggedbottom
\allowdisplaybreaks
\tolerance=3000
\emergencystretch=6em
"""

TITLE = r"""\title{Closed-form optima of self-supervised losses}
\author{Derived and verified by \texttt{spectral-ssl} %(version)s}
\date{}
\begin{document}
\maketitle
\begin{abstract}
Self-supervised losses such as VICReg, SimCLR and Barlow Twins are spectral methods: their global minima are eigenvectors of
the relation between samples, passed through a filter. This article holds %(results)d results on them, with their proofs.
Every formula was derived by a program from the statement of a loss, and every step of a proof was checked by one of a few
rules when it was made; %(lemmas)d lemmas are taken from the literature. %(claims)d of the results correct a claim that does
not hold, each with the smallest counterexample in integers.
\end{abstract}
\noindent
A theorem is named by its permanent identifier. Its proof lists all steps but administrative ones and those that say nothing new
in print; (H1), (H2), \dots{} are the hypotheses of the result at hand.
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
  entrywise product, $C^{\circ -1}$ has the entries $1 / C_{ij}$, $\lvert C \rvert$ the entries $\lvert C_{ij} \rvert$, and
  $\exp(C)$ and $\log(C)$ of a matrix are taken entry by entry.
\item $M \succeq 0$ says that $v^{\top} M v \ge 0$ for every vector $v$, and $M \succ 0$ that $v^{\top} M v > 0$ for every
  $v \ne 0$; $\preceq$ and $\prec$ are these the other way round, and of two vectors $d \prec s$ says that $s$ majorises $d$.
  An inequality holds entrywise if it holds for every entry.
\item $z_k$ is row $k$ of $Z$ and $\lVert z_k \rVert$ its length; $M_{1:N, :}$ are the first $N$ rows of $M$, and
  $[J_1, J_2]$ has the columns of $J_1$ and then those of $J_2$.
\item Rows are one-hot if one entry of each is $1$ and the others are $0$.
\item $\sigma(M)$ are the eigenvalues of a symmetric matrix with their multiplicities, and
  $\sigma_1(M) \ge \sigma_2(M) \ge \dots$ the same in descending order.
\item $(x)_+ = \max(x, 0)$, and $(x)_+^p$ is its power.
\item The smallest eigenvalues of a symmetric pencil $(A, M)$, $M \succeq 0$, $\ker M \subseteq \ker A$, are those of
  $A v = \lambda M v$ on the range of $M$.
\item $\nabla f(Z)$ has the shape of $Z$: $\mathrm{d} f = \operatorname{tr}(\nabla f(Z)^{\top} \mathrm{d} Z)$.
\end{itemize}
"""


def fragment(result):
    r"""The LaTeX of one result, to be read by \input; see derivations.export.latex.fragment."""
    return written(expose(result))


def write_latex(results, directory):
    """Write <id>.tex for each result and article.tex, which reads them; returns the paths.

    Raises UnsupportedExpression where a formula cannot be written and KeyError where a work is cited that is not in the
    bibliography; nothing is written then.
    """
    directory = Path(directory)
    exposed = [expose(r) for r in results]
    theorems = homes(exposed)
    texts = {f"{e.id}.tex": written(e, theorems) for e in exposed}
    texts["article.tex"] = article(results, exposed)
    return [write(directory / name, text) for name, text in texts.items()]


def article(results, exposed):
    """The text of article.tex."""
    cited = sorted(frozenset().union(*(e.lemmas for e in exposed)))
    counts = {"results": len(results), "lemmas": len(cited), "claims": sum(e.refuted is not None for e in exposed)}
    parts = [PREAMBLE, TITLE % {"version": version("spectral-ssl"), **counts}, NOTATION]
    for section, subsections in sections(results).items():
        lines = [rf"\section{{{prose(section)}}}"]
        for subsection, found in subsections.items():
            lines += [rf"\subsection{{{prose(subsection)}}}"] if subsection else []
            lines += [rf"\input{{{r.id}}}" for r in found]
        parts.append("\n".join([*lines, ""]))
    if cited:
        parts.append("\n".join([r"\section{Cited lemmas}", LEMMAS_ARE, *map(_lemma, cited), ""]))
    parts.append(_bibliography(sorted({key for e in exposed for key in e.cites})))
    return "\n".join([*parts, r"\end{document}", ""])


LEMMAS_ARE = "What is taken from the literature without proof."


def _lemma(name):
    lemma = LEMMAS[name]
    head = rf"\begin{{lemma}}[{prose(lemma.title)}]\label{{lem:{name}}}"
    reference = rf"\noindent {_reference(lemma.reference)}."
    told = [ended(block) for block in lemma_told(lemma, LatexWriter)]
    return "\n".join([head, *told, r"\end{lemma}", r"\nopagebreak", reference, ""])


def _reference(text):
    """A reference, in which initials are no formulas and page numbers have a dash between them."""
    parts = re.split(r"((?:\b[A-Z]\.[ -]?)+)", text)
    return _dashed("".join(escaped(part) if n % 2 else prose(part) for n, part in enumerate(parts)))


def _dashed(text):
    return re.sub(r"(?<=\d)-(?=\d)", "--", text)


def _bibliography(keys):
    out = [r"\begin{thebibliography}{99}"]
    for key in keys:
        authors, title, where = (_dashed(escaped(part)) for part in work(key))
        out.append(rf"\bibitem{{{key}}} {authors}. {title}. \emph{{{where}}}.")
    return "\n".join([*out, r"\end{thebibliography}"]) if keys else ""
