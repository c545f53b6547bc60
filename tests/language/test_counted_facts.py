"""Facts that count: how many eigenpairs there are beside those that are named, and what blocks of the identity are."""

import numpy as np
import pytest
from sympy import Identity, MatrixSymbol, Symbol, symbols

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.errors import NoInstance
from derivations.language.instances import Instance, instances
from derivations.language.propositions import Blocks, Eigenpairs, Symmetric

N, K, m = symbols("N K m", integer=True, positive=True)
n = Symbol("n", integer=True, nonnegative=True)
A, V, values = MatrixSymbol("A", N, N), MatrixSymbol("V", N, K), MatrixSymbol("lambda", K, 1)
J, T = MatrixSymbol("J", K + m, K), MatrixSymbol("T", K + m, m)
pencil = Eigenpairs(A, Identity(N), V, values, K + n)


def at(table):
    convert = {
        s: MULTI_PRECISION.array(x) if isinstance(x, np.ndarray) else MULTI_PRECISION.number(x)
        for s, x in table.items()
    }
    return Instance(MULTI_PRECISION, convert, None)


def test_what_the_rank_exceeds_the_number_of_vectors_by_is_determined():
    assert pencil.determined() == (V, values, n)
    drawn = list(instances([Symmetric(A), pencil], [A], 6))
    assert len(drawn) == 6
    assert all(i.dimension(K) + i.dimension(n) == i.dimension(N) for i in drawn)


def test_there_are_no_more_eigenpairs_than_the_rank():
    table = {N: 2, K: 3, A: np.diag([1, 2])}
    with pytest.raises(NoInstance, match="smaller rank"):
        pencil.determine(at(table))
    padded = {V: np.eye(2, 3, dtype=int), values: np.array([[1], [2], [0]]), n: 0}
    assert pencil.residual(at(table | padded)) == 1


def test_blocks_are_the_columns_of_the_identity_in_order():
    identity = np.eye(3, dtype=int)
    table = {K: 1, m: 2}
    assert Blocks(J, T).residual(at(table | {J: identity[:, :1], T: identity[:, 1:]})) == 0
    for order in ([1, 0, 2], [2, 0, 1]):
        turned = identity[:, order]
        assert Blocks(J, T).residual(at(table | {J: turned[:, :1], T: turned[:, 1:]})) == 1
    assert Blocks(J, T).residual(at(table | {J: -identity[:, :1], T: identity[:, 1:]})) == 2
    assert Blocks(J, J).residual(at(table | {J: identity[:, :1]})) == 1
