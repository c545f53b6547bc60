"""Sentences and formulas of an exposition in words: what LaTeX and plain text do alike."""

from __future__ import annotations

from sympy import Basic
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.phrases import Cited, Instance, Least, Relation, Replaced, Slope
from derivations.language.atoms import LogSumExp
from derivations.language.propositions import Proposition

SIGNS = {"positive": ">", "nonnegative": ">="}


class Writer:
    """Puts items into words with one printer.

    A subclass has the `relations` and `sets` in its signs, the `limit` of a line and the `width` of a text, and says how words,
    formulas, spaces, lemmas, instances, propositions, minima and gradients are written. A common factor stands before a sum in
    brackets only where this is shorter than half the `limit`.
    """

    def __init__(self, printer, plain):
        self.printer = printer
        self.plain = plain  # a printer without names
        self.depth = 0  # of the brackets that a sentence is in

    def heard(self, items):
        """Every expression that is printed with some items."""
        with self.printer.hearing() as heard:
            for item in items:
                if isinstance(item, Relation):
                    self.left(item.lhs)
                    self.terms(item.rhs, item.defining)
                    heard |= (
                        {item.lhs} if item.defining else {item.lhs, item.rhs}
                    )  # which may be printed as what it means
                else:
                    self.item(item)
        return heard

    def sentence(self, items):
        out = ""
        for item in items:
            out += self.item(item)
            self.depth += item.count("[") - item.count("]") if isinstance(item, str) else 0
        return out

    def item(self, item):
        match item:
            case str():
                return self.words(item)
            case Relation():
                return self.math(
                    f"{self.printer.show(item.lhs)} {self.relations[item.sign]} {self.printer.show(item.rhs)}"
                )
            case Replaced():
                return f"{self.expression(item.value)} for {self.math(self.plain.show(item.name))}"
            case Cited():
                return self.cited(item.lemma)
            case Instance():
                return self.instance(item)
            case Proposition():
                return self.proposition(item)
            case Basic():
                return self.expression(item)
        raise TypeError(f"{item!r} is no part of a sentence")

    def heard_in_definition(self, name, meaning):
        """Every expression that is printed with a definition."""
        with self.printer.hearing() as heard:
            self.printer.show(name)
            self.printer.meaning(meaning)
        return heard

    def expression(self, expr):
        return self.math(self.printer.show(expr))

    def defined(self, name, meaning):
        return self.math(f"{self.printer.show(name)} = {self.printer.meaning(meaning)}")

    def declared(self, kind, symbols):
        """What some symbols are."""
        names = ", ".join(self.named(s) for s in symbols)
        if kind in SIGNS:
            return self.math(f"{names} {self.relations[SIGNS[kind]]} 0")
        if kind in self.sets:
            return self.math(f"{names} {self.relations['in']} {self.sets[kind]}")
        return self.math(f"{names} {self.relations['in']} {self.space_of(kind)}")

    def named(self, symbol):
        """What a symbol is called: it may have an index here."""
        if isinstance(symbol, UndefinedFunction):
            return str(self.printer.symbol(symbol.__name__))
        return str(self.printer.show(symbol))

    def space_of(self, shape):
        """R^n of columns; a row stays R^(1 x n)."""
        shape = [d for d in shape if d != 1] if not shape or shape[-1] == 1 else shape
        sizes = [self.printer.show(d) for d in shape]
        return self.reals([self.printer.bracketed(d, 1) for d in sizes] if len(sizes) > 1 else sizes)

    def borrowed(self, names, heard):
        """With f(Z) and Z* of (i), C* for C at Z*: what a part has from an earlier one, of what it speaks of."""
        if names.borrowed is None:
            return []
        short = [(c, a, at) for c, a, at in names.there if c in heard]
        said = [f"{self.expression(c)} for {self.expression(a)} at {self.expression(at)}" for c, a, at in short]
        heard = heard.union(*(self.heard(x) for x in short))
        have = [self.expression(x) for x in (names.objective, names.best) if spoken_of(x, heard)]
        return [f"{joined(have)} of {roman(names.borrowed)}", *said] if have else []

    def proof_names(self, names, heard):
        """What only the proof calls by a name, of what it speaks of: values of what is named already."""
        if names.borrowed is not None:
            return []
        short = [(c, f"{self.expression(atom)} at {self.expression(at)}") for c, atom, at in names.there]
        short += [(names.least, "the value claimed")] if names.least is not None else []
        return [f"{self.expression(c)} for {said}" for c, said in short if c in heard]

    # relations

    def left(self, lhs):
        """[(sign, text)] of the left side of a relation."""
        if isinstance(lhs, Least):
            return [("", self.least(lhs))]
        if isinstance(lhs, Slope):
            return [("", self.slope(lhs))]
        return self.terms(lhs, False)

    def terms(self, expr, defining):
        """[(sign, text)] of an expression or of several that are added."""
        if isinstance(expr, tuple):
            signed = [t for e in expr if e != 0 for t in self.summands(e, defining)] or [(False, "0")]
        else:
            signed = self.summands(expr, defining)
        out = []
        for n, (negative, piece) in enumerate(signed):
            text = self.printer.bracketed(piece, 1) if negative or len(signed) > 1 else piece
            out.append(("-" if negative else "+" if n else "", str(text)))
        return out

    def summands(self, expr, defining):
        if defining or self.printer.names.lookup(expr) is None:
            if expr.is_Add or expr.is_MatAdd:
                terms = self.printer.terms(expr)
                narrow = len(terms) > 1 or self.width(terms[0][1]) < self.limit / 2
                return terms if narrow else self.printer.terms(expr, factor_out=False)
            negated = [term for term in self.printer.terms(expr) if term[0]]
            return negated or [(False, self.printer.meaning(expr))]
        return [(False, self.printer.show(expr))]

    def over(self, least):
        """(Z in R^(N x K), the constraints, the objective) of a minimum."""
        z = f"{self.printer.show(least.unknown)} {self.relations['in']} {self.space_of(least.unknown.shape)}"
        subject = [getattr(p, self.printer.form)(self.printer.show) for p in least.subject_to]
        return z, subject, self.printer.bracketed(self.printer.show(least.objective), 1)


def spoken_of(name, heard):
    """Whether something that has a name was printed: a symbol, an entry of a vector, a function, an abbreviation."""
    if isinstance(name, MatrixElement):
        vector = name.args[0]
        if isinstance(vector, LogSumExp):
            return any(isinstance(h, LogSumExp) and h.candidates == vector.candidates for h in heard)
        return vector in heard
    if isinstance(name, AppliedUndef):
        return any(isinstance(h, AppliedUndef) and h.func == name.func for h in heard)
    return name in heard


def joined(sentences):
    """a, b and c."""
    *first, last = sentences
    return f"{', '.join(first)} and {last}" if first else last


def capital(sentence):
    """With its first letter in upper case, if it begins with a letter."""
    return sentence[:1].upper() + sentence[1:]


def of_part(position):
    """The name of a part as it stands behind that of the whole; nothing for the whole itself, which is None."""
    return "" if position is None else f" {roman(position)}"


NUMERALS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def roman(n):
    """The name of the part `n`, counted from 0: (i), (ii), ..."""
    left, out = n + 1, ""
    for value, letters in NUMERALS:
        out += letters * (left // value)
        left %= value
    return f"({out})"
