"""Gradients by adjoint rules, and the check of a gradient by its definition."""

from __future__ import annotations

from sympy import Integer, MatMul, MatrixExpr, MatrixSymbol, Symbol, Trace, ZeroMatrix

from derivations.calculus.adjoint import condition, contains, shares
from derivations.language.atoms import Abbreviation, LogSumExp
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import NormalForm, normaliser
from derivations.language.propositions import Candidates, Invertible
from derivations.language.substitute import substitute
from derivations.language.tidy import Tidier


def gradient(expr, unknown, facts=()):
    """The gradient of the scalar `expr` in the matrix symbol `unknown`, of the shape of `unknown`.

    df = tr(gradient' d unknown). `facts` (symmetry and other hypotheses) shorten the result. Raises
    UnsupportedExpression naming the first node that has no rule.
    """
    if isinstance(expr, MatrixExpr):
        raise UnsupportedExpression(expr, "the gradient", "it is a matrix; gradients are of scalars")
    if not isinstance(unknown, MatrixSymbol):
        raise UnsupportedExpression(unknown, "the gradient", "gradients are taken in a matrix symbol")
    tidier = Tidier(facts)
    seed = _seed_of(unknown, expr, facts, tidier)
    return ZeroMatrix(*unknown.shape) if seed is None else tidier.matrix(seed)


def derivative(expr, parameter, facts=()):
    """The derivative of the scalar `expr` in the scalar symbol `parameter`; errors as for `gradient`."""
    if isinstance(expr, MatrixExpr) or not isinstance(parameter, Symbol):
        raise UnsupportedExpression(
            expr, "the derivative", f"a scalar in a scalar symbol is needed, not in {parameter}"
        )
    seed = _seed_of(parameter, expr, facts, Tidier(facts))
    return Integer(0) if seed is None else seed


def _seed_of(unknown, expr, facts, tidier):
    """The seed that arrives at the unknown, or None if the expression does not depend on it."""
    seeds = {expr: [Integer(1)]} if contains(expr, unknown) else {}
    while seeds:
        node = max(seeds, key=_size)  # a node is larger than what it is made of: all its seeds are in
        parts = seeds.pop(node)
        seed = tidier.sum(parts, node.shape) if isinstance(node, MatrixExpr) else sum(parts)
        if node == unknown:
            return seed
        needed = condition(node)
        if needed is not None and needed not in facts and not _is_known(needed, facts):
            raise UnsupportedExpression(node, "the gradient", f"it is not declared that {needed}")
        parts = list(shares(node, seed))
        _check_complete(node, [argument for argument, _ in parts], unknown)
        for argument, share in parts:
            if contains(argument, unknown):
                seeds.setdefault(argument, []).append(share)
    return None


def _is_known(needed, facts):
    """Whether a condition holds by a fact that spells it differently, or that says more."""
    known = normaliser(tuple(facts))
    if isinstance(needed, Candidates):
        return known.are_candidates(needed.matrix)
    return isinstance(needed, Invertible) and known.is_invertible(needed.matrix)


def _check_complete(node, targets, unknown):
    """Refuse a node that depends on the unknown in a place that its rule does not follow, such as an exponent."""
    # of a definition, or of the product of scalar factors, the target is larger than an argument
    rewritten = isinstance(node, (Abbreviation, MatMul))
    for a in node.args:
        followed = any(t == a or (rewritten and t.has(a)) for t in targets)
        if isinstance(node, LogSumExp) and a == node.candidates:
            followed = False
        if a.has(unknown) and not followed:
            raise UnsupportedExpression(node, "the gradient", f"its rule does not differentiate {a}")


def _size(node):
    return 1 + sum(map(_size, node.args))


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
