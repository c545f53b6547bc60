"""Gradients by adjoint rules, and the check of a gradient by its definition."""

from __future__ import annotations

from sympy import (
    DiagonalMatrix,
    Integer,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatrixBase,
    MatrixExpr,
    MatrixSymbol,
    Rational,
    Symbol,
    Trace,
    Transpose,
    Tuple,
    ZeroMatrix,
)
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.calculus.adjoint import contains, shares
from derivations.calculus.conditions import check_differentiable
from derivations.language.atoms import Abbreviation, LogSumExp
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser
from derivations.language.plain import scalar
from derivations.language.propositions import Orthonormal, Symmetric
from derivations.language.shorten import shortest
from derivations.language.substitute import node_count, substitute
from derivations.language.sums import NormalForm
from derivations.language.tidy import Tidier


def gradient(expr, unknown, facts=()):
    """The gradient of the scalar `expr` (a 1 x 1 matrix is one) in the matrix symbol `unknown`, of the shape of `unknown`.

    df = tr(gradient' d unknown), wherever `expr` is differentiable; `calculus.conditions` says what that asks for. Where a
    function such as max(0, x) or |x| has a kink, the value is one between its two slopes. `facts` (symmetry and other
    hypotheses) shorten the result. Raises UnsupportedExpression naming the first node that has no rule.
    """
    _check_unknown(unknown)
    tidier = Tidier(facts)
    seed = _seed_of(unknown, scalar(expr), tidier)
    return ZeroMatrix(*unknown.shape) if seed is None else shortest(tidier.matrix(seed))


def symmetric_gradient(expr, unknown, facts=(), *, independent_entries=False):
    """The gradient in a matrix that is symmetric: within the symmetric matrices, where <A, B> = tr(A'B), the symmetric part of
    that in any matrix.

    With `independent_entries`, the matrix of the derivatives in the entries on and above the diagonal, an entry and its
    mirror image moving together: G + G' - diag(G) for the gradient G in any matrix (Petersen & Pedersen 2012, equation 138).
    """
    _check_unknown(unknown)
    if unknown.rows != unknown.cols:
        raise UnsupportedExpression(unknown, "the symmetric gradient", f"its shape {unknown.shape} is not square")
    general, tidier = gradient(expr, unknown, facts), Tidier([*facts, Symmetric(unknown)])
    both = [general, Transpose(general)]
    if independent_entries:
        return shortest(tidier.sum([*both, MatMul(-1, DiagonalMatrix(general))], unknown.shape))
    return shortest(tidier.sum([MatMul(Rational(1, 2), m) for m in both], unknown.shape))


def tangent_gradient(expr, unknown, facts=(), *, metric="euclidean"):
    """The gradient in a matrix Q with orthonormal columns, Q'Q = I: within the directions D in which Q stays so, Q'D + D'Q = 0.

    With the "euclidean" metric tr(D'D) it is G - Q (Q'G + G'Q)/2 for the gradient G in any matrix, with the "canonical" one,
    tr(D'(I - QQ'/2)D), it is G - Q G' Q (Edelman, Arias & Smith 1998, section 2.4).
    """
    _check_unknown(unknown)
    general = gradient(expr, unknown, facts)
    turned = MatMul(Transpose(unknown), general)
    normal = {
        "euclidean": MatMul(Rational(1, 2), unknown, MatAdd(turned, Transpose(turned))),
        "canonical": MatMul(unknown, Transpose(general), unknown),
    }
    if metric not in normal:
        raise ValueError(f"metric must be one of {', '.join(map(repr, normal))}, found {metric!r}")
    tidier = Tidier([*facts, Orthonormal(unknown)])
    return shortest(tidier.sum([general, MatMul(-1, normal[metric])], unknown.shape))


def hessian_product(expr, unknown, direction, facts=()):
    """The derivative of the gradient of `expr` in `unknown` along a matrix V of its shape: the gradient of tr(gradient' V)."""
    _check_unknown(unknown)
    if direction.shape != unknown.shape or direction.has(unknown):
        raise UnsupportedExpression(
            direction,
            "the Hessian",
            f"a direction of shape {unknown.shape} is needed, which does not depend on {unknown}",
        )
    slope = gradient(expr, unknown, [f for f in facts if unknown not in f.free_symbols()])  # differentiated once more
    return gradient(Trace(MatMul(Transpose(slope), direction)), unknown, facts)


def derivative(expr, parameter, facts=()):
    """The derivative of the scalar `expr` in the scalar symbol `parameter`, for all values that meet the facts; raises
    UnsupportedExpression as `gradient` does, and where `expr` is not known to be differentiable.
    """
    if isinstance(expr, MatrixExpr) or not isinstance(parameter, Symbol):
        raise UnsupportedExpression(
            expr, "the derivative", f"a scalar in a scalar symbol is needed, not in {parameter}"
        )
    check_differentiable(expr, parameter, facts)
    seed = _seed_of(parameter, expr, Tidier(facts))
    return Integer(0) if seed is None else seed


def _check_unknown(unknown):
    if not isinstance(unknown, MatrixSymbol):
        raise UnsupportedExpression(unknown, "the gradient", "gradients are taken in a matrix symbol")


def _seed_of(unknown, expr, tidier):
    """The seed that arrives at the unknown, or None if the expression does not depend on it."""
    seeds = {expr: [Integer(1)]} if contains(expr, unknown) else {}
    while seeds:
        node = max(seeds, key=node_count)  # a node is larger than what it is made of: all its seeds are in
        parts = seeds.pop(node)
        seed = tidier.sum(parts, node.shape) if isinstance(node, MatrixExpr) else sum(parts)
        if node == unknown:
            return seed
        parts = list(shares(node, seed))
        _check_complete(node, [argument for argument, _ in parts], unknown)
        for argument, share in parts:
            if contains(argument, unknown):
                seeds.setdefault(argument, []).append(share)
    return None


def _check_complete(node, targets, unknown):
    """Refuse a node that depends on the unknown in a place that its rule does not follow, such as an exponent."""
    # of a definition, or of the product of scalar factors, the target is larger than an argument; of a function, a list of
    # entries or a case it is a part
    rewritten = isinstance(node, (Abbreviation, KroneckerProduct, MatMul))
    for a in node.args:
        entrywise = isinstance(node, ElementwiseApplyFunction) and isinstance(a, Lambda)
        whole = entrywise or isinstance(a, (ExprCondPair, MatrixBase, Tuple))
        followed = any(t == a or (rewritten and t.has(a)) or (whole and a.has(t)) for t in targets)
        if isinstance(node, LogSumExp) and a == node.candidates:
            followed = False
        if a.has(unknown) and not followed:
            raise UnsupportedExpression(node, "the gradient", f"its rule does not differentiate {a}")


def is_gradient_by_definition(expr, unknown, candidate, facts=()):
    """Whether the t-coefficient of expr(unknown + t V) is tr(candidate' V), in normal form (polynomial `expr`)."""
    t = Symbol("t%", real=True)  # no such name occurs in an expression
    v = MatrixSymbol("V%", *unknown.shape)
    normalise = normaliser(tuple(facts))
    moved = normalise(substitute(expr, {unknown: unknown + t * v}))
    if any("%" in f.key and f.key != v.name for _, term in moved.terms.values() for f in term.factors) or not all(
        c.is_polynomial(t) for c, _ in moved.terms.values()
    ):
        raise UnsupportedExpression(expr, "the check by definition", f"it is not polynomial in {unknown}")
    linear = NormalForm([(c.expand().coeff(t, 1), term) for c, term in moved.terms.values()])
    return linear == normalise(Trace(candidate.T * v))
