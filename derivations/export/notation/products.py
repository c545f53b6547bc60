"""How sums, products and powers are written: a positive term first, fractions in front of traces, brackets where needed."""

from __future__ import annotations

from itertools import pairwise

from sympy import Integer, Mul, OneMatrix, Pow, Symbol, Trace, Transpose
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.notation.arrange import HALF, factored, is_plain, outside, scalar_factors, settled, signed_terms
from derivations.export.notation.piece import ADD, ATOM, MUL, POW, Piece
from derivations.export.notation.shorter import flattened, is_identity
from derivations.language.norms import ColumnNorms
from derivations.language.plain import scalar


class Products:
    """Sums, products and powers of scalars and matrices; a part of derivations.export.notation.printer.Notation."""

    def terms(self, expr, factor_out=True):
        """[(whether it is subtracted, Piece)] of a sum, as it is written; partial sums that have a name first."""
        expr = expr if expr.is_Matrix else settled(expr, self.named)
        if not expr.is_Matrix and expr.is_Add:
            named, expr = self.names.within(expr)
            known = [(False, self._print(n)) for n in named]
            if known:
                return known + [(n, self._print(t)) for n, t in signed_terms(expr, self.inside(expr)) if t != 0]
            factor, rest = factored(expr)
            if factor != 1 and factor_out:
                return [(False, self.multiplied(factor, rest))]
        return [(negative, self._print(term)) for negative, term in signed_terms(expr, self.inside(expr))]

    def joined(self, terms):
        """A sum from its terms."""
        if len(terms) == 1 and not terms[0][0]:
            return terms[0][1]
        out = ""
        for n, (negative, piece) in enumerate(terms):
            sign = ("-" if negative else "") if n == 0 else (" - " if negative else " + ")
            out += sign + (self.bracketed(piece, MUL) if negative else piece)
        return Piece(out, ADD)

    def _print_Add(self, expr):
        return self.joined(self.terms(expr))

    _print_MatAdd = _print_Add

    def multiplied(self, factor, rest):
        """factor * rest, for a factor that `factored` took out of a sum."""
        if all(f.is_Pow and f.exp.is_negative for f in Mul.make_args(factor)):
            return self.fraction(self._print(rest), self._print(1 / factor))
        return self._print(Mul(*Mul.make_args(factor), rest, evaluate=False))

    def _print_Mul(self, expr):
        ((negative, rest),) = signed_terms(expr, self.inside(expr))
        return self.joined([(True, self._print(rest))]) if negative else self.product(expr, [])

    def product(self, coefficient, matrices):
        """A scalar in front of matrices: its fraction, then what does not go into one."""
        number, small, big, below = scalar_factors(coefficient, self.named)
        above = list(map(self._print, ([Integer(number.p)] if number.p != 1 else []) + small))
        below = list(map(self._print, ([Integer(number.q)] if number.q != 1 else []) + below))
        behind = [*map(self._print, big), *matrices]
        if below:
            den = self.juxtaposed(below)
            if not above and behind and not self.fraction_in_front:
                return self.fraction(self.juxtaposed(behind), den)
            front = self.fraction(self.juxtaposed(above) if above else Piece("1"), den, bool(behind))
            return self.juxtaposed([front, *behind]) if behind else front
        return self.juxtaposed([*above, *behind])

    def juxtaposed(self, pieces):
        if len(pieces) == 1:
            return pieces[0]
        *first, last = [self.bracketed(p, MUL) for p in pieces]
        written = [Piece(self.bracket(p)) if p.big else p for p in first]
        out = written[0]
        for before, piece in pairwise([*written, last]):
            out += self.between(before, piece) + piece
        return Piece(out, MUL, last.big)

    def between(self, before, piece):
        """What stands between two factors."""
        return self.space

    def _print_MatMul(self, expr):
        coefficient, flat = flattened(expr, self.named)
        kept = [f for f in flat if not is_identity(f)] or flat[:1]
        if all(f.shape == (1, 1) and is_identity(f) for f in kept):
            return self._print(coefficient)
        if len(kept) == 2 and isinstance(kept[0], OneMatrix) and kept[0].rows == 1 and self.generic_entry(kept[1]):
            return self._print(coefficient * self.summed(kept[1]))
        parts = signed_terms(coefficient, self.named)
        negative, size = parts[0] if len(parts) == 1 else (False, coefficient)
        product = self.product(size, [self._print(f) for f in kept])
        return self.joined([(negative, product)])

    def _print_Pow(self, expr):
        base, exponent = expr.base, expr.exp
        if isinstance(base, MatrixElement) and isinstance(base.args[0], ColumnNorms) and exponent.is_even:
            return self._print(MatrixElement(base.args[0].squares, *base.args[1:]) ** (exponent / 2))
        if isinstance(base, Pow) and base.exp == -1 and exponent.is_Rational:
            return self._print(base.base**-exponent)  # (1/x)^p = x^-p
        if isinstance(base, Trace) and exponent.is_Integer and exponent > 0 and outside(base, self.named)[0] == 1:
            trace = self.juxtaposed([Piece(self.function("tr")), self._print(base.args[0])])
            return Piece(self.power(Piece(self.bracket(trace)), Piece(str(exponent))), POW)
        if exponent == HALF and is_plain(base):
            return self.root(self._print(base))
        if exponent == -1 or (isinstance(base, Symbol) and exponent == -Integer(1) / 2):
            return self.fraction(Piece("1"), self._print(Pow(base, -exponent)))
        if exponent.is_Rational:
            raised = Piece(str(exponent), ATOM if exponent.is_Integer and exponent > 0 else MUL)
        else:
            raised = self.exponent(exponent)
        return Piece(self.power(self.bracketed(self._print(base), ATOM), raised), POW)

    def exponent(self, expr):
        return self._print(expr)

    def _print_MatPow(self, expr):
        if expr.exp == -1 and isinstance(expr.base, Transpose) and not self.named(expr.base):
            return self.inverse_transposed(self._print(expr.base.args[0]))
        return Piece(self.power(self.bracketed(self._print(expr.base), ATOM), self._print(expr.exp)), POW)

    def _print_HadamardProduct(self, expr):
        return Piece(self.hadamard.join(self.bracketed(self._print(a), POW) for a in expr.args), ADD)

    def _print_HadamardPower(self, expr):
        exponent = str(expr.exp) if expr.exp.is_Rational else self.bracketed(self._print(expr.exp), MUL)
        raised = Piece(f"{self.hadamard.strip()} {exponent}", ADD)
        return Piece(self.power(self.bracketed(self._print(expr.base), ATOM), raised), POW)

    def _print_KroneckerProduct(self, expr):
        return Piece(self.kronecker.join(self.bracketed(self._print(a), POW) for a in expr.args), ADD)

    def _print_DotProduct(self, expr):
        return self._print(scalar(expr))
