"""Formulas in plain text: which stretches of a sentence are mathematics, and how LaTeX writes them.

Titles are docstrings, in plain text: "the filter is 0 where gamma lambda_k >= alpha". A formula in one is a stretch of single
letters, Greek ones by name, functions, numbers, operators and brackets that holds a letter or a function. A, I and a are
words unless they stand in a formula, and (i), (v) and (x) are the numbers of parts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

IDENTIFIER = re.compile(r"\b[a-z][a-z0-9]*(?:-[a-z0-9]+)+\b")  # which that of a result looks like
GREEK = "alpha|beta|gamma|delta|epsilon|eps|eta|kappa|lambda|mu|nu|rho|sigma|tau|phi"
FUNCTIONS = "log|exp|max|min|tr|det|diag|sqrt"
NAMES = "off_diagonal|invariance|variance|covariance"  # of parameters in code, where a formula has them
TOKENS = re.compile(
    rf"""(?P<part>(?<![\w'*])\((?:[ivx]+|\d+)\))
    |(?P<function>\b(?:{FUNCTIONS})\b(?=\(|\ \w)|\b(?:range|rank)\b(?=\())
    |(?P<letter>(?<!\w)(?<!\w[-'])(?:(?:{GREEK})|[A-Za-z])(?:_\w+)?(?!\w|-(?!th\b))|(?<=')[A-Z]{{1,2}}(?:_\w+)?(?!\w))
    |(?P<name>\b(?:{NAMES})\b(?=[/ ]?[/|])|(?<=[/\d)]\ -\ )(?:{NAMES})\b|(?<=\ -)(?:{NAMES})\b)
    |(?P<number>(?<!\w)(?<!\w-)\d+(?:\.\d+)?(?!\w))
    |(?P<prime>(?<=[A-Z*)])'(?!s\b))
    |(?P<star>(?<=[A-Z])\*)
    |(?P<power>(?<=[\w)|'])\^(?=[\w(-]))
    |(?P<operator><=|>=|[=<>+/]|-(?=\ |[\w(]))
    |(?P<open>\()|(?P<close>\))|(?P<bar>\|)|(?P<comma>,\ )|(?P<space>\ )
    |(?P<word>[\w-]+|.)""",
    re.VERBOSE,
)
_OPERAND_ENDS = ("letter", "number", "close", "prime", "star", "name", "bar")
_OPERAND_BEGINS = ("letter", "number", "function", "name")
_LATEX = {"<=": r"\le ", ">=": r"\ge ", "eps": r"\varepsilon", "phi": r"\varphi"}


class Token(NamedTuple):
    kind: str
    text: str


def formulas(text):
    """[(whether it is a formula, its LaTeX or the text)] of a plain text."""
    tokens = [Token(m.lastgroup, m[0]) for m in TOKENS.finditer(text)]
    tokens = [Token("word", t.text) if _is_word(tokens, n) else t for n, t in enumerate(tokens)]
    out, n = [], 0
    while n < len(tokens):
        end = _end(tokens, n)
        if end > n and any(t.kind in ("letter", "function", "name") for t in tokens[n:end]):
            out.append((True, _latex(tokens[n:end])))
            n = end
            continue
        if out and not out[-1][0]:
            out[-1] = (False, out[-1][1] + tokens[n].text)
        else:
            out.append((False, tokens[n].text))
        n += 1
    return out


def _is_word(tokens, n):
    """Whether a letter that may be a word, or a minus that may be a hyphen, is one."""
    kind, text = tokens[n]
    before, after = _neighbour(tokens, n, -1), _neighbour(tokens, n, 1)
    if kind == "letter" and text in ("a", "A", "I"):
        in_sum = before.kind in ("operator", "power") or after.kind in ("operator", "prime", "power")
        listed = n and tokens[n - 1].kind == "open" and tokens[n + 1 : n + 2] and tokens[n + 1].kind == "comma"
        called = listed or (n + 1 < len(tokens) and tokens[n + 1].kind == "open")
        in_product = before.kind in ("letter", "number") and after.kind in ("letter", "close")
        return not (in_sum or called or in_product)
    return text == "-" and after.kind not in (*_OPERAND_BEGINS, "open")


def _neighbour(tokens, n, step):
    n += step
    while 0 <= n < len(tokens) and tokens[n].kind == "space":
        n += step
    return tokens[n] if 0 <= n < len(tokens) else Token("word", "")


def _end(tokens, start):
    """Where the longest formula that begins at `start` ends; `start` where none does."""
    depth, bars, called, best, last = 0, 0, [], start, None
    for n in range(start, len(tokens)):
        kind, text = tokens[n]
        ended = last in _OPERAND_ENDS
        if kind in ("word", "part") or (kind == "operator" and not ended and text != "-"):
            break
        if last is None and kind not in (*_OPERAND_BEGINS, "open", "bar") and text != "-":
            break
        if kind == "open":
            called.append(tokens[n - 1].kind in ("function", "letter") and n > start)
            depth += 1
        elif kind == "close":
            if depth == 0 or not ended:
                break
            called.pop()
            depth -= 1
        elif kind == "bar":
            bars += 1
        elif kind == "comma" and not (called and (called[-1] or _is_list(tokens, n))):
            break
        if kind == "space":
            continue
        last = "comma" if kind == "bar" and bars % 2 else kind
        if depth == 0 and bars % 2 == 0 and last in _OPERAND_ENDS:
            best = n + 1
    return best


def _is_list(tokens, n):
    """Whether a comma stands between two letters: (A, M)."""
    return tokens[n - 1].kind == "letter" and tokens[n + 1 : n + 2] and tokens[n + 1].kind == "letter"


def _latex(tokens):
    out, n = "", 0
    while n < len(tokens):
        kind, text = tokens[n]
        n += 1
        if kind == "letter":
            out += _letter(text)
        elif kind == "function":
            out += r"\sqrt" if text == "sqrt" else r"\operatorname{tr}" if text == "tr" else _function(text)
        elif kind == "name":
            out += r"\operatorname{" + text.replace("_", r"\_") + "}"
        elif kind in ("prime", "star"):
            out += r"^{\top}" if kind == "prime" else r"^{*}" if _kind(tokens, n) != "prime" else r"^{*\top}"
            n += kind == "star" and _kind(tokens, n) == "prime"
        elif kind == "power" or (kind == "open" and out.endswith(r"\sqrt")):
            begin = n if kind == "power" else n - 1
            inner, n = _argument(tokens, begin)
            out += ("^" if kind == "power" else "") + "{" + _latex(inner) + "}"
        elif kind == "space":
            out += " " if out and not out.endswith(" ") else ""
        else:
            out += _LATEX.get(text, text)
    return out.strip()


def _kind(tokens, n):
    return tokens[n].kind if n < len(tokens) else ""


def _argument(tokens, n):
    """The tokens of an exponent or of what stands in brackets, without the brackets, and where it ends."""
    sign = [tokens[n]] if tokens[n].text == "-" else []
    n += len(sign)
    if tokens[n].kind != "open":
        return [*sign, tokens[n]], n + 1
    depth, end = 1, n + 1
    while depth:
        depth += {"open": 1, "close": -1}.get(tokens[end].kind, 0)
        end += 1
    return [*sign, *tokens[n + 1 : end - 1]], end


def _letter(text):
    name, _, index = text.partition("_")
    body = _LATEX.get(name) or (name if len(name) == 1 or name.isupper() else rf"\{name}")
    return f"{body}_{{{index}}}" if index else body


def _function(text):
    return rf"\operatorname{{{text}}}" if text in ("diag", "range", "rank") else rf"\{text} "
