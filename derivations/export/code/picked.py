"""Entries, rows, columns and blocks of a matrix, taken from the arrays that its entries are made of."""

from __future__ import annotations

from sympy import S

from derivations.export.code.array import cells, turned
from derivations.export.code.scalar import ATOM, SUM


def picked(program, entries, rows, columns, shape):
    """The entries at some rows and columns: each a number, or (start, stop) or (start, stop, step)."""
    turn = {cell: turned(_picked(program, cell.turned, columns, rows, shape[::-1])) for cell in cells(entries)
            if cell.along == "cr"}  # fmt: skip
    plain = {cell: _picked(program, cell, rows, columns, shape) for cell in cells(entries) if cell.along != "cr"}
    return entries.xreplace(turn | plain)


def _picked(program, cell, rows, columns, shape):
    wanted = [index for axis, index in (("r", rows), ("c", columns)) if axis in cell.axes]
    sizes = [size for axis, size in zip("rc", shape, strict=True) if axis in cell.axes]
    if all(isinstance(i, tuple) and i == (S.Zero, size) for i, size in zip(wanted, sizes, strict=True)):
        return cell
    operands, places = [cell], []
    for index, size in zip(wanted, sizes, strict=True):
        places.append(_place(index, size, operands))
    while places[-1] == ":":
        places.pop()
    spans = "".join(
        axis for axis, index in (("r", rows), ("c", columns)) if axis in cell.axes and isinstance(index, tuple)
    )
    lengths = tuple(_length(index) for index in wanted if isinstance(index, tuple))
    code = f"{{0}}[{', '.join(places)}]"
    return program.step(
        code, *operands, along=spans, shape=lengths, name="part", binding=(ATOM,) + (SUM,) * (len(operands) - 1)
    )


def _length(index):
    start, stop, *step = index
    return (stop - start + step[0] - 1) // step[0] if step else stop - start


def _place(index, size, operands):
    """What stands between the brackets, with its numbers among the operands; a bound at the end of the array is left out."""
    if not isinstance(index, tuple):
        operands.append(index)
        return f"{{{len(operands) - 1}}}"
    bounds = ["" if n < 2 and bound == (S.Zero, size)[n] else bound for n, bound in enumerate(index)]
    parts = []
    for bound in bounds:
        if bound == "":
            parts.append("")
        else:
            operands.append(bound)
            parts.append(f"{{{len(operands) - 1}}}")
    return ":".join(parts)
