"""Printed formulas in lines: how wide they are, and where long ones are broken, at relations and before the signs of a sum."""

from __future__ import annotations

import re

NARROW = 0.7  # of scripts
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}^_]|[^\\{}^_]")
_WIDE = {r"\sum": 2.2, r"\sqrt": 1.5, r"\le": 2.6, r"\ge": 2.6, r"\in": 2.4, r"\quad": 2}
_WIDE |= {r"\,": 0.3}
_WIDE |= dict.fromkeys((r"\min", r"\max", r"\log"), 3)
_SIGNS = {*"=+-<>", r"\le", r"\ge", r"\in", r"\ne", r"\circ", r"\prec", r"\succeq"}
_NO_END = _SIGNS | {
    "",
    *"([,",
    r"\sum",
    r"\min",
    r"\max",
    r"\log",
    r"\exp",
    r"\quad",
}  # a line does not end behind these
_NO_BEGINNING = _SIGNS | {"", r"\,", *")],"}  # nor does one begin with these
_NESTING = {"{": 1, r"\left": 1, r"\begin": 1, "}": -1, r"\right": -1, r"\end": -1}
_NOTHING = {
    r"\left",
    r"\right",
    r"\mathopen",
    r"\mathbf",
    r"\mathrm",
    r"\operatorname",
    r"\mathbb",
    r"\text",
    r"\displaystyle",
}


def latex_width(source):
    """About how wide LaTeX mathematics is, in letters."""
    return _width(_TOKEN.findall(source))


def is_tall(source):
    """Whether LaTeX mathematics has a fraction inside a fraction, or behind a sum: too tall for a line of text."""
    tokens = _TOKEN.findall(source)
    if r"\sum" in tokens and r"\frac" in tokens[tokens.index(r"\sum") :]:
        return True
    for n, token in enumerate(tokens):
        if token == r"\frac":
            above, below = _group(tokens, n + 1)
            if r"\frac" in above + _group(tokens, below)[0]:
                return True
    return False


def _width(tokens):
    total, n, token = 0.0, 0, ""
    while n < len(tokens):
        last, token = token, tokens[n]
        if token == "{":
            group, n = _group(tokens, n)
            total += _width(group)
            continue
        if token == r"\frac":
            above, n = _group(tokens, n + 1)
            below, n = _group(tokens, n)
            total += max(_width(above), _width(below)) + 0.3
            continue
        if token == r"\rule":
            _, n = _group(tokens, n + 1)
            _, n = _group(tokens, n)
            continue
        if token == r"\substack":
            lines, n = _group(tokens, n + 1)
            total += _widest(lines)
            continue
        if token == r"\begin":
            name, start = _group(tokens, n + 1)
            end = _nested(tokens, n)
            total += _widest(tokens[start : end - 1]) * (NARROW if "".join(name).startswith("small") else 1)
            _, n = _group(tokens, end)
            continue
        if token in "^_":
            scripts = []
            while n < len(tokens) and tokens[n] in ("^", "_"):
                group, n = _group(tokens, n + 1)
                scripts.append(_width(group))
            beneath = min(_WIDE[last], NARROW * max(scripts)) if last in (r"\min", r"\max") else 0  # and not beside
            total += NARROW * max(scripts) - beneath
            continue
        if token in "+=-<>":
            total += 2.4
        elif token == " ":
            total += 0
        else:
            total += _WIDE.get(token, 0 if token in _NOTHING else 1.05)
        n += 1
    return total


def _widest(tokens):
    r"""The width of the widest line of a table, whose lines end with \\."""
    lines, depth = [[]], 0
    for token in tokens:
        depth += _NESTING.get(token, 0)
        if token == r"\\" and depth == 0:
            lines.append([])
        else:
            lines[-1].append(token)
    return max(map(_width, lines))


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


def with_breaks(source, mark):
    """LaTeX mathematics with `mark` between its outermost factors, where a line may end if it has to."""
    tokens, out, n, last = [*_TOKEN.findall(source), ""], [], 0, ""
    while n < len(tokens):
        token, end = tokens[n], n + 1
        if token in ("^", "_"):
            end = _nested(tokens, n + 1)
        elif token == "{":
            end = _nested(tokens, n)
        elif token == r"\left":
            end = _nested(tokens, n) + 1  # with the delimiter
            last = token
        elif token == r"\begin":
            end = _nested(tokens, _nested(tokens, n))  # with the name of the environment
            last = token
        elif token != " ":
            last = token
        elif last not in _NO_END and tokens[n + 1] not in _NO_BEGINNING:
            out.append(f" {mark}")
        out += tokens[n:end]
        n = end
    return "".join(out)


def _nested(tokens, n):
    """Where the token at `n` ends, or the group that begins there."""
    depth = _NESTING.get(tokens[n], 0)
    while depth:
        n += 1
        depth += _NESTING.get(tokens[n], 0)
    return n + 1


def says_nothing(equation):
    """Whether a formula is an equation that prints the same on both sides."""
    left, sign, right = equation.partition(" = ")
    return bool(sign) and left.strip() == right.strip()


def in_line(terms):
    """Terms `(sign, text)` in one line."""
    return " ".join(f"{sign} {text}" if sign else text for sign, text in terms)


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
