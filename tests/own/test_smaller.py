"""From some counterexample to a small one: no step makes it smaller, and every one on the way refutes the claim."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import MatrixSymbol, Symbol, Trace, symbols

from derivations.language.propositions import Equal, Symmetric
from derivations.own.smaller import _smaller, smaller
from derivations.proof.claim import Claim, Counterexample

N, K = symbols("N K", integer=True, positive=True)
A, B, Z = MatrixSymbol("A", N, N), MatrixSymbol("B", N, N), MatrixSymbol("Z", N, K)
a = Symbol("a", positive=True)
commuting = Claim("Symmetric matrices commute.", Equal(A * B, B * A), (Symmetric(A), Symmetric(B)))
small = Claim("A weighted square is 0.", Equal(a * Trace(Z.T * Z), 0 * a))


def counterexample(claim, values):
    return Counterexample(values, {}, claim.refuting(values), None)


def test_a_large_counterexample_becomes_a_smallest_one():
    entries = np.array([[3, 1, -2], [1, 0, 5], [-2, 5, 4]])
    found = smaller(commuting, counterexample(commuting, {N: 3, A: entries, B: np.diag([7, -1, 2])}))
    assert found.values[N] == 2
    assert abs(found.values[A]).sum() + abs(found.values[B]).sum() == 3
    assert (found.values[A] == found.values[A].T).all()
    assert commuting.refuting(found.values) is not None


@settings(max_examples=20)
@given(n=st.integers(1, 4), k=st.integers(1, 3), weight=st.integers(1, 9), seed=st.integers(0, 2**32))
def test_no_step_makes_the_last_one_smaller(n, k, weight, seed):
    entries = np.random.default_rng(seed).integers(-5, 6, (n, k))
    entries[0, 0] = 4
    event(f"{n} x {k}")
    found = smaller(small, counterexample(small, {N: n, K: k, a: weight, Z: entries}))
    assert {s.name: np.abs(v).tolist() for s, v in found.values.items()} == {"N": 1, "K": 1, "a": 1, "Z": [[1]]}
    assert all(small.refuting(values) is None for values in _smaller(found.values))


@pytest.mark.parametrize("value", [5, -5, 2, -1])
def test_steps_go_towards_zero(value):
    taken = [values[a] for values in _smaller({a: value})]
    assert taken == sorted(taken, key=abs)
    assert all(abs(x) < abs(value) for x in taken)
    assert 0 in taken
