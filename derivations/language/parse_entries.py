"""Entries of matrices, and functions of entries, as networks."""

from __future__ import annotations

from sympy import Dummy, Lambda, MatrixExpr, MatrixSymbol, Pow, Sum, Symbol, Trace, exp, expand
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation, ScalarAtom
from derivations.language.entries import ONE, Entry, composed, entry_networks, function_factor, numbers, renumbered
from derivations.language.errors import UnsupportedExpression
from derivations.language.network import Term, spelling
from derivations.language.substitute import UNDEFINED, symbols_of
from derivations.language.sums import product, relabelled, scaled

INDEX_ASSUMPTIONS = {"integer": True, "nonnegative": True, "real": True, "commutative": True}


def is_index(symbol):
    """Whether nothing is declared of a symbol that some index 0, 1, ... fails to meet."""
    return isinstance(symbol, Symbol) and symbol._assumptions_orig.items() <= INDEX_ASSUMPTIONS.items()


def key_of(symbol):
    """The key of a matrix symbol, told apart from those of atoms; its dimensions tell it from others of its name. One that
    is named by a symbol, or of another kind, is another one.
    """
    if type(symbol) is MatrixSymbol and isinstance(symbol.args[0], Str):
        key = repr(symbol.name) if "(" in symbol.name else symbol.name
    else:
        key = spelling(symbol)
    return f"row({key})" if symbol.rows == 1 != symbol.cols else key


class EntryParser:
    """Reads functions of entries into sums of networks, `[(coefficient, Term), ...]`; a Parser has rules for all nodes.

    `known` (a Normaliser) knows what the declared facts say: `is_symmetric(matrix)` whether the two indices of a symbol may
    be exchanged, `is_opaque(abbreviation)` whether not to look through it, and `name(matrix)` the key of an atom whose
    arguments are matrices (two atoms with arguments of the same normal form get the same key);
    `multiple_of_identity(matrix)` is c where the normal form is that of c I, else None; `multiple_of_ones(vector)` the same
    for c 1; `inverted(matrix)` is (c, factors) for c times a product of matrices that are known to be invertible, c not 0,
    else None; `log_sum_exp(scores, weights)` gives, for the LogSumExp of two matrices in networks, whether its rows are
    known to have candidates, the key of a factor, and terms to be added to it; `sum_of_exponentials(node)` is
    sum_j A_ij exp(S_ij) of a LogSumExp where it is the same for every i, and `levels(matrix)` gives (low, high, b) for a
    matrix low + (high - low) b with b of 0 and 1, both None where that is not known; `positive` are the functions of entries
    that are declared to be positive, each with the dimensions that its indices run over; `turned(matrix)` are matrices of
    the same eigenvalues as a square one.
    """

    def __init__(self, known):
        self.known = known

    def _entry(self, node, exponent, env):
        """A function of entries that is not a polynomial: factors of their own, known by their expressions."""
        if (whole := composed(node, self.known.is_opaque)) != node:
            return self.scalar(whole**exponent, env)
        elements = sorted(node.atoms(MatrixElement), key=spelling)
        if not elements or node.atoms(Entry):
            raise UnsupportedExpression(node, "the normal form", "it is not polynomial in the entries of its arguments")
        for e in elements:
            indices_of(e, env)
        for e in elements:
            if (levels := self.known.levels(e.args[0])) is not None:
                return self._at_levels(node**exponent, e, levels, env)
        indices = list(dict.fromkeys(i for e in elements for i in e.args[1:] if i in env and env[i] != 1))
        if len(indices) > 2:
            raise UnsupportedExpression(node, "the normal form", "a function of entries at more than two indices")
        dims = [env[i] for i in indices]
        entry = self.entry(node, elements, indices)
        if entry.free_symbols & env.keys() or entry.has(MatrixExpr, Trace, Sum, ScalarAtom):
            raise UnsupportedExpression(node, "the normal form", "more than a function of entries")
        if entry.has(*UNDEFINED):
            raise UnsupportedExpression(node, "the normal form", "it is not defined")
        if isinstance(entry, exp) and entry.args[0].is_real and exponent.is_real:
            entry, exponent = exp(expand(exponent * entry.args[0])), ONE  # exp(u)^p = exp(p u) for real u and p
        for power in (entry**exponent).atoms(Pow):
            if not power.exp.is_nonnegative and not self._is_divisor(power.base, dims):
                found = power.base.xreplace({e: Symbol(e.key) for e in power.base.atoms(Entry)})
                raise UnsupportedExpression(node, "the normal form", f"{found} is not declared to be positive")
        names = {("entry", n): i for n, i in enumerate(indices)}
        if exponent == 1:
            return relabelled(entry_networks(entry, dims), names)
        factor = function_factor(entry, exponent)
        return [(ONE, Term((factor,), dict(enumerate(dims)), tuple((i, n) for n, i in enumerate(indices))))]

    def _at_levels(self, node, element, levels, env):
        """A function of an entry that is `low` or `high`, as b_ij is 0 or 1: f(low) + (f(high) - f(low)) b_ij."""
        low, high, b = levels
        entry = Dummy(real=True)
        for power in node.xreplace({element: entry}).atoms(Pow):
            bases = [power.base.xreplace({entry: level}) for level in (low, high) if level is not None]
            if not power.exp.is_nonnegative and any(x.is_zero is not False and not x.has(MatrixElement) for x in bases):
                raise UnsupportedExpression(node, "the normal form", f"{power.base} may be zero")
        at_low = self.scalar(node.xreplace({element: low}), env)
        if b is None:
            return at_low
        at_high = self.scalar(node.xreplace({element: high}), env)
        chosen = self._picked([(ONE, b)], indices_of(element, env), element.args[0].rows)
        return at_low + product(at_high, chosen) + scaled(-ONE, product(at_low, chosen))

    def entry(self, node, elements, indices):
        """A function of entries with each entry replaced by its stand-in, the indices numbered as they are given."""
        names = {}
        for e in elements:
            matrix, *at = e.args
            positions = [indices.index(i) for i, d in zip(at, matrix.shape, strict=True) if d != 1]
            names[e] = Entry(self.key(matrix), positions, len(positions) == 2 and self.known.is_symmetric(matrix))
        return expand(node.xreplace(names))

    def key(self, matrix):
        """The key of a matrix as a factor, or of one that is none as the argument of a function."""
        if isinstance(matrix, MatrixSymbol):
            return key_of(matrix)
        return spelling(matrix) if isinstance(matrix, Abbreviation) else self.known.name(matrix)

    def _is_positive_vector(self, vector):
        """Whether a vector of symbols is declared to be positive."""
        index = Dummy(integer=True)
        element = MatrixElement(vector, index, 0)
        return isinstance(vector, MatrixSymbol) and self._is_positive(
            self.entry(element, [element], [index]), [vector.rows]
        )

    def _is_divisor(self, base, dims):
        """Whether a function of entries may be divided by."""
        return self._is_positive(base, dims)

    def _is_positive(self, base, dims):
        """Whether a function of entries at indices that run over `dims` is declared to be positive."""
        if {(base, tuple(dims)), (base, ())} & (known := self.known.positive):
            return True
        whole = {(e, own) for e, own in known if isinstance(e, Entry) and len(numbers(e)) == len(e.positions)}
        declared = {(e.key, _sizes(e, own)) for e, own in whole}  # all entries, and not those of the diagonal alone
        stand_ins = {e: Dummy(positive=True) for e in base.atoms(Entry) if (e.key, _sizes(e, dims)) in declared}
        kept = numbers(base)
        return bool(base.xreplace(stand_ins).is_positive) or (
            len(kept) == 1 and (renumbered(base, {kept[0]: 0}), (dims[kept[0]],)) in known
        )


