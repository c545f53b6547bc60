"""Sums over tiles of scores beside the formulas of all scores at once, `numeric.generated.infonce`."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given
from hypothesis import strategies as st

from numeric.generated import infonce
from numeric.infonce_by_tiles import infonce_of, target_of
from numeric.score_tiles import ScoreTiles
from tests.numeric.strategies import arrays, relations


@given(
    G=relations(min_samples=2, max_samples=9),
    K=st.integers(1, 4),
    tau=st.sampled_from([0.5, 3.0, 1e-2, 1e-4]),
    side=st.integers(1, 10),
    exclude_self=st.booleans(),
    dtype=st.sampled_from([np.float64, np.float32]),
    rng=arrays(),
)
def test_the_loss_by_tiles_is_that_of_all_scores(G, K, tau, side, exclude_self, dtype, rng):
    n = len(G)
    Y = rng.standard_normal((n, K)).astype(dtype)
    target = target_of(G, exclude_self=exclude_self)
    allowed = ~np.eye(n, dtype=bool) if exclude_self else np.ones((n, n), dtype=bool)
    wide = Y.astype(np.float64)
    S = wide @ wide.T / tau
    value, E = infonce.loss_and_gradient(S, target, allowed)
    slope = (E + E.T) @ wide / tau
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.score_tiles.TILE", side)
        found, found_slope = infonce_of(Y, target, tau, exclude_self=exclude_self)
        alone, nothing = infonce_of(Y, target, tau, exclude_self=exclude_self, slope=False)
    event("large scores, shifted", bool(np.abs(S).max() > np.log(np.finfo(dtype).max) / 4))
    event("several tiles", side < n)
    rounding = 16 * np.finfo(dtype).eps * (1 + np.abs(S).max()) * n
    assert alone == found
    assert nothing is None
    assert found == pytest.approx(value, abs=rounding)
    np.testing.assert_allclose(found_slope, slope, rtol=0, atol=rounding * np.abs(Y).max() / tau)
    assert found_slope.dtype == dtype


@given(n=st.integers(1, 7), side=st.integers(1, 8), rng=arrays())
def test_every_pair_is_met_once(n, side, rng):
    hidden = np.triu(rng.random((n, n)) < 0.4)
    hidden |= hidden.T
    Y = rng.standard_normal((n, 2))
    met = np.zeros((n, n))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.score_tiles.TILE", side)
        tiles = ScoreTiles(Y, 0.5, sp.csr_array(hidden.astype(float)))
        for rows, columns, scores in tiles:
            met[rows, columns] += 1
            if rows != columns:
                met[columns, rows] += 1
            wanted = np.where(hidden, -np.inf, 2 * Y @ Y.T)[rows, columns]
            np.testing.assert_allclose(scores, wanted, rtol=1e-13)
        largest = np.where(hidden, -np.inf, 2 * Y @ Y.T).max(axis=1)
        np.testing.assert_allclose(tiles.maxima(), largest, rtol=1e-13)
    np.testing.assert_array_equal(met, 1)
