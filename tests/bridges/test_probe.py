"""Linear probes: the forms that are stated, against least squares and against every representation that can be drawn."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from derivations.bridges.downstream import probe as b
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost, Eigenpairs, Orthonormal
from tests.numeric.strategies import arrays

MINIMUM, PYTHAGORAS, TURNED, INTERCEPT = (t.statement for t in b.probe_loss.theorems)
BOUND, ATTAINED, DISTANCE, OPTIMAL, FILTERED, NOTHING = (t.statement for t in b.probe_optimal.theorems)


def test_forms():
    assert [show(e) for e in (MINIMUM.objective, MINIMUM.value, MINIMUM.at)] == [
        "|Y - Z V|^2", "|Y|^2 - |U' Y|^2", "A U' Y",
    ]  # fmt: skip
    assert [show(e) for e in (PYTHAGORAS.lhs, PYTHAGORAS.rhs)] == ["|Y|^2 - |U' Y|^2", "|Y - U U' Y|^2"]
    assert (TURNED.value, show(TURNED.objective), show(TURNED.at)) == (MINIMUM.value, "|Y - Z Q V|^2", "P A U' Y")
    assert [show(e) for e in (INTERCEPT.objective, INTERCEPT.value, INTERCEPT.at)] == [
        "|Y - 1 c - Z V|^2", "|H (Y - Z V)|^2", "1' (Y - Z V)/N",
    ]  # fmt: skip


def test_forms_of_the_least():
    assert isinstance(BOUND, AtMost)
    assert show(BOUND.lhs) == show(ATTAINED.lhs) == "|Y|^2 - sum_k tau_k"
    assert show(BOUND.rhs) == "|Y - Z V|^2"
    bound, *_ = b.probe_optimal.theorems
    assert bound.hypotheses == (b.top,)  # nothing is asked of Z
    assert set(bound.lemmas) == {"orthonormal-basis", "von-neumann-trace", "spectral-theorem", "gram-spectrum"}
    assert isinstance(b.top, Eigenpairs)
    assert [show(e) for e in OPTIMAL.expressions()][:2] == ["|Y - U U' Y|^2", "|Y|^2 - sum_(k=1..min(K, N)) omega_k"]
    assert DISTANCE.rhs == OPTIMAL.lhs
    assert [show(e) for e in (FILTERED.value, NOTHING.lhs, NOTHING.rhs, NOTHING.a, NOTHING.b)] == [
        "|Y|^2 - |P' Y|^2", "|Y|^2 - |P' Y|^2", "0", "P P' Y", "Y",
    ]  # fmt: skip
    *_, nothing = b.probe_optimal.theorems
    assert [type(h) for h in nothing.hypotheses] == [Orthonormal]


@st.composite
def representations(draw, n):
    """Z (n x K) of any rank, at most K."""
    columns, rng = draw(st.integers(1, n + 2)), draw(arrays())
    rank = draw(st.integers(0, min(n, columns)))
    event(
        f"rank {'below' if rank < min(n, columns) else 'full'}, {'more' if columns > n else 'no more'} columns than rows"
    )
    return rng.standard_normal((n, rank)) @ rng.standard_normal((rank, columns))


def factors(Z):
    """U, B = U'Z and a right inverse of B."""
    u, s, _ = np.linalg.svd(Z, full_matrices=False)
    basis = u[:, s > 1e-9]
    return basis, basis.T @ Z, np.linalg.pinv(basis.T @ Z)


def residual(Y, Z):
    """What NumPy's least squares leave."""
    return ((Y - Z @ np.linalg.lstsq(Z, Y, rcond=1e-9)[0]) ** 2).sum()


def sizes(Y, Z):
    return {"N": len(Y), "T": Y.shape[1], "K": Z.shape[1]}


@given(data=st.data(), n=st.integers(1, 6), targets=st.integers(1, 3))
def test_the_loss_is_that_of_least_squares(data, n, targets):
    Z, rng = data.draw(representations(n)), data.draw(arrays())
    Y = rng.standard_normal((n, targets))
    U, B, A = factors(Z)
    values = {"Y": Y, "Z": Z, "U": U, "B": B, "A": A, "r": U.shape[1]} | sizes(Y, Z)
    least, at = evaluate(MINIMUM.value, values), evaluate(MINIMUM.at, values)
    assert least == pytest.approx(residual(Y, Z), abs=1e-9)
    assert evaluate(MINIMUM.objective, values | {"V": at}) == pytest.approx(least, abs=1e-9)
    turn = rng.standard_normal((Z.shape[1],) * 2)
    turned = values | {"Q": turn, "P": np.linalg.inv(turn)}
    assert residual(Y, Z @ turn) == pytest.approx(least, abs=1e-7)
    there = turned | {"V": evaluate(TURNED.at, turned)}
    assert evaluate(TURNED.objective, there) == pytest.approx(least, abs=1e-7)


@given(data=st.data(), n=st.integers(1, 6))
def test_an_intercept_centres(data, n):
    Z, rng = data.draw(representations(n)), data.draw(arrays())
    Y = rng.standard_normal((n, 2))
    with_ones = residual(Y, np.hstack([Z, np.ones((n, 1))]))
    centred = [M - M.mean(axis=0) for M in (Y, Z)]
    V = np.linalg.lstsq(centred[1], centred[0], rcond=1e-9)[0]
    values = {"Y": Y, "Z": Z, "V": V} | sizes(Y, Z)
    assert evaluate(INTERCEPT.value, values) == pytest.approx(with_ones, abs=1e-9)
    values["c"] = evaluate(INTERCEPT.at, values)
    assert evaluate(INTERCEPT.objective, values) == pytest.approx(with_ones, abs=1e-9)


