"""Breaking long formulas into lines, at relations and in front of the signs of a sum."""

from __future__ import annotations

import re

NARROW = 0.7  # of scripts
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}^_]|[^\\{}^_]")
_WIDE = {r"\sum": 2.2, r"\sqrt": 1.5, r"\le": 2.6, r"\ge": 2.6, r"\in": 2.4, r"\quad": 2}
_WIDE |= dict.fromkeys((r"\min", r"\max", r"\log"), 3)
_NOTHING = {r"\left", r"\right", r"\mathopen", r"\mathbf", r"\operatorname", r"\mathbb", r"\text", r"\displaystyle"}


def latex_width(source):
    """About how wide LaTeX mathematics is, in letters."""
    return _width(_TOKEN.findall(source))


def _width(tokens):
    total, n = 0.0, 0
    while n < len(tokens):
        token = tokens[n]
        if token == "{":
            group, n = _group(tokens, n)
            total += _width(group)
            continue
        if token == r"\frac":
            above, n = _group(tokens, n + 1)
            below, n = _group(tokens, n)
            total += max(_width(above), _width(below)) + 0.3
            continue
        if token in "^_":
            scripts = []
            while n < len(tokens) and tokens[n] in ("^", "_"):
                group, n = _group(tokens, n + 1)
                scripts.append(_width(group))
            total += NARROW * max(scripts)
            continue
        if token in "+=-<>":
            total += 2.4
        elif token == " ":
            total += 0
        else:
            total += _WIDE.get(token, 0 if token in _NOTHING else 1.05)
        n += 1
    return total


def _group(tokens, n):
    """The tokens of the group (or the one token) that begins at `n`, and where it ends."""
    while n < len(tokens) and tokens[n] == " ":
        n += 1
    if n >= len(tokens):
        return [], n
    if tokens[n] != "{":
        return [tokens[n]], n + 1
    depth, end = 0, n
    while end < len(tokens):
        depth += {"{": 1, "}": -1}.get(tokens[end], 0)
        if depth == 0:
            return tokens[n + 1 : end], end + 1
        end += 1
    return tokens[n + 1 :], end


def filled(terms, used, indent, limit, width):
    """Terms `(sign, text)` in lines no wider than `limit`, where that is possible; the first has `used` less."""
    lines, line, taken = [], [], used
    for sign, text in terms:
        needed = width(text) + (2.4 if sign else 0)
        if line and taken + needed > limit:
            lines.append(line)
            line, taken = [], indent
        line.append((sign, text))
        taken += needed
    return [*lines, line]
