"""Sums of networks: lists of pairs (coefficient, Term) on the way, and the normal form, in which like networks are joined."""

from __future__ import annotations

from sympy import Add, Mul, Pow, S, cancel, exp, expand, log, together
from sympy.core.sympify import _sympify

from derivations.language.entries import ONE
from derivations.language.errors import Undecided
from derivations.language.network import SCALAR, canonical, spelling
from derivations.language.partition import is_in_two_parts

TERMS = 20_000  # of a product: more would take minutes to bring to their normal form


def product(*sums):
    """The product of sums of networks; ports of the same label are identified."""
    result = [(ONE, SCALAR)]
    for other in sums:
        if len(result) * len(other) > TERMS:
            raise Undecided(f"a product that is multiplied out has more than {TERMS} terms")
        joined = ((a * b, s.joined(t)) for a, s in result for b, t in other)
        result = [(c, t) for c, t in joined if not is_in_two_parts(t)]
    return result


def scaled(coefficient, terms):
    return [(coefficient * a, t) for a, t in terms]


def relabelled(terms, mapping):
    return [(a, t.relabelled(mapping)) for a, t in terms]


def summed(terms, label, dimension):
    """Sum over the port `label`; a term that does not have it is counted `dimension` times."""
    return [(a if t.port(label) is not None else a * dimension, t.relabelled({label: None})) for a, t in terms]


def ports_of(matrix):
    """The indices of a factor, their dimensions and their labels; none for a dimension of 1."""
    kept = [(label, d) for label, d in zip(("row", "column"), map(_sympify, matrix.shape), strict=True) if d != 1]
    return (
        tuple(range(len(kept))),
        dict(enumerate(d for _, d in kept)),
        tuple((la, i) for i, (la, _) in enumerate(kept)),
    )


class NormalForm:
    """A sum of canonical networks, `{key: (coefficient, Term)}`; two with the same shape subtract and compare."""

    def __init__(self, terms):
        joined = {}
        for coefficient, term in terms:
            key = canonical(term)
            before = joined.get(key, (S.Zero,))[0]
            joined[key] = (before + coefficient, term)
        kept = ((key, _reduced(c), t) for key, (c, t) in joined.items())
        self.terms = {key: (c, t) for key, c, t in sorted(kept, key=lambda item: item[0]) if c != 0}

    def __sub__(self, other):
        return NormalForm([*self.terms.values(), *((-c, t) for c, t in other.terms.values())])

    def __eq__(self, other):
        return isinstance(other, NormalForm) and not (self - other).terms

    __hash__ = None

    @property
    def key(self):
        """A string that two expressions share if their normal forms are the same."""
        return " + ".join(f"({spelling(c)})*{key}" for key, (c, _) in self.terms.items())

    @property
    def is_zero(self):
        return not self.terms

    def __str__(self):
        return " + ".join(f"({c})*{spelled(t)}" for c, t in self.terms.values()) or "0"

    __repr__ = __str__


def _reduced(coefficient):
    """A coefficient in lowest terms; 0 exactly if it is the zero rational function of its generators."""
    if coefficient.is_Number:
        return coefficient
    flat = expand(coefficient.replace(log, _log_in_lowest_terms))
    return flat if flat.is_Number else cancel(together(flat))


def _log_in_lowest_terms(x):
    """log of x in lowest terms, with the exponentials that divide it taken out: log(exp(u) y) is u + log y."""
    parts = Mul.make_args(cancel(together(expand(x))))
    exponents = [f.args[0] if isinstance(f, exp) else f.exp * f.base.args[0] for f in parts if _is_exponential(f)]
    return Add(*exponents, log(Mul(*(f for f in parts if not _is_exponential(f)))))


def _is_exponential(x):
    """Whether x is exp(u) or a power of it, for a real u."""
    base = x.base if isinstance(x, Pow) else x
    return isinstance(base, exp) and bool(base.args[0].is_real) and (base == x or bool(x.exp.is_real))


def spelled(term):
    """A network in index notation: Z[i,k] G[i,j], summed over repeated indices."""
    names = {i: f"i{n}" for n, i in enumerate(sorted(term.dims))}
    factors = " ".join(f"{f.label}[{','.join(names[i] for i in f.slots)}]" for f in term.factors) or "1"
    ports = ", ".join(f"{label}={names[i]}" for label, i in term.ports)
    return f"{{{factors}{'; ' + ports if ports else ''}}}"