@st.composite
def tied_targets(draw, n):
    """(Y, the squared singular values, descending, and the left singular vectors, all of them), with ties."""
    rng = draw(arrays())
    roots = np.array(sorted(draw(st.lists(st.sampled_from([1, 2, 1, 0]), min_size=n, max_size=n)), reverse=True))
    left, right = (np.linalg.qr(rng.standard_normal((n, n)))[0] for _ in range(2))
    return (left * roots) @ right.T, roots.astype(float) ** 2, left


@given(data=st.data(), n=st.integers(1, 6))
def test_no_representation_leaves_less(data, n):
    Y, omega, left = data.draw(tied_targets(n))
    Z = data.draw(representations(n))
    q = min(n, Z.shape[1])
    values = {"Y": Y, "U_Y": left[:, :q], "tau": omega[:q]} | sizes(Y, Z)
    least = evaluate(BOUND.lhs, values)
    assert least == pytest.approx(omega[q:].sum(), abs=1e-9)
    assert residual(Y, Z) >= least - 1e-9
    best = left[:, :q] @ data.draw(arrays()).standard_normal((q, Z.shape[1]))
    assert residual(Y, best) == pytest.approx(least, abs=1e-8)


@settings(max_examples=150)
@given(data=st.data(), n=st.integers(2, 6), K=st.integers(1, 5))
def test_which_representations_are_optimal(data, n, K):
    """Some of the singular vectors, or combinations of those at the level of the q-th; for every level that fits."""
    Y, omega, left = data.draw(tied_targets(n))
    q, rng = min(n, K), data.draw(arrays())
    level = omega[q - 1]
    tied, above = np.flatnonzero(omega == level), np.flatnonzero(omega > level)
    kind = data.draw(st.sampled_from(["chosen", "tied", "any"]))
    if kind == "chosen":
        U = left[:, data.draw(st.permutations(range(n)))[:q]]
    elif kind == "tied":
        mixed = left[:, tied] @ np.linalg.qr(rng.standard_normal((len(tied),) * 2))[0]
        U = np.hstack([left[:, above], mixed[:, : q - len(above)]])
    else:
        U = np.linalg.qr(rng.standard_normal((n, n)))[0][:, :q]
    U = U @ np.linalg.qr(rng.standard_normal((q, q)))[0]
    following = omega[q] if q < n else 0.0
    t = data.draw(st.sampled_from([level, following, (level + following) / 2]))
    gaps = np.abs(omega - t)
    values = {"Y": Y, "U": U, "Q": left, "omega": omega, "t": t, "c": gaps, "K": K, "N": n, "T": n}
    loss, least = (float(evaluate(e, values)) for e in (OPTIMAL.lhs, OPTIMAL.rhs))
    kept, wanted = (evaluate(e, values) for e in (OPTIMAL.a, OPTIMAL.b))
    assert least == pytest.approx(omega[q:].sum(), abs=1e-9)
    assert loss == pytest.approx(residual(Y, U), abs=1e-9)
    assert float(evaluate(DISTANCE.lhs, values)) == pytest.approx(loss, abs=1e-9)
    optimal = loss < least + 1e-9
    assert optimal == (np.abs(kept - wanted).max() < 1e-6)
    event(f"{kind}, {'tied' if len(tied) > q - len(above) else 'not tied'}, {'' if optimal else 'not '}optimal")
    if kind == "tied":
        assert optimal


@given(data=st.data(), n=st.integers(1, 6))
def test_a_filter_leaves_nothing_of_targets_that_it_keeps(data, n):
    rng = data.draw(arrays())
    kept = data.draw(st.integers(0, n))
    K = kept + data.draw(st.integers(1, 2))
    P = np.linalg.qr(rng.standard_normal((n, n)))[0][:, :kept]
    R = np.linalg.qr(rng.standard_normal((K, K)))[0][:, :kept]
    inside = data.draw(st.booleans())
    Y = P @ rng.standard_normal((kept, 2)) if inside else rng.standard_normal((n, 2))
    s = rng.uniform(0.1, 1, kept)
    values = {"Y": Y, "P": P, "R": R, "s": s.reshape(-1, 1), "r": kept, "K": K, "N": n, "T": 2}
    Z = (P * np.sqrt(s)) @ R.T
    left = float(evaluate(FILTERED.value, values))
    assert left == pytest.approx(residual(Y, Z), abs=1e-9)
    assert evaluate(FILTERED.objective, values | {"V": evaluate(FILTERED.at, values)}) == pytest.approx(left, abs=1e-9)
    projected, wanted = (evaluate(e, values) for e in (NOTHING.a, NOTHING.b))
    assert (left < 1e-9) == (np.abs(projected - wanted).max() < 1e-6)
    assert (left < 1e-9) or not inside
    event(
        f"{'nothing' if left < 1e-9 else 'something'} is left, {'none' if kept == 0 else 'all' if kept == n else 'some'} kept"
    )
