"""How NumPy source is laid out on the page."""

from __future__ import annotations

from textwrap import wrap

WIDTH = 110


def added(pieces, margin, parentheses=False):
    """The pieces added up: on one line if it is short, else one a line, inside parentheses. A leading minus subtracts."""
    line = pieces[0] + "".join(f" {_signed(piece)}" for piece in pieces[1:])
    if len(line) + margin < WIDTH - 20:
        return line
    inner, end = " " * (margin + 4 if not parentheses else 4), " " * (margin if not parentheses else 0)
    opening, closing = ("(", ")") if parentheses else ("", "")
    lines = [pieces[0], *map(_signed, pieces[1:])]
    return f"{opening}\n{inner}" + f"\n{inner}".join(lines) + f"\n{end}{closing}"


def _signed(piece):
    return f"- {piece[1:]}" if piece.startswith("-") else f"+ {piece}"


def remarked(code, comment, margin):
    """A statement with a comment behind it, or above it if that is too long."""
    line, indent = f"{code}  # {comment}", " " * margin
    return f"{indent}{line}" if margin + len(line) <= WIDTH else f"{indent}# {comment}\n{indent}{code}"


def words(code):
    return set("".join(c if c.isidentifier() else " " for c in code).split())


def paragraph(text, margin=0):
    return "\n".join(
        wrap(
            text,
            WIDTH,
            initial_indent=" " * margin,
            subsequent_indent=" " * (margin + 2 * (margin > 0)),
            break_on_hyphens=False,
        )
    )


def places(count, first=0):
    """The places of some operands in a template."""
    return [f"{{{n}}}" for n in range(first, first + count)]


def table_of_places(rows, columns):
    """The places of the entries of a table, row by row in brackets."""
    return ", ".join(f"[{', '.join(places(columns, n * columns))}]" for n in range(rows))
