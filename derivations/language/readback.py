"""From networks back to matrix expressions, by contraction: the converse of derivations.language.parse."""

from __future__ import annotations

from sympy import (
    HadamardPower,
    Inverse,
    Lambda,
    MatAdd,
    MatrixExpr,
    MatrixSymbol,
    Symbol,
    Transpose,
    ZeroMatrix,
    preorder_traversal,
)

from derivations.language.atoms import Abbreviation, SquaredNorm
from derivations.language.contraction import Graph, MeetingIndex
from derivations.language.entries import Entry
from derivations.language.errors import UnsupportedExpression
from derivations.language.parse_entries import key_of
from derivations.language.products import product


def factors_of(expr, normalise):
    """What the keys of factors in the normal form of an expression stand for: {key: matrix}."""
    found = {}
    for node in _nodes(expr):
        if isinstance(node, MatrixSymbol):
            found[key_of(node)] = node
        elif isinstance(node, Inverse):
            found[normalise.name(node)] = node
        elif isinstance(node, MatrixExpr) and not isinstance(node, Abbreviation):
            found.setdefault(normalise.name(node), node) if _is_atom(node) else None
    return found


def _nodes(expr):
    """The nodes of an expression, those of what its abbreviations mean included."""
    for node in preorder_traversal(expr):
        yield node
        if isinstance(node, Abbreviation):
            yield from _nodes(node.definition)


def _is_atom(node):
    """Whether a matrix is one of the atoms of derivations.language, known by its arguments."""
    return type(node).__module__.startswith("derivations.")


def read_back(form, factors, shape):
    """The matrix of some shape whose normal form is `form`, with `factors` as `factors_of` gives them."""
    return total([product(c, network_matrix(term, factors, shape)) for c, term in form.terms.values()], shape)


def total(terms, shape):
    """The sum of some matrices of one shape."""
    return MatAdd(*terms) if len(terms) > 1 else terms[0] if terms else ZeroMatrix(*shape)


def network_matrix(term, factors, shape):
    """The matrix of a network with the ports "row" and "column" (none where the dimension is 1)."""
    return _graph(term, factors).matrix(term.port("row"), term.port("column"), shape)


def network_scalar(term, factors):
    """The scalar that a network without ports is."""
    return _graph(term, factors).number


def _graph(term, factors):
    """A network as a graph of the matrices that its factors stand for, summed over what is no port."""
    symmetric = frozenset(factors[f.key] for f in term.factors if f.symmetric and f.key in factors)
    graph = Graph(term.dims, symmetric, SquaredNorm)
    for factor in term.factors:
        matrix = _factor_matrix(factor, factors)
        if matrix is None:
            raise UnsupportedExpression(term, "reading back", f"{factor.label} is no matrix of which a product is made")
        if len(factor.slots) == 1:
            graph.at(factor.slots[0], matrix if matrix.cols == 1 else Transpose(matrix))
        else:
            graph.between(*factor.slots, matrix)
    try:
        return graph.contracted({i for _, i in term.ports})
    except MeetingIndex as left:
        raise UnsupportedExpression(
            term, "reading back", "three matrices meet in an index that is summed over"
        ) from left


def _factor_matrix(factor, factors):
    """The matrix that a factor is an entry of, be it to a power or in a function of it; None if there is none."""
    if not factor.slots:
        return None
    if factor.entry is None:
        matrix, function = factors.get(factor.key), None
    else:
        entries = sorted(factor.entry.atoms(Entry), key=str)
        plain = len(entries) == 1 and entries[0].positions == tuple(range(len(factor.slots)))
        matrix, x = factors.get(entries[0].key) if plain else None, Symbol("x", real=True)
        function = Lambda(x, factor.entry.xreplace({entries[0]: x}))
    if matrix is None:
        return None
    matrix = matrix if function is None else matrix.applyfunc(function)
    return matrix if factor.exponent == 1 else HadamardPower(matrix, factor.exponent)
