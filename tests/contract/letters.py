"""The letters in what is told of a result: read off its Markdown, knowing nothing of how that was written."""

import re

GREEK = "alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi rho sigma tau varphi phi chi psi omega"
_ANNOTATION = re.compile(
    r"\\rule\{0pt\}\{8pt\}|\\(?:operatorname|mathbf|mathbb|text|mathrm|begin|end|tag\*?)\{[^{}]*\}"
)
_LETTER = re.compile(
    r"(\\[a-zA-Z]+|[A-Za-z])((?:\^\{\*(?:\\top)?\})?)((?:_\{(?:[^{}]|\{[^{}]*\})*\})?)((?:\^\{\*(?:\\top)?\})?)"
)
_INDEX = re.compile(r"(?:[ij]c|[ijkl,:1-9KN+() -]|\\times|\\ne)*")
_REPLACED = re.compile(r" for \$[^$]*\$")  # Y in [X for Y] belongs to another result
BOUND = {*"ijklxeIOX", r"\sigma"}  # indices, variables that are bound where they stand, constants, eigenvalues


def letters(formula):
    r"""The names of matrices, vectors, numbers and functions in a formula: Z, U_{1}, S_{ab}, Z^{*}, \lambda."""
    found = []
    for body, before, index, behind in _LETTER.findall(_ANNOTATION.sub(" ", re.sub(r"\\rVert_F|\\\\", " ", formula))):
        if body.startswith("\\") and body[1:] not in GREEK.split():
            if index and index != "_{+}":  # the lower end of a sum
                found += letters(index[2:-1])
            continue
        inner = index[2:-1]
        if body == "I" or (body == r"\delta" and index):  # an identity, Kronecker's delta
            continue
        named = inner.isdigit() or (inner and not _INDEX.fullmatch(inner))
        found.append(body + (index if named else "") + ("^{*}" if before or behind else ""))
    return found


def rows(name):
    """The matrix that a row z_k is of: Z for z."""
    return name.upper() if len(name) == 1 and name.islower() else name


def formulas(text):
    """The formulas between dollars, in order."""
    return [a or b for a, b in re.findall(r"\$\$(.*?)\$\$|\$(.*?)\$", text, flags=re.DOTALL)]


def strangers(text):
    """[(where, letter)] of the letters in a result, or in one of its propositions, that stand before they are introduced."""
    text = re.sub(r"\*Claimed:.*?It fails for[^\n]*", "", text, flags=re.DOTALL)
    text = _REPLACED.sub("", text)
    found = []
    for told in re.split(r"(?m)^\*\*Proposition \d+\.\*\* ", text):
        statement, *proofs = re.split(r"(?m)^\*Proof(?: of ([^*]*))?\.\*\n", told)
        shared, *parts = re.split(r"(?m)^- \(([ivx]+)\) ", statement)
        known = {"": _read(shared, set(), "statement", found)}
        for name, part in zip(parts[::2], parts[1::2], strict=True):
            before = known[""] | {x for n, had in known.items() if n for x in had if x.endswith("^{*}")}
            known[name] = _read(part, before, f"({name})", found)
        for of, proof in zip(proofs[::2], proofs[1::2], strict=True):
            parts_proved = re.findall(r"[ivx]+", (of or "").replace("and", ""))
            had = known[parts_proved[0] if parts_proved else ""]
            _read(proof, had, f"proof of {of}", found)
    return found


_EVENT = re.compile(
    r"(?P<let>\bLet )|(?P<write>\bWrite )|(?P<take>\bTake )|(?P<there>\bthere (?:is|are) (?=\$))|(?P<end>\.\n|\.$| with )"
    r"|(?P<function>the function\s*)|(?P<at>attained at\s*)|\$\$(?P<display>.*?)\$\$|\$(?P<inline>.*?)\$",
    re.DOTALL,
)


def _read(text, known, where, found):
    """What is known after a text; what it speaks of before it is introduced is added to what was `found`."""
    known, mode, waiting = set(known), "", []
    for event in _EVENT.finditer(text + "\n"):
        kind = event.lastgroup
        if kind == "end":
            mode = ""
        elif kind not in ("display", "inline"):
            mode = kind
        else:
            formula = event[kind]
            head, sign, tail = (re.split(r"(\\in\b|\\ge\b|>|=)", formula, maxsplit=1) + ["", ""])[:3]
            spoken = letters(formula)
            if mode in ("let", "there"):
                known |= set(letters(head))
                waiting += letters(tail)  # sizes, which may be defined next
            elif mode in ("write", "function", "at") and sign == "=":
                found += [(where, x) for x in letters(tail) if not _is_known(x, known | {*letters(head)[:1]})]
                known |= set(letters(head)[:1])
            elif mode in ("write", "take"):
                known |= {x for x in spoken if x.endswith("^{*}") or mode == "take"}
            else:
                found += [(where, x) for x in spoken if not _is_known(x, known)]
            if mode in ("function", "at"):
                mode = ""
    found += [(where, x) for x in waiting if not _is_known(x, known)]
    return known


def _is_known(x, known):
    return x in known | BOUND or rows(x) in known


def declared_twice(text):
    """The letters that are declared, or defined, twice in what a reader of one part and its proof reads."""
    text = re.sub(r"\*Claimed:.*?It fails for[^\n]*", "", text, flags=re.DOTALL)
    found = []
    for told in re.split(r"(?m)^\*\*Proposition \d+\.\*\* ", text):
        statement, *proofs = re.split(r"(?m)^\*Proof(?: of ([^*]*))?\.\*\n", told)
        shared, *parts = re.split(r"(?m)^- \(([ivx]+)\) ", statement)
        read = {"": _introduced(shared)}
        for name, part in zip(parts[::2], parts[1::2], strict=True):
            read[name] = read[""] + _introduced(part)
        scopes = [*read.values()]
        for of, proof in zip(proofs[::2], proofs[1::2], strict=True):
            names = re.findall(r"[ivx]+", (of or "").replace("and", ""))
            scopes.append(read[names[0] if names else ""] + _introduced(proof))
        found += [x for scope in scopes for x in set(scope) if scope.count(x) > 1]
    return found


def _introduced(text):
    """The letters that the sentences beginning with Let and Write, and what lemmas provide, introduce."""
    sentences = re.findall(
        r"\b(?:Let|Write|there is|there are) (?=\$)(.*?)(?:\.\n|\.$| with )", text + "\n", flags=re.DOTALL
    )
    heads = [
        re.split(r"\\in\b|\\ge\b|>|=", f)[0]
        for s in sentences
        for f in formulas(s)
        if re.search(r"\\in\b|\\ge\b|>|=", f)
    ]
    heads = [head for head in heads if "LSE" not in head]
    return [x for head in heads for x in (letters(head)[:1] if "_{k}" in head or "(" in head else letters(head))]
