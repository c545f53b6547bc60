"""Whether shapes fit: SymPy multiplies and adds matrices of dimensions that are symbols without a look at them."""

from __future__ import annotations

from itertools import pairwise

from sympy import (
    Determinant,
    DiagonalMatrix,
    DiagonalOf,
    HadamardProduct,
    MatAdd,
    MatMul,
    MatPow,
    Trace,
    expand,
)

from derivations.language.atoms import LogSumExp, SpectralTrace
from derivations.language.determinant import LogDet
from derivations.language.norms import ColumnNorms

SQUARE = (Determinant, DiagonalMatrix, DiagonalOf, LogDet, MatPow, Trace)


def misfit(node):
    """Two dimensions that have to be the same for a node, and are not; None if all are."""
    return next(((a, b) for a, b in _joined(node) if a != b and expand(a - b) != 0), None)


def _joined(node):
    """Pairs of dimensions that have to be the same."""
    match node:
        case MatMul():
            return [(a.cols, b.rows) for a, b in pairwise(node.as_coeff_matrices()[1])]
        case MatAdd() | HadamardProduct() | LogSumExp():
            return [pair for m in node.args[1:] for pair in zip(node.args[0].shape, m.shape, strict=True)]
        case SpectralTrace():
            return [node.matrix.shape]
        case ColumnNorms():
            matrix, metric = node.args
            return [metric.shape, (matrix.rows, metric.rows)]
    return [node.args[0].shape] if isinstance(node, SQUARE) else []
