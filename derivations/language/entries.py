"""Functions of the entries of matrices, such as max(0, a_k) or exp(S_ij - v_i): factors of networks.

A function is known by its expression, in which an `Entry` stands for each entry of a matrix. Its indices are numbered,
so that two functions are the same factor whatever their indices are called.
"""

from __future__ import annotations

from itertools import permutations

from sympy import (
    Add,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Integer,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    Pow,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation
from derivations.language.network import Factor, Term, spelling

ONE = Integer(1)


class Entry(Symbol):
    """The entry of the matrix `key` at some of the numbered indices of the function that it is in.

    Those of a symmetric matrix are in order, and its name says so.
    """

    def __new__(cls, key, positions, symmetric=False):
        joint = "~" if symmetric and len(positions) == 2 else ","
        positions = sorted(positions) if joint == "~" else positions
        return super().__new__(cls, f"{key}@{joint.join(map(str, positions))}", real=True)

    key = property(lambda self: self.name.rpartition("@")[0])
    symmetric = property(lambda self: "~" in self.name.rpartition("@")[2])

    @property
    def positions(self):
        return tuple(int(p) for p in self.name.rpartition("@")[2].replace("~", ",").split(",") if p)

    def at(self, where):
        """The entry with its indices renumbered."""
        return Entry(self.key, [where[p] for p in self.positions], self.symmetric)


def renumbered(function, where):
    return function.xreplace({e: e.at(where) for e in function.atoms(Entry)})


def numbers(function):
    """The numbers of the indices of a function."""
    return sorted({p for e in function.atoms(Entry) for p in e.positions})


def composed(node, is_opaque=lambda abbreviation: False):
    """A scalar in which entries of sums, multiples, transposes and elementwise functions are made of entries of their parts."""
    return node.xreplace({e: entry_at(*e.args, is_opaque) for e in node.atoms(MatrixElement)})


def entry_at(matrix, i, j, is_opaque=lambda abbreviation: False):
    """matrix_ij in terms of entries of what the matrix is made of, as far as that takes no sum over an index."""

    def inner(m, row=i, column=j):
        return entry_at(m, row, column, is_opaque)

    match matrix:
        case ElementwiseApplyFunction():
            return matrix.function(inner(matrix.expr))
        case MatAdd():
            return Add(*map(inner, matrix.args))
        case HadamardProduct():
            return Mul(*map(inner, matrix.args))
        case HadamardPower():
            return inner(matrix.args[0]) ** matrix.args[1]
        case DiagonalOf():
            return inner(matrix.args[0], i, i)
        case Transpose():
            return inner(matrix.args[0], j, i)
        case OneMatrix():
            return ONE
        case ZeroMatrix():
            return Integer(0)
        case MatMul():
            coefficient, factors = matrix.as_coeff_matrices()
            cut = next((n for n in range(1, len(factors)) if factors[n].rows == 1), None)
            if cut is not None:  # an outer product
                column, row = MatMul(*factors[:cut]), MatMul(*factors[cut:])
                return coefficient * inner(column, i, Integer(0)) * inner(row, Integer(0), j)
            return coefficient * (inner(factors[0]) if len(factors) == 1 else MatrixElement(MatMul(*factors), i, j))
        case Abbreviation() if not is_opaque(matrix):
            return inner(matrix.definition)
    return MatrixElement(matrix, i, j)


def function_factor(function, exponent=ONE):
    """The factor function**exponent; its slots are the numbers of the indices."""
    orders = permutations(numbers(function))
    forms = [(renumbered(function, {p: n for n, p in enumerate(order)}), order) for order in orders]
    least, order = min(forms, key=lambda form: spelling(form[0]))
    symmetric = len(order) > 1 and all(form == least for form, _ in forms)
    return Factor(spelling(least), order, symmetric, least, exponent)


def entry_networks(function, dims):
    """A function of entries as a sum of products of factors, with the ports ("entry", number)."""
    terms = []
    for summand in Add.make_args(function):
        coefficient, factors = ONE, []
        for part in Mul.make_args(summand):
            base, exponent = part.args if isinstance(part, Pow) else (part, ONE)
            if not part.atoms(Entry):
                coefficient *= part
            elif isinstance(base, Entry) and exponent.is_Integer and exponent > 0:
                factors += [Factor(base.key, base.positions, base.symmetric)] * int(exponent)
            elif exponent.atoms(Entry):
                factors.append(function_factor(part))
            else:
                factors.append(function_factor(base, exponent))
        ports = tuple((("entry", n), n) for n in range(len(dims)))
        terms.append((coefficient, Term(tuple(factors), dict(enumerate(dims)), ports)))
    return terms


def expands(factor):
    """Whether a factor is a power of a polynomial in functions of entries."""
    entry, exponent = factor.entry, factor.exponent
    if entry is None or not exponent.is_Integer or exponent <= 0:
        return False
    if isinstance(entry, Pow):
        return not entry.exp.atoms(Entry)
    return isinstance(entry, (Add, Mul, Entry))


def collapsed(factor):
    """The factor with the number of an index that two of its slots share given once."""
    if factor.entry is None or len(set(factor.slots)) == len(factor.slots):
        return factor
    kept = sorted(set(factor.slots))
    function = renumbered(factor.entry, {n: kept.index(i) for n, i in enumerate(factor.slots)})
    smaller = function_factor(function, factor.exponent)
    return smaller.moved(dict(enumerate(kept)))
