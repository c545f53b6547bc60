"""Refuted claims: the counterexample refutes, is the smallest there is, and a stored one that does not refute is refused."""

import json

import numpy as np
import pytest
from sympy import MatrixSymbol, Symbol, Trace, Transpose, exp, log, sqrt, symbols

from derivations.language.arithmetic import EXACT, FLOAT
from derivations.language.atoms import SquaredNorm
from derivations.language.errors import NoInstance
from derivations.language.propositions import AtMost, Equal, Symmetric
from derivations.proof import claim as module
from derivations.proof.claim import Claim
from derivations.proof.store import check_claim, store_claim
from derivations.proof.theorem import ProofError

N = Symbol("N", integer=True, positive=True)
A, B = MatrixSymbol("A", N, N), MatrixSymbol("B", N, N)
x = Symbol("x", real=True)
commuting = Claim("All matrices commute.", Equal(A * B, B * A))
symmetric_ones = Claim("Symmetric matrices commute.", Equal(A * B, B * A), (Symmetric(A), Symmetric(B)))
shrinking = Claim("Squares are no larger.", AtMost(x**2, x), (AtMost(0, x),))


def test_the_counterexample_is_the_smallest():
    found = commuting.counterexample
    assert found.size == 4  # two dimensions... and one entry each: no smaller matrices do not commute
    assert found.values[N] == 2
    a, b = found.values[A], found.values[B]
    assert abs(a).sum() == abs(b).sum() == 1
    assert (a @ b != b @ a).any()
    assert symmetric_ones.counterexample.size == 4
    assert shrinking.counterexample.values == {x: 2}


def test_it_is_confirmed_without_rounding():
    found = commuting.counterexample
    assert found.instance.arithmetic is EXACT
    assert commuting.refuting(found.values) is not None
    assert commuting.refuting(found.values | {B: found.values[A]}) is None
    assert symmetric_ones.refuting({N: 2, A: np.array([[0, 1], [0, 0]]), B: np.array([[0, 0], [1, 0]])}) is None
    assert found.sides(Equal(Trace(A * B), Trace(B * A)))[0] == found.sides(Equal(Trace(A * B), Trace(B * A)))[1]


def test_a_claim_that_holds_is_not_refuted(monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 5)
    for statement in (Equal(Trace(A * B), Trace(B * A)), AtMost(0, SquaredNorm(A)), Equal(Transpose(A.T), A)):
        with pytest.raises(NoInstance, match="no counterexample of size 5"):
            Claim("It holds.", statement).counterexample  # noqa: B018


def test_rounding_does_not_refute():
    y, z = symbols("y z", positive=True)
    claim = Claim("Sums are exact.", Equal(y / 10 + z / 10, (y + z) / 10))
    assert claim.refuting({y: 1, z: 2}) is None


def test_a_stored_claim_is_tried_at_its_counterexample():
    document = json.loads(json.dumps(store_claim(commuting)))
    check_claim(document)
    for spoilt in (
        [[s, [[0, 0], [0, 0]]] if isinstance(v, list) else [s, v] for s, v in document["counterexample"]],
        document["counterexample"][:-1],
    ):
        with pytest.raises(ProofError, match="is not refuted by"):
            check_claim(document | {"counterexample": spoilt})
    with pytest.raises(ProofError, match="vocabulary"):
        check_claim(document | {"statement": {"proposition": "Nonsense", "arguments": []}})
    for damaged in ({}, document | {"counterexample": [[0]]}, document | {"expressions": None}):
        with pytest.raises(ProofError, match="cannot be read"):
            check_claim(damaged)


def test_a_number_of_another_sign_than_is_declared_refutes_nothing():
    y = Symbol("y", positive=True)
    claim = Claim("A positive number is its absolute value.", Equal(abs(Symbol("x", real=True)), y), ())
    never = Claim("It is not below 0.", AtMost(0, y))
    assert never.refuting({y: -1}) is None
    assert claim.refuting({y: 1, Symbol("x", real=True): 2}) is not None
    document = json.loads(json.dumps(store_claim(shrinking)))
    (variable,) = [n for n in document["expressions"] if n.get("symbol") == "x"]
    variable["assumptions"] = {"negative": False, "nonnegative": True}
    document["counterexample"][0][1] = -2
    with pytest.raises(ProofError, match="is not refuted by"):
        check_claim(document)


@pytest.mark.parametrize(
    ("statement", "at_zero", "below"),
    [
        (Equal(1 / x, 2 / x), False, True),
        (Equal(sqrt(x) + 1, 2 * sqrt(x)), True, False),
        (Equal(log(x), 1 + log(x)), False, False),
        (Equal(exp(exp(x**2)), 0 * x), True, False),  # larger than any float
    ],
)
def test_where_a_statement_is_not_defined_it_is_not_refuted(statement, at_zero, below):
    claim = Claim("It holds.", statement, (AtMost(x, 0),))
    assert (claim.refuting({x: 0}) is not None) is at_zero
    assert (claim.first_of((None, i) for i in claim.search.of_size(40, FLOAT)) is not None) is below


def test_the_first_of_some_candidates_is_found_or_none():
    assert commuting.first_of(commuting.candidates(patience=3)) is None
    assert commuting.first_of(commuting.candidates()).size == commuting.counterexample.size
