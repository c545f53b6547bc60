r"""A result as a piece of LaTeX: a theorem environment and its proofs, to be read by \input.

The document loads amsmath, amssymb and amsthm and has the environments theorem, proposition and proof.
"""

from __future__ import annotations

from derivations.export.latex_writer import BREAK, LatexWriter, prose
from derivations.export.phrases import Cited
from derivations.export.writer import capital, joined, roman
from derivations.language.propositions import All
from derivations.proof.lemmas import LEMMAS


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
            r"\providecommand{\lemmaref}[2]{%",
            r"  \ifcsname r@lem:#1\endcsname Lemma~\ref{lem:#1} (#2)\else the lemma ``#2''\fi}",
        )
    )
    general = [
        _once(key, theorems.get(key), _environment("proposition", f"prop:{key}", g, theorems))
        for key, g in exposition.propositions().items()
    ]
    theorem = _environment("theorem", f"thm:{exposition.id}", exposition, theorems)
    return "\n\n".join([head, *general, theorem]) + "\n"


def _once(key, theorem, text):
    told = rf"\csname told:{key}\endcsname"
    text = f"\\expandafter\\ifx{told}\\relax\n\\expandafter\\gdef{told}{{}}\n{text}\n\\fi"
    return text if theorem is None else f"\\ifcsname r@thm:{theorem[0]}\\endcsname\\else\n{text}\n\\fi"


def _environment(kind, label, exposition, theorems):
    """The environment with the statement, and the proofs behind it."""
    parts = exposition.parts
    writers = [LatexWriter(p.names, theorems) for p in parts]
    body = [rf"\begin{{{kind}}}\label{{{label}}}"]
    if exposition.title:
        cites = rf" \cite{{{','.join(exposition.cites)}}}" if exposition.cites else ""
        body[0] = rf"\begin{{{kind}}}[\texttt{{{exposition.id}}}]\label{{{label}}}"
        body.append(rf"\emph{{{prose(exposition.title.rstrip('.'))}}}{cites}.")
    if exposition.symbols:
        body.append(f"Let {joined([writers[0].declared(*s) for s in exposition.symbols])}.")
    body += _setting(writers[0], exposition, exposition.labels)
    if len(parts) == 1:
        several = isinstance(parts[0].theorem.statement, All)
        body.append(f"Then\n{writers[0].content(parts[0].statement, numbered=several)}")
    else:
        body.append(r"\begin{enumerate}")
        told = set()
        for n, (writer, part) in enumerate(zip(writers, parts, strict=True)):
            setting = _setting(writer, part, exposition.labels, told)
            borrowed = writer.borrowed(part.names, writer.content(part.statement))
            setting += [f"Take {joined(borrowed)}."] if borrowed else []
            then = "Then" if setting else "Moreover," if n else "It holds that"
            body.append("\n".join([rf"\item[{roman(n)}]", *setting, then, writer.content(part.statement)]))
            told |= set(part.hypotheses)
        body.append(r"\end{enumerate}")
    if exposition.refuted:
        body.insert(0, _refuted(exposition.refuted))
    if exposition.numerical:
        body.append(rf"Not proved, but shown numerically: {prose(exposition.numerical)}.")
    body.append(rf"\end{{{kind}}}")
    proofs = {}
    for n, (writer, part) in enumerate(zip(writers, parts, strict=True)):
        proofs.setdefault(_proof(writer, part, exposition.labels), []).append(roman(n))
    for proof, of in proofs.items():
        note = f"[Proof of {joined(of)}]" if len(parts) > 1 else ""
        body.append(f"\\begin{{proof}}{note}\n{proof}\n\\end{{proof}}")
    if exposition.lemmas:
        body.append(rf"\noindent Rests on {joined([writers[0].item(Cited(name)) for name in exposition.lemmas])}.")
    return "\n".join(body)


def _refuted(refuted):
    """A claim that does not hold, as it is stated, and where it fails."""
    writer = LatexWriter(refuted.names)
    given = [writer.defined(*d) for d in refuted.names.definitions]
    values = [writer.math(f"{writer.printer.show(s)} = {entries(v)}") for s, v in refuted.values]
    left, right = (f"${x:.4g}$" for x in refuted.sides)
    return "\n".join(
        (
            rf"\medskip\noindent\emph{{Claimed: {prose(refuted.words.rstrip('.'))}.}}",
            f"For {joined([writer.declared(*s) for s in refuted.symbols])},",
            *([f"with {joined(given)},"] if given else []),
            f"if {joined([writer.proposition(h) for h in refuted.hypotheses])}, it would be that",
            writer.content(refuted.statement),
            f"It fails for {joined(values)}, where the left side is {left} and the right side {right}.",
            r"\medskip",
        )
    )


def entries(value):
    """An integer, or a matrix of them."""
    if not hasattr(value, "shape"):
        return str(value)
    rows = r" \\ ".join(" & ".join(map(str, row)) for row in value)
    return rf"\left(\begin{{smallmatrix}} {rows} \end{{smallmatrix}}\right)"


def _setting(writer, said, labels, told=()):
    """The definitions and hypotheses of a result or of a part of it; of those that were told the label is enough."""
    out = []
    if said.definitions:
        out.append(f"Write {joined([writer.defined(name, meaning) for name, meaning in said.definitions])}.")
    known = [f"({labels[h]})" for h in said.hypotheses if h in told]
    new = [rf"\item[({labels[h]})] {writer.proposition(h)}" for h in said.hypotheses if h not in told]
    if known:
        out.append(f"Assume {joined(known)}{', and' if new else '.'}")
    if new:
        out += [*([] if known else ["Assume"]), r"\begin{itemize}", ";\n".join(new) + ".", r"\end{itemize}"]
    return out


def _proof(writer, part, labels):
    steps = [_step(writer, step) for step in part.steps]
    out = []
    told = writer.proof_names(part.names, "".join(steps))
    if told:
        out.append(f"Write {joined(told)}.")
    out += _assumed(writer, part, labels)
    if len(steps) == 1:
        out.append(f"{capital(writer.sentence(part.steps[0].reason))}.")
    else:
        out += [r"\begin{enumerate}", *steps, r"\end{enumerate}"]
    return "\n".join(out)


def _step(writer, step):
    said = capital(writer.sentence(step.reason))
    said += ",\n" + writer.content(step.content) if step.content else r". This is the claim. \qedhere"
    return rf"\item[({step.number})] {said}"


def _assumed(writer, part, labels):
    """What a proof assumes besides the hypotheses: what lemmas provide, and what is dropped later."""
    provided, dropped = {}, []
    for h, lemma, steps in part.assumed:
        said = f"({labels[h]}) {writer.proposition(h)}"
        if lemma is None:
            where = f"{'step' if len(steps) == 1 else 'steps'} {joined([f'({n})' for n in steps])}"
            dropped.append(f"In {where} assume {said}.")
        else:
            provided.setdefault(lemma, []).append(said)
    found = [
        f"By {writer.item(Cited(name))} there are {joined([writer.expression(s) for s in LEMMAS[name].provides])} with "
        f"{joined(said)}."
        for name, said in provided.items()
    ]
    return found + dropped
