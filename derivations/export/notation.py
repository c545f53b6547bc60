"""Formulas as a mathematician writes them: what LaTeX and the terminal have in common.

`Notation` decides what is written - sums with a positive term first, fractions in front of traces, (x)_+ for max(0, x),
entries and sums counted from 1, brackets where they are needed - and asks its subclass how: a fraction, a transpose, a
sum sign. Its vocabulary is closed: a node that it has no method for raises UnsupportedExpression.
"""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType

from sympy import (
    DiagonalOf,
    Dummy,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    Pow,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    log,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.arrange import (
    HALF,
    counted_from_one,
    factored,
    is_plain,
    off_diagonal,
    outside,
    scalar_factors,
    settled,
    signed_terms,
)
from derivations.export.piece import ADD, ATOM, MUL, POW, NoNames, Piece
from derivations.export.shorter import flattened, is_identity, scaled, shorter
from derivations.language.atoms import Eigenvalues, Leading, LogSumExp
from derivations.language.entries import composed
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import Absolute, ColumnNorms, Norms, RowNorms
from derivations.language.plain import scalar


class Notation:
    """To be mixed into a SymPy printer, before it in the order of resolution. `names` says what has a name."""

    names = NoNames()
    spelled = MappingProxyType({})  # what symbols stand for that are no letters
    scope = frozenset()  # names of the indices that the sums around run over
    form: str  # the method of the atoms that prints them: "latex" or "text"
    part: str  # what an error calls this printer

    def show(self, expr):
        return self._print(expr)

    def _print(self, expr, **kwargs):
        expr = Integer(expr) if isinstance(expr, int) else expr
        named = self.names.lookup(expr)
        if named is None:
            expr = shorter(expr, self.named) if expr.is_Matrix else settled(expr, self.named)
            named = self.names.lookup(expr)
        return self._print(named) if named is not None else self.meaning(expr)

    def named(self, expr):
        return self.names.lookup(expr) is not None

    def inside(self, expr):
        """What has a name in an expression, which may have one itself."""
        return lambda part: part != expr and self.named(part)

    def meaning(self, expr):
        """`expr` itself, though it may have a name."""
        if isinstance(expr, AppliedUndef):
            return self.call(self.symbol(type(expr).__name__), [self._print(a) for a in expr.args])
        expr = shorter(expr, self.named) if expr.is_Matrix else settled(expr, self.named)
        for kind in type(expr).__mro__:
            if f"_print_{kind.__name__}" in vars(Notation):
                printed = getattr(self, f"_print_{kind.__name__}")(expr)
                return printed if isinstance(printed, Piece) else Piece(printed)
        raise UnsupportedExpression(expr, self.part, "no rule for it")

    # sums and products

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

    def bracketed(self, piece, least):
        return piece if piece.level >= least else Piece(self.bracket(piece))

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

    # numbers, symbols, constants

    def _print_Integer(self, expr):
        return Piece(str(expr.p), ATOM if expr.p >= 0 else ADD)

    def _print_Rational(self, expr):
        return self.fraction(Piece(str(expr.p)), Piece(str(expr.q)))

    def _print_Symbol(self, expr):
        return self.spelled[expr] if expr in self.spelled else self.symbol(expr.name)

    _print_MatrixSymbol = _print_Symbol

    def _print_Identity(self, expr):
        return "1" if expr.rows == 1 else "I"

    def _print_ZeroMatrix(self, expr):
        return "0"

    def _print_OneMatrix(self, expr):
        row, column = self.transposed(Piece(self.ones)), self.ones
        if expr.shape[1] == 1:
            return column
        return row if expr.shape[0] == 1 else self.juxtaposed([Piece(column), row])

    def _print_Abbreviation(self, expr):
        return self.symbol(getattr(expr, self.form)(self.show))

    def _print_BlockMatrix(self, expr):
        rows, columns = expr.blockshape
        return Piece(self.blocks([[self._print(expr.blocks[i, j]) for j in range(columns)] for i in range(rows)]))

    def _print_ImmutableDenseMatrix(self, expr):
        return Piece(self.blocks([[self._print(entry) for entry in row] for row in expr.tolist()]))

    def _print_MatrixSlice(self, expr):
        """M_{1:N, :}, some rows and columns, counted from 1."""
        ranges = zip((expr.rowslice, expr.colslice), expr.parent.shape, strict=True)
        bounds = [
            ":" if stop - start == d else f"{self._print(start + 1)}:{self._print(stop)}"
            for (start, stop, _), d in ranges
        ]
        return self.entry(self.bracketed(self._print(expr.parent), ATOM), [Piece(b, MUL) for b in bounds])

    # functions

    def _print_Leading(self, expr):
        return getattr(expr, self.form)(self.show)

    _print_Eigenvalues = _print_Leading
    _print_LogDet = _print_Leading
    _print_LogSumExp = _print_Leading
    _print_BlockInner = _print_BlockSum = _print_IdentityColumns = _print_Absolute = _print_Leading

    def _print_SquaredNorm(self, expr):
        """|-A - B|^2 is written |A + B|^2."""
        terms = self.terms(expr.args[0]) if isinstance(expr.args[0], MatAdd) and not self.named(expr.args[0]) else []
        turned = terms and all(negative for negative, _ in terms)
        written = self.joined([(False, term) for _, term in terms]) if turned else self._print(expr.args[0])
        return getattr(expr, self.form)(lambda matrix: written)

    def _print_Norms(self, expr):
        return self.by_entries(self.generic_entry(expr))

    def _print_SpectralTrace(self, expr):
        number, rest = outside(expr, self.inside(expr))
        if number != 1:
            return self._print(number * rest)

        def show(part):
            return self._print(part) if part.is_Matrix else self.bracketed(self._print(part), MUL)

        return Piece(getattr(expr, self.form)(show), MUL, big=True)

    def _print_Trace(self, expr):
        coefficient, trace = outside(expr, self.inside(expr))
        if coefficient != 1:
            return self._print(coefficient * trace)
        if trace.args[0].rows == 1:
            return self._print(trace.args[0])
        return self.call(self.function("tr"), [self._print(trace.args[0])])

    def _print_Transpose(self, expr):
        if isinstance(expr.args[0], Identity):
            return self._print(expr.args[0])
        return self.transposed(self._print(expr.args[0]))

    _print_Adjoint = _print_Transpose  # of a real matrix

    def _print_Determinant(self, expr):
        return self.call(self.function("det"), [self._print(expr.args[0])])

    def _print_DiagMatrix(self, expr):
        vector = expr.args[0]
        if is_identity(expr):
            return "I"
        return self.call(self.function("diag"), [self.generic_entry(vector) or self._print(vector)])

    def _print_DiagonalMatrix(self, expr):
        return self.call(self.function("Diag"), [self._print(expr.args[0])])

    def _print_DiagonalOf(self, expr):
        return self.juxtaposed([self._print_DiagonalMatrix(expr), Piece(self.ones)])

    def _print_ElementwiseApplyFunction(self, expr):
        if 1 not in expr.shape:
            return self.entrywise(expr)
        entry = self.generic_entry(expr)
        return self.by_entries(entry) if entry else Piece(self.ones)

    def by_entries(self, entry):
        """(v_k)_k, the vector of some entries."""
        return self.entry(Piece(self.bracket(entry)), [self._print(self.free_index())])

    def entrywise(self, expr):
        """exp(M), log(M), Hadamard powers, and any function of every entry of a matrix, written as one of the matrix."""
        (x,) = expr.function.variables
        base, exponent = expr.function.expr.as_base_exp()
        if base == x and exponent.is_Integer:
            raised = Piece(f"{self.hadamard.strip()} {exponent}", ADD)
            return Piece(self.power(self.bracketed(self._print(expr.expr), ATOM), raised), POW)
        if expr.function.expr.func not in (exp, log) or expr.function.expr.args != (x,):
            stand_in = Dummy(real=True)
            self.spelled = self.spelled | {stand_in: self._print(expr.expr)}
            return self._print(expr.function.expr.xreplace({x: stand_in}))
        return self.call(self.function(expr.function.expr.func.__name__), [self._print(expr.expr)])

    def generic_entry(self, vector):
        """f(v_k) for a function of a vector, |z_k| for lengths, unless it has a name or is constantly 1."""
        if not isinstance(vector, (ElementwiseApplyFunction, ColumnNorms, RowNorms)) or self.named(vector):
            return None
        entry = composed(MatrixElement(vector, self.free_index(), Integer(0)), lambda abbreviation: True)
        return self._print(entry) if entry != 1 else None

    def summed(self, vector):
        """1' v as the sum of the entries of v."""
        k = self.free_index()
        return Sum(MatrixElement(vector, k, Integer(0)), (k, 0, vector.rows - 1))

    def free_index(self):
        """An index that no sum around it runs over."""
        return next(s for s in map(Symbol, "kjil") if s.name not in self.scope)

    def _print_Max(self, expr):
        rest = [a for a in expr.args if a != 0]
        if len(rest) == 1:
            inner = self._print(rest[0])
            letter = isinstance(rest[0], Symbol) and rest[0] not in self.spelled and not {"_", "^"} & set(inner)
            return self.positive_part(inner if letter else Piece(self.bracket(inner)))
        return self.call(self.function("max"), [self._print(a) for a in expr.args])

    def _print_Min(self, expr):
        return self.call(self.function("min"), [self._print(a) for a in expr.args])

    def _print_log(self, expr):
        return self.call(self.function("log"), [self._print(expr.args[0])])

    def _print_Abs(self, expr):
        return Piece(getattr(Absolute(expr.args[0]), self.form)(self._print))

    def _print_Heaviside(self, expr):
        return self.call(self.function("step"), [self._print(expr.args[0])])

    def _print_Function(self, expr):
        return self.call(self.function(type(expr).__name__), [self._print(a) for a in expr.args])

    def _print_entr(self, expr):
        x = expr.args[0]
        return self._print(-x * log(x))

    def _print_exp(self, expr):
        return self.exponential(expr.args[0])

    def exponential(self, expr):
        return Piece(self.power(Piece("e"), self.exponent(expr)), POW)

    # entries and sums over them

    def position(self, index):
        """An index counted from 0, written counted from 1."""
        for s in sorted(index.free_symbols, key=str):
            index = index.subs(s, s - 1)
        return self._print(index + 1)

    def _print_MatrixElement(self, expr):
        matrix, *indices = expr.args
        plain = isinstance(matrix, (ElementwiseApplyFunction, OneMatrix, ZeroMatrix)) or (
            isinstance(matrix, MatMul) and len(flattened(matrix)[1]) == 1
        )
        if isinstance(matrix, DiagonalOf) and not self.named(matrix):
            return self._print(MatrixElement(matrix.args[0], indices[0], indices[0]))
        if not self.named(matrix) and (plain or (isinstance(matrix, MatAdd) and 1 in matrix.shape)):
            return self._print(composed(expr, lambda abbreviation: True))
        if _is_leading(matrix):
            return self._print(MatrixElement(scaled(1, matrix.args[1:]), *indices))  # the first entries of a vector
        if isinstance(matrix, Absolute):
            return Piece(getattr(matrix, self.form)(lambda inner: self._print(MatrixElement(inner, *indices))))
        positions = [self.position(i) for i, d in zip(indices, matrix.shape, strict=True) if d != 1]
        if isinstance(matrix, (Eigenvalues, LogSumExp, Norms)):
            return Piece(getattr(matrix, self.form)(self.show, *positions))
        base = self._print(matrix)
        if not positions:  # the entry of a 1 x 1 matrix
            return base
        base = Piece(self.bracket(base)) if "_" in base else self.bracketed(base, ATOM)
        return self.entry(base, positions)

    def _print_KroneckerDelta(self, expr):
        return self.entry(self.symbol("delta"), [self._print(i) for i in expr.args[:2]])

    def _print_Sum(self, expr):
        number, rest = outside(expr, self.inside(expr))
        if number != 1:
            return self._print(number * rest)
        apart, total = off_diagonal(expr)
        body = total.function
        for index, *_ in total.limits:
            body = counted_from_one(body, index)
        groups = {}
        for index, low, high in total.limits:
            if not any(index in pair for pair in apart):
                groups.setdefault((low + 1, high + 1), []).append(index)
        head = [
            self.summation(
                [self.symbol(i.name) for i in run], *map(self._print, bounds), self.implied(total, run, bounds)
            )
            for bounds, run in groups.items()
        ]
        head += [self.summation_apart([self.symbol(i.name) for i in pair]) for pair in apart]
        around, self.scope = self.scope, self.scope | {i.name for i, *_ in total.limits}
        try:
            return Piece(self.space.join([*head, self.bracketed(self._print(body), MUL)]), MUL, big=True)
        finally:
            self.scope = around

    def implied(self, total, indices, bounds):
        """Whether the entries under the sum show its range: each index runs over all rows or columns of one of them."""
        ranges = {}
        for element in total.function.atoms(MatrixElement):
            matrix, *positions = element.args
            whole = matrix.args[1] if _is_leading(matrix) else matrix  # what is written for its first entries
            for i, d in zip(positions, whole.shape, strict=True):
                ranges.setdefault(i, set()).add(d)
        return bounds[0] == 1 and all(bounds[1] in ranges.get(i, ()) for i in indices)


def _is_leading(matrix):
    """Whether a matrix is the first rows of another: I_{:, q}' M."""
    first = matrix.args[0] if isinstance(matrix, MatMul) else None
    return isinstance(first, Transpose) and isinstance(first.arg, Leading)
