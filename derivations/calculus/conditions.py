"""Where a gradient holds: what has to be declared so that a function is differentiable."""

from __future__ import annotations

from sympy import (
    Abs,
    Add,
    Determinant,
    Dummy,
    Expr,
    HadamardPower,
    Lambda,
    MatPow,
    Max,
    Min,
    Pow,
    exp,
    log,
)
from sympy.core.function import Application
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.calculus.adjoint import parameters
from derivations.language.atoms import Abbreviation, LogSumExp, entr
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser
from derivations.language.norms import Absolute, Norms, UnitColumns, UnitRows
from derivations.language.propositions import Candidates, Invertible, Positive, PositiveDefinite
from derivations.language.substitute import variable

SMOOTH = (entr, exp, log)
KINKED = (Abs, Max, Min)


def check_differentiable(expr, unknown, facts=()):
    """Refuse a function that is not known to be differentiable under the facts: UnsupportedExpression names the node, and the
    fact that is not declared or the kink.
    """
    for node, needed in asked(expr, unknown):
        if needed not in facts and not is_known(needed, facts):
            raise UnsupportedExpression(node, "the gradient", f"this is not declared: {needed.text(str)}")


def asked(expr, unknown):
    """Pairs (node, fact): what has to hold so that the function is differentiable; raises as `conditions` does."""
    if isinstance(expr, Lambda) or not expr.has(unknown) or expr == unknown:
        return
    if isinstance(expr, Expr):  # and no list, such as that of the blocks of a matrix
        yield from ((expr, needed) for needed in conditions(expr))
    for part in _parts(expr):
        yield from asked(part, unknown)


def _parts(node):
    """What the value of a node is made of."""
    if isinstance(node, Abbreviation) and not hasattr(node, "adjoint_of"):
        return [node.definition]
    if isinstance(node, ElementwiseApplyFunction):
        x = variable(node.function)
        return [node.expr, *parameters(node.function(x), x)]
    return node.args


def conditions(node):
    """The facts under which the rule of a node holds; none if it always does. Raises if none are known that are enough.

    A power or a logarithm of a number asks for none: where it has no derivative, what the rule gives is not defined.
    """
    if isinstance(node, LogDet):
        return [PositiveDefinite(node.matrix)]
    if isinstance(node, Determinant):
        return [Invertible(node.args[0])]
    if isinstance(node, MatPow) and not (node.exp.is_Integer and node.exp >= 0):
        if not node.exp.is_Integer:
            raise UnsupportedExpression(node, "the gradient", "only integer powers are known to be smooth")
        return [Invertible(node.base)]
    if isinstance(node, Norms):
        return [Positive(node)]
    if isinstance(node, (UnitColumns, UnitRows)):
        return [Positive(node.norms)]
    if isinstance(node, HadamardPower) and not (node.exp.is_Integer and node.exp >= 0):
        return [Positive(node.base)]
    if isinstance(node, ElementwiseApplyFunction):
        return _of_every_entry(node)
    if isinstance(node, LogSumExp):
        return [Candidates(node.candidates)]
    if isinstance(node, Application) and not isinstance(node, SMOOTH):
        raise UnsupportedExpression(node, "the gradient", "it is not known to be smooth")
    return []


def _of_every_entry(node):
    """Of a function of every entry: that nothing is at a kink, and all is positive if roots and logarithms ask for it."""
    x = variable(node.function)
    body, needed = node.function(x), []
    for kink in sorted(body.atoms(*KINKED), key=str):
        if len(kink.args) > 2:
            raise UnsupportedExpression(node, "the gradient", f"{kink} has more than one kink")
        switch = kink.args[0] if isinstance(kink, Abs) else Add(kink.args[0], -kink.args[1])
        factor, rest = switch.as_independent(x, as_Add=False)
        where = node.expr if rest == x and factor.is_nonzero else node.expr.applyfunc(Lambda(x, switch))
        needed.append(Positive(Absolute(where)))
    if _is_smooth(body, x):
        return needed
    if not _is_smooth(body, Dummy(positive=True), x):
        raise UnsupportedExpression(node, "the gradient", "it is not known to be smooth")
    return [*needed, Positive(node.expr)]


def _is_smooth(body, at, x=None):
    """Whether a function of one variable is made of powers, exponentials and logarithms that are smooth at a number of which
    only its sign is known, kinks apart.
    """
    body = body.xreplace({x: at}) if x else body
    inside = [f.args[0] for f in body.atoms(entr, log) if f.has(at)]
    inside += [p.base for p in body.atoms(Pow) if p.has(at) and not (p.exp.is_integer and p.exp.is_nonnegative)]
    known = all(isinstance(f, (*SMOOTH, *KINKED)) for f in body.atoms(Application))
    return known and all(f.is_positive for f in inside)


def is_known(needed, facts):
    """Whether a condition holds by a fact that spells it differently, or that says more."""
    known = normaliser(tuple(facts))
    if isinstance(needed, Candidates):
        return known.are_candidates(needed.matrix)
    return isinstance(needed, Invertible) and known.is_invertible(needed.matrix)
