"""Exhaustive search: nothing is left out, nothing comes twice, the smallest come first, and hypotheses hold."""

from itertools import product

import numpy as np
import pytest
from sympy import DiagonalOf, Identity, MatMul, MatrixSymbol, Symbol, ZeroMatrix, symbols

from derivations.language.arithmetic import EXACT, FLOAT
from derivations.language.atoms import Centring, Laplacian
from derivations.language.enumeration import Enumeration
from derivations.language.errors import NoInstance
from derivations.language.propositions import (
    AtMost,
    Eigenvector,
    EntrywiseNonnegative,
    Equal,
    OneEntry,
    OneHot,
    Symmetric,
    UnitLength,
)

N, K = symbols("N K", integer=True, positive=True)
G, Z = MatrixSymbol("G", N, N), MatrixSymbol("Z", N, K)
a, b = Symbol("a", positive=True), Symbol("b", real=True)


def every(hypotheses, expressions, size, arithmetic=EXACT):
    return list(Enumeration(hypotheses, expressions).of_size(size, arithmetic))


def spelled(instance, wanted):
    """The values of some symbols, as integers and tuples of them."""
    values = [np.asarray(instance.table[s]).astype(int) for s in wanted]
    return tuple(tuple(map(tuple, v)) if v.ndim else int(v) for v in values)


@pytest.mark.parametrize("size", range(8))
def test_matrices_of_all_shapes_against_brute_force(size):
    found = [spelled(i, (N, K, Z)) for i in every((), [Z], size)]
    wanted = set()
    for n, k in product(range(1, size + 1), repeat=2):
        left = size - n - k
        for entries in product(range(-left, left + 1), repeat=n * k) if left >= 0 and n * k <= 5 else ():
            if sum(map(abs, entries)) == left:
                wanted.add((n, k, tuple(map(tuple, np.array(entries).reshape(n, k)))))
    assert len(found) == len(set(found))
    assert {f for f in found if f[0] * f[1] <= 5} == wanted


@pytest.mark.parametrize("size", range(2, 7))
def test_entries_of_a_symmetric_matrix_count_once(size):
    found = [spelled(i, (N, G)) for i in every((Symmetric(G), EntrywiseNonnegative(G)), [G], size)]
    assert len(found) == len(set(found))
    for n, matrix in found:
        array = np.array(matrix)
        assert (array == array.T).all()
        assert (array >= 0).all()
        assert n + np.triu(array).sum() == size
    two = sum(n == 2 for n, _ in found)
    left = size - 2
    assert two == (left + 1) * (left + 2) // 2  # three entries that add up to what is left


def test_scalars_take_the_signs_that_they_may():
    assert sorted(spelled(i, (a, b)) for i in every((), [a, b], 2)) == [(1, -1), (1, 1), (2, 0)]


def test_hypotheses_cut_off_what_does_not_meet_them():
    units = every((UnitLength(Z),), [Z], 5, FLOAT)
    assert {spelled(i, (N, K)) for i in units} == {(1, 3), (2, 1)}
    assert all(abs(np.linalg.norm(i.table[Z], axis=1) - 1).max() < 1e-12 for i in units)
    hollow = Equal(DiagonalOf(G), ZeroMatrix(N, 1))
    assert all(not np.diag(i.table[G]).any() for i in every((Symmetric(G), hollow), [G], 5))
    assert [spelled(i, (a, b)) for i in every((AtMost(a, b),), [a, b], 4)] == [(1, 3), (2, 2)]


def test_every_choice_that_a_hypothesis_leaves_is_made():
    labels, classes = MatrixSymbol("Y", N, K), Identity(1)
    partitions = [spelled(i, (labels,)) for i in every((OneHot(labels),), [labels, classes], 5)]
    assert len(partitions) == len(set(partitions))
    sizes = [tuple(np.array(p).sum(axis=0)) for (p,) in partitions if np.array(p).shape == (3, 2)]
    assert sorted(sizes) == [(0, 3), (1, 2), (2, 1), (3, 0)]
    entry = MatrixSymbol("e", N, 1)
    assert len(every((OneEntry(entry),), [entry], 3)) == 3
    p, value = MatrixSymbol("p", N, 1), Symbol("lambda", real=True)
    given = (Symmetric(G), EntrywiseNonnegative(G), Eigenvector(Laplacian(G), p, value, Centring(N)))
    edge = [i for i in every(given, [G, p], 4, FLOAT) if np.asarray(i.table[G]).trace() == 0 and len(i.table[G]) == 3]
    assert sorted(round(i.table[value], 9) for i in edge) == [0, 0, 0, 2, 2, 2]  # three edges, two eigenvectors each


def test_given_values_are_taken_up_if_they_meet_the_hypotheses():
    search = Enumeration((Symmetric(G), Equal(Z, MatMul(G, G))), [G, Z])
    (instance,) = search.at({N: 2, G: np.array([[0, 1], [1, 0]])} | dict.fromkeys({K} & set(search.free), 2), EXACT)
    assert (instance.table[Z] == np.eye(2)).all()
    assert not list(search.at({N: 2, G: np.array([[0, 1], [0, 0]])} | dict.fromkeys({K} & set(search.free), 2), EXACT))


def test_what_cannot_be_determined_is_said():
    p, q = MatrixSymbol("p", N, 1), MatrixSymbol("q", N, 1)
    with pytest.raises(NoInstance, match="no order"):
        every((Equal(p, 2 * q), Equal(q, 2 * p)), [p, q], 3)


def test_a_search_of_little_patience_finds_the_first_instances_and_stops():
    whole = [spelled(i, (N, Z)) for size in range(6) for i in every((), [Z], size)]
    hasty = Enumeration((), [Z], patience=40)
    found = [spelled(i, (N, Z)) for size in range(6) for i in hasty.of_size(size, EXACT)]
    assert 0 < len(found) < len(whole)
    assert found == whole[: len(found)]


def test_no_work_is_done_without_patience(monkeypatch):
    given = []
    values = Enumeration._values
    monkeypatch.setattr(Enumeration, "_values", lambda *args: (given.append(x) or x for x in values(*args)))
    assert len(list(Enumeration((), [MatrixSymbol("M", 5, 5)], patience=10).of_size(9, EXACT))) == 10
    assert len(given) == 11


@pytest.mark.parametrize(("value", "allowed"), [(1, True), (0, False), (-1, False)])
def test_a_number_of_another_sign_than_is_declared_is_no_instance(value, allowed):
    found = list(Enumeration((), [a + b]).at({a: value, b: value}, EXACT))
    assert bool(found) is allowed
    assert list(Enumeration((), [b]).at({b: value}, EXACT))
