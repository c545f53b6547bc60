"""What a long gradient is written in: the sums inside its products, and the vectors that scale columns."""

from __future__ import annotations

from sympy import DiagMatrix, HadamardProduct, MatAdd, MatMul, MatrixExpr

from derivations.language.atoms import Abbreviation

LONG, SHORT = 70, 45  # in nodes that are printed: what is too long, and what is short enough


def pieces(gradient, unknown):
    """[(letters, part)]: what to name in a gradient that is too long to be read, the inner parts of others first."""
    found, most = {}, LONG
    for letters, wanted in (("FEP", _is_core(unknown)), ("uv", _is_scale), ("FEP", _is_inner(gradient))):
        if _size(gradient, found) > most:
            most, parts = SHORT, list(_largest(gradient, wanted, found))
            found |= dict.fromkeys(parts, letters)
    return [(letters, part) for part, letters in found.items()]


def _is_core(unknown):
    """A sum of another shape than the unknown."""
    return lambda node, above: isinstance(node, MatAdd) and node.shape != unknown.shape and node.cols != 1


def _is_scale(node, above):
    """An entrywise product, or a multiple of one, on a diagonal."""
    return isinstance(above, DiagMatrix) and isinstance(node, (HadamardProduct, MatAdd, MatMul))


def _is_inner(gradient):
    """A sum in a product of matrices; the whole, or a multiple of it, is none."""
    whole = gradient.as_coeff_matrices()[1] if isinstance(gradient, MatMul) else [gradient]
    return lambda node, above: isinstance(node, MatAdd) and node.shape == gradient.shape and [node] != whole


def _largest(expr, wanted, named, above=None):
    """The outermost parts that are wanted, those that have a name apart, in the order of reading."""
    if expr in named or isinstance(expr, Abbreviation):
        return
    if isinstance(expr, MatrixExpr) and wanted(expr, above):
        yield expr
        return
    for a in expr.args:
        yield from _largest(a, wanted, named, expr)


def _size(expr, named):
    """The number of nodes that are printed."""
    if expr in named or isinstance(expr, Abbreviation):
        return 1
    return 1 + sum(_size(a, named) for a in expr.args)
