"""The rewriting rules that an atom brings with it wherever it occurs."""

from __future__ import annotations

from functools import singledispatch

from sympy import HadamardProduct, Identity, Inverse, Lambda, MatAdd, MatMul, MatPow, Min, OneMatrix, Symbol, exp

from derivations.language.atoms import Leading, LogSumExp, Softmax
from derivations.language.entries import ONE
from derivations.language.network import Factor, Term
from derivations.language.norms import Absolute, Norms, RowNorms, UnitColumns, UnitRows
from derivations.language.propositions import Positive
from derivations.language.rewrite import Rule, solved


def atoms_with_laws(expr):
    """The atoms that have laws, in an expression and in the abbreviations in it."""
    found = expr.atoms(Leading, LogSumExp, Norms)
    found |= {Inverse(power.base) for power in expr.atoms(MatPow) if power.exp.is_negative}
    found |= {u.norms for u in expr.atoms(UnitColumns, UnitRows)}
    return found | {LogSumExp(*p.args) for p in expr.atoms(Softmax)}


@singledispatch
def laws(atom, normaliser):
    """Rules on networks in which the atom occurs."""
    raise TypeError(f"{type(atom).__name__} has no laws")


@laws.register
def _(atom: Leading, normaliser):
    """I_{:, q}: E_ik E_il = delta_kl E_ik, E_ik E_jk = delta_ij E_ik, sum_i E_ik = 1 if q <= r."""
    (r, q), key = atom.shape, normaliser.name(atom)
    if 1 in (r, q):
        return
    for twice, dims in ((((0, 1), (0, 2)), {0: r, 1: q, 2: q}), (((1, 0), (2, 0)), {0: q, 1: r, 2: r})):
        ports = (("i", 0), ("k", 1), ("l", 2))
        pattern = Term(tuple(Factor(key, slots) for slots in twice), dims, ports)
        once = Term((Factor(key, twice[0]),), {0: dims[0], 1: dims[1]}, (("i", 0), ("k", 1), ("l", 1)))
        yield Rule(pattern, ((ONE, once),))
    if q == r or (isinstance(q, Min) and r in q.args) or (r - q).is_nonnegative:
        column = Term((Factor(key, (0, 1)),), {0: r, 1: q}, (("k", 1),))
        yield Rule(column, ((ONE, Term((), {1: q}, (("k", 1),))),))


@laws.register
def _(atom: Inverse, normaliser):
    """M M^-1 = I and M^-1 M = I, for each invertible M that what is inverted is the product of."""
    _, factors = normaliser.inverted(atom.arg) or (1, ())
    for factor in factors:
        for product in (MatMul(factor, Inverse(factor)), MatMul(Inverse(factor), factor)):
            yield from _solved(MatAdd(product, MatMul(-1, Identity(factor.rows))), normaliser)


@laws.register
def _(atom: LogSumExp, normaliser):
    """sum_j A_ij exp(S_ij - LSE_i) = 1 and sum_j A_ij exp(S_ij) = exp(LSE_i), where every row has candidates."""
    if not normaliser.are_candidates(atom.candidates):
        return
    scores, candidates = atom.args
    ones, x = OneMatrix(scores.cols, 1), Symbol("x", real=True)
    yield from _solved(MatMul(Softmax(scores, candidates), ones) - OneMatrix(scores.rows, 1), normaliser)
    each, total = (matrix.applyfunc(Lambda(x, exp(x))) for matrix in (scores, atom))
    yield from _solved(MatMul(HadamardProduct(candidates, each), ones) - total, normaliser)


@laws.register
def _(atom: Norms, normaliser):
    """The squared norms of rows, sum_k Z_ik^2 = |z_i|^2, or of columns, if they are declared to be positive."""
    positive = (f.vector for f in normaliser.facts if isinstance(f, Positive) and isinstance(f.vector, Norms))
    if isinstance(atom, RowNorms) or any(normaliser.name(n) == normaliser.name(atom) for n in positive):
        yield from _solved(atom.squares - HadamardProduct(atom, atom), normaliser)


@laws.register
def _(atom: Absolute, normaliser):
    """|m|^2 = m^2."""
    twice = [normaliser.name(atom)] * 2
    for _, pattern in normaliser.parser.matrix(HadamardProduct(atom, atom)):
        if [f.key for f in pattern.factors] == twice:
            yield Rule(pattern, tuple(normaliser.by_facts(atom.squares).terms.values()))


def _solved(zero, normaliser):
    """What says that a vector is 0, as a rule; none if all its entries are the same, or nothing is summed over."""
    rule = solved(normaliser.by_facts(zero).terms.values())
    if rule is not None:
        yield rule
