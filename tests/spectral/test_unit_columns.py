"""Unit columns where the relation is definite: why it must vanish where the metric does, and that few columns will do."""

import numpy as np
import pytest

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.evaluate import evaluate
from derivations.language.instances import Instance
from derivations.language.propositions import Eigenpairs
from derivations.language.substitute import symbols_of
from derivations.proof.lemmas import LEMMAS
from derivations.spectral import unit_columns as u


def at(values, expressions):
    """An instance with the symbols of some expressions, found by their names, at these values."""
    symbols = {s.name: s for e in expressions for s in symbols_of(e)}
    number = {True: MULTI_PRECISION.array, False: MULTI_PRECISION.number}
    return Instance(MULTI_PRECISION, {symbols[n]: number[np.ndim(v) > 0](v) for n, v in values.items()}, None)


def test_a_relation_that_sees_more_than_the_metric_is_not_diagonal_in_its_basis():
    """A = I and M = diag(1, 0) have one eigenpair, but A is not made of it; and columns that only A sees do better."""
    lemma = LEMMAS["simultaneous-diagonalisation"]
    whole, _, first = lemma.statement.parts
    *_, vanishing, pencil, positive = lemma.hypotheses
    line, eye = [[1.0], [0.0]], np.eye(2)
    values = {"A": eye, "B": 0 * eye, "M": np.diag([1.0, 0.0]), "kappa": 1.0, "N": 2, "K": 2, "r": 1}
    values |= {"V": line, "P": line, "g": [[1.0]], "h": [[1.0]]}
    expressions = [e for p in (*lemma.hypotheses, whole, first) for e in p.expressions()]
    instance = at(values, expressions)
    assert pencil.residual(instance) == positive.residual(instance) == 0
    assert vanishing.residual(instance) > 0.1
    assert whole.residual(instance) > 0.1

    Z = np.array([[1.0, 1.0], [0.5**0.5, -(0.5**0.5)]])  # of length one in M
    theorem = u.definite(1).scale_free("Z")
    claim = {"A": eye, "M": np.diag([1.0, 0.0]), "g": np.ones((1, 1)), "nu": 1.0, "N": 2, "K": 2, "r": 1}
    assert evaluate(theorem.statement.objective, claim | {"Z": Z}) < 1.1 < evaluate(theorem.statement.value, claim)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_smallest_eigenpairs_are_all_that_is_asked_for(sign):
    theorem = u.definite(sign).scale_free("Z")
    (pencil,) = (h for h in theorem.hypotheses if isinstance(h, Eigenpairs))
    assert (pencil.vectors, pencil.values, pencil.rank) == (u.vectors, u.values, u.r)
    assert type(pencil) is Eigenpairs
