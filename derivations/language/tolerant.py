"""Normal forms of whatever can be written, for tidying: what the normal form cannot read is taken for an unknown of its own.

Two expressions of one such form are equal wherever they are defined: what is inverted is taken to be invertible, and what
is divided by to be other than 0. Different forms say nothing.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Inverse, MatPow, MatrixExpr, MatrixSymbol, S

from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.laws import laws
from derivations.language.network import Factor, Term, spelling
from derivations.language.normal_form import Normaliser, normaliser
from derivations.language.parse import Parser
from derivations.language.sums import NormalForm, ports_of


def scalar_factor(node):
    """The network of a number that is known by its spelling."""
    return Term((Factor(spelling(node), ()),), {}, ())


class _TolerantParser(Parser):
    def matrix(self, node):
        try:
            return super().matrix(node)
        except UnsupportedExpression:
            return self._factor(node, self.known.name(node))

    def scalar(self, node, env):
        try:
            return super().scalar(node, env)
        except UnsupportedExpression:
            if any(i in node.free_symbols for i in env):
                raise
            return [(S.One, scalar_factor(node))]

    def _is_divisor(self, base, dims):
        return True


class Tolerant(Normaliser):
    """The Normaliser that reads everything."""

    parser_class = _TolerantParser

    def unread(self, expr):
        """The form of an expression that is not looked into."""
        if isinstance(expr, MatrixExpr):
            slots, dims, ports = ports_of(expr)
            network = Term((Factor(spelling(expr), slots),), dims, ports)
        else:
            network = scalar_factor(expr)
        self.known[expr] = NormalForm([(S.One, network)])
        return self.known[expr]

    def is_symmetric(self, node):
        try:
            return super().is_symmetric(node)
        except (Undecided, UnsupportedExpression):
            return False

    def _laws(self, expr):
        """Those of single matrices: that of the inverse of a sum may go on for ever."""
        return [rule for atom in _inverted(expr) for rule in laws(atom, self)]

    def inverted(self, matrix):
        return super().inverted(matrix) or (S.One, [matrix])


def _inverted(expr):
    powers = (power.base for power in expr.atoms(MatPow) if power.exp.is_negative)
    return [Inverse(m) for m in sorted({b for b in powers if isinstance(b, MatrixSymbol)}, key=spelling)]


@lru_cache(maxsize=256)
def tolerant(facts=()):
    """The normal form under a tuple of facts, a function of expressions: that which is decided, or else the tolerant one."""
    strict, lenient = normaliser(facts, folded=True), Tolerant(facts, folded=True)

    def normalise(expr):
        if expr in lenient.known:
            return lenient(expr)
        try:
            return strict(expr)
        except (Undecided, UnsupportedExpression):
            pass
        try:
            return lenient(expr)
        except Undecided:
            return lenient.unread(expr)

    return normalise
