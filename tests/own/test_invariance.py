"""What a loss does not see: which transformations are proved, which are refuted and by what, and that both are right."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sympy import (
    DiagonalMatrix,
    HadamardPower,
    Identity,
    Integer,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    Symbol,
    Trace,
    exp,
)

from derivations.language.atoms import SquaredNorm
from derivations.language.evaluate import evaluate
from derivations.language.loss import Loss
from derivations.language.norms import RowNorms
from derivations.language.propositions import Positive
from derivations.own.derivation import derive
from derivations.own.invariance import invariances
from derivations.own.transformations import transformations
from derivations.proof.trial import try_steps
from tests.own import losses
from tests.own.losses import C, G, H, K, L, N, U, Z, alpha, each, loss, symmetric, total, x

EVERY = (
    *("rotation", "signs", "order of columns", "translation", "scale of rows", "scale of columns", "scale"),
    "order of rows",
)


def verdicts(stated):
    return {i.transformation.name: i.verdict for i in derive(stated).invariances}


def of(stated, name):
    return next(i for i in derive(stated).invariances if i.transformation.name == name)


@pytest.mark.parametrize(
    ("stated", "unseen", "undecided"),
    [
        (losses.whitening, {"rotation", "translation", "order of rows"}, set()),
        (losses.weighted, {"signs", "order of columns", "translation", "order of rows"}, set()),
        (losses.exponential, {"order of columns", "order of rows"}, set()),
        (losses.hinge, {"order of columns", "order of rows"}, set()),
        (losses.absolute, {"order of columns", "order of rows"}, {"signs"}),
        (losses.cosine, {"rotation", "scale of rows", "order of rows"}, set()),
        (losses.corner, set(), {"signs"}),
        (losses.ordered, {"order of rows"}, {"signs"}),
        (losses.kinked, {"order of columns", "order of rows"}, {"rotation", "signs"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_is_proved_refuted_and_left_open(stated, unseen, undecided):
    found = verdicts(stated)
    assert {name for name, verdict in found.items() if verdict == "proved"} == unseen
    assert {name for name, verdict in found.items() if verdict == "undecided"} == undecided
    asked = {t.name for t in transformations(stated) if not t.within & unseen}
    assert found.keys() == asked <= set(EVERY)


def test_the_rotation_that_changes_the_loss_is_the_smallest_there_is():
    found = of(losses.exponential, "rotation")
    assert found.counterexample.size == 4
    assert {s.name: np.asarray(v, dtype=float).tolist() for s, v in found.values.items()} == {
        "N": 1,
        "K": 1,
        "Z": [[1]],
        "Q": [[-1]],
    }
    assert found.sides == (pytest.approx(np.e), pytest.approx(1 / np.e))


def test_where_the_smallest_is_far_a_small_one_is_found():
    found = of(losses.weighted, "rotation")
    values = {s.name: np.asarray(v, dtype=float) for s, v in found.values.items()}
    assert (values["N"], values["K"]) == (2, 2)
    np.testing.assert_allclose(values["Q"] @ values["Q"].T, np.eye(2), atol=1e-12)
    assert not np.isin(values["Q"], (-1, 0, 1)).all()  # the loss does not see signs and orders of columns
    assert np.abs(values["Z"]).sum() <= 2


def test_a_counterexample_lies_where_the_loss_is_smooth():
    found = of(losses.cosine, "translation")
    assert Positive(RowNorms(Z)) in found.claim.hypotheses
    values = {s.name: np.asarray(v, dtype=float) for s, v in found.values.items()}
    assert np.linalg.norm(values["Z"], axis=1).min() > 0
    assert np.linalg.norm(values["Z"] + values["c"].T, axis=1).min() > 0


def test_of_one_column_nothing_is_asked_twice():
    v = MatrixSymbol("v", N, 1)
    stated = Loss("one", "", v, Trace(v.T * G * v), facts=symmetric)
    assert [t.name for t in transformations(stated)] == [
        "signs",
        "translation",
        "scale of rows",
        "scale",
        "order of rows",
    ]


def test_parameters_have_names_that_the_loss_does_not_use():
    c, d = Symbol("c", positive=True), Symbol("d", positive=True)
    found = {t.name: t for t in transformations(loss("named", c * SquaredNorm(Z) + d * Trace(Z.T * Z)))}
    assert str(found["translation"].mapping[Z]) == "Z + 1*c_2.T"
    assert str(found["scale of rows"].mapping[Z]) == "DiagMatrix(d_2)*Z"


def test_matrices_of_the_samples_are_listed_with_them():
    found = next(t for t in transformations(losses.cosine) if t.name == "order of rows")
    assert {str(s): str(e) for s, e in found.mapping.items()} == {"Z": "S*Z", "G": "S*G*S.T"}


# random losses: what NumPy makes of the same transformations


TERMS = [
    SquaredNorm(Z),
    SquaredNorm(Z.T * Z - Identity(K)),
    SquaredNorm(C),
    SquaredNorm(DiagonalMatrix(C)),
    Trace(Z.T * L * Z),
    Trace(G * Z * Z.T),
    total(HadamardPower(Z, 3)),
    total(HadamardPower(MatMul(H, Z), 4)),
    each(exp(x), Z),
    each(Max(0, x), Z),
    Trace(G * U * U.T),
    SquaredNorm(U.T * U),
    Trace(OneMatrix(1, N) * Z * OneMatrix(K, 1)),
    Z[0, 0],
]
stated_losses = st.lists(st.tuples(st.sampled_from([1, -2, alpha]), st.sampled_from(TERMS)), min_size=1, max_size=2)


def transformed(name, Z, G, rng):
    """(Z, G) under a random transformation of some name."""
    n, k = Z.shape
    rows, columns = rng.permutation(n), rng.permutation(k)
    match name:
        case "rotation":
            return Z @ np.linalg.qr(rng.standard_normal((k, k)))[0], G
        case "signs":
            return Z * rng.choice([-1, 1], k), G
        case "order of columns":
            return Z[:, columns], G
        case "translation":
            return Z + rng.standard_normal(k), G
        case "scale of rows":
            return Z * rng.uniform(0.1, 3, (n, 1)), G
        case "scale of columns":
            return Z * rng.uniform(0.1, 3, k), G
        case "scale":
            return Z * rng.uniform(0.1, 3), G
    return Z[rows], G[np.ix_(rows, rows)]


def witness(name, values):
    """Z and G after the transformation that a counterexample tells."""
    z, n = values["Z"], len(values["Z"])
    g = values.get("G", np.zeros((n, n)))
    match name:
        case "rotation":
            assert values["Q"] @ values["Q"].T == pytest.approx(np.eye(z.shape[1]))
            return z @ values["Q"], g
        case "signs":
            return z * values["e"].T, g
        case "order of columns":
            return z @ values["P"].T, g
        case "translation":
            return z + values["c"].T, g
        case "scale of rows":
            return z * values["d"], g
        case "scale of columns":
            return z * values["b"].T, g
        case "scale":
            return values["t"] * z, g
    return values["S"] @ z, values["S"] @ g @ values["S"].T


@settings(max_examples=25)
@given(terms=stated_losses, seed=st.integers(0, 2**32))
def test_proofs_and_counterexamples_agree_with_numpy(terms, seed):
    value = sum((Integer(1) * c * t for c, t in terms), Integer(0))
    assume(value.has(Z))
    stated = loss("drawn", value, symmetric)
    smooth = loss("drawn", value, (*symmetric, *([Positive(RowNorms(Z))] if value.has(U) else [])))
    rng = np.random.default_rng(seed)

    def at(z, g, a):
        return evaluate(stated.value, {"Z": z, "G": g, "alpha": a, "N": z.shape[0], "K": z.shape[1]})

    for found in invariances(smooth):
        name = found.transformation.name
        event(f"{name}: {found.verdict}")
        if found.theorem:
            assert try_steps([found.theorem], 1).passed
            z, g = rng.standard_normal((4, 3)), rng.standard_normal((4, 4))
            after = transformed(name, z, g + g.T, rng)
            assert at(*after, 0.7) == pytest.approx(at(z, g + g.T, 0.7), rel=1e-9, abs=1e-9)
        elif found.counterexample:
            values = {s.name: np.asarray(v, dtype=float) for s, v in found.values.items()}
            z, g = values["Z"], values.get("G", np.zeros((len(values["Z"]),) * 2))
            before, after = (at(*m, float(values.get("alpha", 1))) for m in ((z, g), witness(name, values)))
            assert (before, after) == pytest.approx(found.sides, rel=1e-9, abs=1e-9)
            assert before != pytest.approx(after, rel=1e-7, abs=0)