def free_indices(node, bound=frozenset()):
    """Pairs of a free index of the entries in an expression and a dimension that it runs over."""
    if isinstance(node, Sum):
        bound = bound | {limit[0] for limit in node.limits}
    elif isinstance(node, Lambda):
        bound = bound | set(node.variables)
    own = zip(node.args[1:], node.args[0].shape, strict=True) if isinstance(node, MatrixElement) else ()
    found = {(i, d) for i, d in own if is_index(i) and i not in bound and d != 1}
    return found.union(*(free_indices(a, bound) for a in node.args))


def _sizes(entry, dims):
    """The dimensions that the indices of an entry run over."""
    return tuple(dims[p] for p in entry.positions)


def indices_of(node, env):
    """The index of each port of the matrix that an entry is of; refuses one that runs over something else."""
    matrix, *indices = node.args
    check_closed(matrix, env)
    wanted = {}
    for label, i, d in zip(("row", "column"), indices, matrix.shape, strict=True):
        if d == 1 and (i == 0 or env.get(i) == 1):
            continue
        if i not in env:
            raise UnsupportedExpression(node, "the normal form", f"the index {i} is not summed over")
        if env[i] != d:
            raise UnsupportedExpression(node, "the normal form", f"{i} runs over {env[i]}, the matrix over {d}")
        wanted[label] = i
    return wanted


def check_closed(node, env):
    """Refuse a matrix that is another one for each value of an index that is summed over."""
    if symbols_of(node) & env.keys():
        raise UnsupportedExpression(node, "the normal form", "it depends on an index that is summed over")
