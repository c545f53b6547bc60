"""What occurs in expressions, in the order of reading."""

from __future__ import annotations

from sympy import Integer, preorder_traversal
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.filters import value_at
from derivations.language.atoms import Abbreviation
from derivations.proof.lemmas.lemma import k


def nodes(expr, kind):
    """Nodes of a kind in the order of reading, those in shapes of symbols included, abbreviations not entered."""
    if isinstance(expr, kind):
        yield expr
    if isinstance(expr, Abbreviation):
        return
    for a in expr.args:
        yield from nodes(a, kind)


def unfolded(expr):
    """Every node, and every entry of the functions of vectors in it."""
    for node in preorder_traversal(expr):
        yield node
        if isinstance(node, ElementwiseApplyFunction):
            yield from preorder_traversal(value_at(node.function, MatrixElement(node.expr, k, Integer(0))))


def abbreviations(expressions):
    """Every abbreviation in some expressions, those that its definition needs before it."""
    found = {}

    def visit(expr):
        if isinstance(expr, Abbreviation):
            visit(expr.definition)
            found.setdefault(expr)
        else:
            for a in expr.args:
                visit(a)

    for e in expressions:
        visit(e)
    return list(found)
