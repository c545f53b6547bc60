"""From a loss as it is stated to its spectral problem: covariance, phi and penalty are read off the expression.

A loss that no rotation Z -> Z Q changes is made of words tr(B_1 Z Z' B_2 Z Z' ...) and of spectral functions of matrices
a I + b Z'BZ. The metric M of the covariance C = c Z'MZ is read off the longest words, or off these functions; of the
quadratic part tr(Z'BZ), the multiple of M belongs to phi, and the rest is the penalty. Nothing rests on the reading: that
the loss is tr phi(C) + cost penalty is a theorem (derivations.spectral.optimum), proved by the normal form.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from sympy import (
    Add,
    Determinant,
    Expr,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    Pow,
    S,
    Trace,
    Transpose,
    cancel,
    count_ops,
    expand,
    factor,
    log,
)

from derivations.language.atoms import Abbreviation, Centring, Laplacian, Named, SpectralTrace
from derivations.language.determinant import LogDet
from derivations.language.errors import NotSpectral, Undecided, UnsupportedExpression, not_spectral
from derivations.language.network import canonical
from derivations.language.normal_form import normaliser
from derivations.language.products import product
from derivations.language.readback import factors_of, network_matrix, network_scalar, total
from derivations.language.substitute import applied, symbols_of
from derivations.language.sums import NormalForm
from derivations.proof.sign import is_positive
from derivations.spectral.form import s
from derivations.spectral.words import (
    coefficient_of,
    keys_of,
    letter_key,
    metric_of,
    quadratic,
    ratio_of,
    split,
    symmetric,
    times,
)


@dataclass(frozen=True)
class Atom:
    """coefficient * tr f(M), or coefficient * log det M, of a matrix M = shift I + scale C."""

    coefficient: Expr
    node: Expr
    shift: Expr
    scale: Expr

    @property
    def function(self):
        """f at an eigenvalue of M, as a function of that of C."""
        f = self.node.function if isinstance(self.node, SpectralTrace) else Lambda(s, log(s))
        return applied(f, self.shift + self.scale * s)


@dataclass(frozen=True)
class Reading:
    """loss = tr phi(C) + tr(Z'QZ) + offset with C = scale Z'MZ; M and Q are normal forms of symmetric matrices.

    `polynomial` is the loss without the `atoms`, the spectral functions that are no polynomials.
    """

    reader: Reader
    metric: NormalForm
    scale: Expr
    name: Named | None  # of C in the loss
    polynomial: Expr
    phi: Lambda
    penalty: NormalForm
    offset: Expr
    atoms: tuple[Atom, ...]


def stated(expr):
    """A loss with the logarithm of a determinant spelled in one way."""
    return expr.replace(
        lambda e: isinstance(e, log) and isinstance(e.args[0], Determinant), lambda e: LogDet(e.args[0].arg)
    )


class Reader:
    """Reads a Loss; every step that fails raises NotSpectral."""

    def __init__(self, loss):
        self.unknown, self.facts = loss.unknown, tuple(loss.facts)
        self.rows, self.columns = self.unknown.shape
        self.expr = stated(loss.matrix_form)
        self.normalise = normaliser(self.facts)
        self.factors = factors_of(self.expr, self.normalise)
        self.letters = {s.name for s in symbols_of(self.expr)}

    def reading(self):
        polynomial, nodes = self._parts()
        free, words = self._split(polynomial)
        atoms = [(c, node, *self._affine(node.args[-1])) for c, node in nodes]
        first, metric = self._metric(words, [form for *_, form in atoms])
        scale, name = self._covariance(metric, first, words, [form for *_, form in atoms])
        found = tuple(self._atom(*a, metric, first, scale) for a in atoms)
        part, (phi, offset) = symmetric(quadratic(words)), self._constant(free)
        linear = coefficient_of(part, first)
        phi += linear / scale * s + sum(c * (s / scale) ** m for m, c in _powers(words, first).items())
        phi += Add(*(a.coefficient * a.function for a in found))
        phi = min(phi, factor(phi), key=count_ops)
        penalty = part - times(metric, linear)
        return Reading(self, metric, scale, name, polynomial, Lambda(s, phi), penalty, offset, found)

    # what the loss is made of

    def _parts(self):
        """(polynomial part, [(coefficient, spectral function of a matrix)])."""
        polynomial, nodes = [], []
        for term in Add.make_args(expand(self.expr, deep=False)):
            found = [f for f in Mul.make_args(term) if isinstance(f, (SpectralTrace, LogDet)) and f.has(self.unknown)]
            if not found:
                polynomial.append(term)
                continue
            node, coefficient = found[0], Mul(*(f for f in Mul.make_args(term) if f != found[0]))
            if coefficient.has(self.unknown):
                raise NotSpectral("moments", "{} is a product of functions of {}", term, self.unknown)
            for c, single in node.terms() if isinstance(node, SpectralTrace) else [(S.One, node)]:
                if isinstance(single, SpectralTrace) and single.function(s).is_polynomial(s):
                    polynomial.append(coefficient * c * single)
                else:
                    nodes.append((coefficient * c, single))
        return Add(*polynomial), nodes

    def _split(self, expr):
        def told(term):
            return next(
                t for t in (*Add.make_args(expr), expr) if t == expr or canonical(term) in self.normalise(t).terms
            )

        try:
            return split(self.normalise(expr), self.unknown, self._is_given, told)
        except (UnsupportedExpression, Undecided, ValueError) as error:
            lead = "the loss is no polynomial in {} and functions of its spectrum: "
            raise not_spectral("normal form", lead, error, self.unknown) from error

    def _is_given(self, factor):
        """Whether a factor of a network does not speak of the unknown."""
        return all(key in self.factors and not self.factors[key].has(self.unknown) for key in keys_of(factor))

    def _affine(self, matrix):
        """(shift, B) of a matrix shift I + Z'BZ."""
        reason = "{} is no {} x {} covariance {}'M{} plus a multiple of the identity"
        refused = NotSpectral("covariance", reason, matrix, self.columns, self.columns, self.unknown, self.unknown)
        if matrix.shape != (self.columns, self.columns):
            raise refused
        free, words = self._split(Trace(matrix))
        form, shift = symmetric(quadratic(words)), cancel(Add(*(c for c, _ in free)) / self.columns)
        if any(t.factors for _, t in free) or any(w.degree > 1 for w in words) or not form.terms:
            raise refused
        whole = MatAdd(MatMul(shift, Identity(self.columns)), self.gram(self.matrix(form)))
        if self.normalise(matrix) != self.normalise(whole):
            raise refused
        return shift, form

    def _metric(self, words, forms):
        """(first letter of M, M with the coefficient 1 there)."""
        top = max((w.degree for w in words), default=0)
        if top >= 2:
            first, metric = metric_of(words, top)
        elif forms:
            terms = forms[0].terms.values()
            first = min((t for _, t in terms), key=lambda t: (len(t.factors), len(t.dims), letter_key(t)))
            metric = times(forms[0], 1 / coefficient_of(forms[0], first))
        else:
            reason = "the loss is quadratic in {}: its least value is at {} = 0, or there is none"
            raise NotSpectral("covariance", reason, self.unknown, self.unknown)
        return first, symmetric(metric)

    def _atom(self, coefficient, node, shift, form, metric, first, scale):
        own = coefficient_of(form, first)
        if form != times(metric, own):
            raise NotSpectral("covariance", "two metrics occur, {} and {}", self.matrix(form), self.matrix(metric))
        return Atom(coefficient, node, shift, own / scale)

    def _constant(self, free):
        """(what is the same in every dimension, what does not depend on the unknown), of the terms without it."""
        number = Add(*(c * network_scalar(t, self.factors) for c, t in free))
        each = [(t, cancel(t / self.columns)) for t in Add.make_args(expand(number, deep=False))]
        phi = Add(*(e for t, e in each if not t.has(MatrixExpr) and not e.has(self.columns)))
        return phi, Add(*(t for t, e in each if t.has(MatrixExpr) or e.has(self.columns)))

    def _covariance(self, metric, first, words, forms):
        """(c, name) with C = c Z'MZ: as it is named, or as it occurs in a function, or in units of the number of samples."""
        gram = self.gram(self.matrix(metric))
        own = self.normalise(gram)
        for name in sorted((a for a in self.expr.atoms(Named) if a.shape == (self.columns, self.columns)), key=str):
            ratio = ratio_of(self.normalise(name), own)
            if ratio is not None and is_positive(ratio, self.facts):
                return ratio, name
        if forms:
            scale = coefficient_of(forms[0], first)
        else:
            top, coefficient = max(_powers(words, first).items())
            scale = self._units(coefficient, top)
        if not is_positive(scale, self.facts):
            raise NotSpectral("covariance", "{} {} is not known to be positive semidefinite", scale, gram)
        return scale, None

    def _units(self, coefficient, degree):
        """The power of a number of samples N, or of N - 1, of which the coefficient has the power `degree`."""
        sizes = {d for m in self.expr.atoms(MatrixSymbol) for n in m.shape for d in n.free_symbols}
        sizes -= self.columns.free_symbols
        powers = (f.as_base_exp() for f in Mul.make_args(coefficient))
        return Mul(
            *(
                Pow(b, e / degree)
                for b, e in powers
                if b.free_symbols & sizes == b.free_symbols != set() and (e / degree).is_Integer
            )
        )

    # matrices

    def gram(self, matrix):
        return product(Transpose(self.unknown), matrix, self.unknown)

    def terms(self, form, order):
        """The matrices of the terms of a normal form."""
        return [product(c, network_matrix(t, self.factors, (order, order))) for c, t in form.terms.values()]

    def matrix(self, form, order=None):
        """The matrix of a normal form, with the abbreviations, Laplacians and centring that are in it."""
        order = self.rows if order is None else order
        found, rest = [], form
        for candidate in self._candidates(form, order):
            own = self.normalise(candidate)
            ratio = ratio_of(NormalForm([rest.terms[key] for key in own.terms if key in rest.terms]), own)
            if ratio is not None:
                found.append(product(ratio, candidate))
                rest = rest - times(own, ratio)
        return total([*found, *self.terms(rest, order)], (order, order))

    def _candidates(self, form, order):
        named = sorted((a for a in self.expr.atoms(Abbreviation) if a.shape == (order, order)), key=str)
        yield from (a for a in named if not a.has(self.unknown))
        taken = self.letters
        for _, term in form.terms.values():
            if Laplacian.name not in taken and term.factors and term.port("row") != term.port("column"):
                yield Laplacian(network_matrix(term, self.factors, (order, order)))
        if Centring.name not in taken:
            yield Centring(order)

    def fresh(self, *names):
        """The first of some names that nothing in the loss is called, with a number if all are taken."""
        taken = self.letters | {a.name for a in self.expr.atoms(Abbreviation)}
        numbered = (f"{names[0]}_{n}" for n in count(1))
        return next(name for group in (names, numbered) for name in group if name not in taken)


def _powers(words, letter):
    """{m: coefficient of tr((B Z Z')^m)} for m >= 2 and a letter B."""
    pure = [w for w in words if w.degree > 1 and set(w.spectrum) == {letter_key(letter)}]
    return {w.degree: w.coefficient for w in pure}
