"""Sentences and formulas of an exposition in words: what LaTeX and plain text do alike."""

from __future__ import annotations

from sympy import Basic

from derivations.export.phrases import Cited, Instance, Least, Relation, Replaced, Slope
from derivations.language.propositions import Proposition

SIGNS = {"positive": ">", "nonnegative": ">="}


class Writer:
    """Puts items into words with one printer; formulas of more than half the `limit` are broken inside brackets."""

    def __init__(self, printer):
        self.printer = printer

    def sentence(self, items):
        return "".join(map(self.item, items))

    def item(self, item):
        match item:
            case str():
                return self.words(item)
            case Relation():
                return self.math(
                    f"{self.printer.show(item.lhs)} {self.relations[item.sign]} {self.printer.show(item.rhs)}"
                )
            case Replaced():
                return f"{self.expression(item.value)} for {self.expression(item.name)}"
            case Cited():
                return self.cited(item.lemma)
            case Instance():
                return self.instance(item)
            case Proposition():
                return self.proposition(item)
            case Basic():
                return self.expression(item)
        raise TypeError(f"{item!r} is no part of a sentence")

    def expression(self, expr):
        return self.math(self.printer.show(expr))

    def defined(self, name, meaning):
        return self.math(f"{self.printer.show(name)} = {self.printer.meaning(meaning)}")

    def declared(self, kind, symbols):
        """What some symbols are."""
        names = ", ".join(self.printer.symbol(getattr(s, "__name__", None) or s.name) for s in symbols)
        if kind in SIGNS:
            return self.math(f"{names} {self.relations[SIGNS[kind]]} 0")
        if kind in self.sets:
            return self.math(f"{names} {self.relations['in']} {self.sets[kind]}")
        return self.math(f"{names} {self.relations['in']} {self.space_of(kind)}")

    def space_of(self, shape):
        """R^n of columns; a row stays R^(1 x n)."""
        shape = [d for d in shape if d != 1] if not shape or shape[-1] == 1 else shape
        sizes = [self.printer.show(d) for d in shape]
        return self.reals([self.printer.bracketed(d, 1) for d in sizes] if len(sizes) > 1 else sizes)

    def borrowed(self, names, rendered):
        """With f(Z) and Z* of (i), C* for C at Z*: what a part has from an earlier one, of what occurs in its text."""
        if names.borrowed is None:
            return []
        short = [
            (c, f"{self.expression(c)} for {self.expression(a)} at {self.expression(at)}") for c, a, at in names.there
        ]
        short = [said for c, said in short if self.printer.show(c) in rendered]
        have = [
            self.expression(x)
            for x in (names.objective, names.best)
            if self.printer.show(x) in rendered + " ".join(short)
        ]
        return [f"{joined(have)} of {roman(names.borrowed)}", *short] if have else []

    def proof_names(self, names, rendered):
        """What only the proof calls by a name, of what occurs in its text."""
        if names.borrowed is not None:
            return []
        told = [self.defined(*d) for d in names.auxiliary]
        short = [(c, f"{self.expression(atom)} at {self.expression(at)}") for c, atom, at in names.there]
        short += [(names.least, "the value claimed")] if names.least is not None else []
        return told + [f"{self.expression(c)} for {said}" for c, said in short if self.printer.show(c) in rendered]

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


def joined(sentences):
    """a, b and c."""
    *first, last = sentences
    return f"{', '.join(first)} and {last}" if first else last


def capital(sentence):
    """With its first letter in upper case, if it begins with a letter."""
    return sentence[:1].upper() + sentence[1:]


ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def roman(n):
    """The name of the part `n`, counted from 0."""
    return f"({ROMAN[n]})" if n < len(ROMAN) else f"({n + 1})"
