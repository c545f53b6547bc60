"""Canonical correlation analysis, its kernel form, and Barlow Twins with whitened maps: forms, and minima against others."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sympy import MatMul, Max, Sum, Transpose

from derivations.embeddings import cca as e
from derivations.embeddings import kernel_cca as kernel
from derivations.export.text import show
from derivations.language.atoms import Named
from derivations.language.evaluate import evaluate
from derivations.language.instances import instances
from derivations.language.normal_form import normal_form
from derivations.language.norms import UnitColumns
from derivations.language.propositions import (
    Blocks,
    Level,
    Positive,
    PositiveSemidefinite,
    PrescribedDiagonal,
    Rank,
    SingularPairs,
)
from derivations.proof.lemmas.lemma import entry
from derivations.spectral import unit_columns
from numeric.majorisation import rotation_with_diagonal
from numeric.optimise import minimise
from numeric.unit_columns import closest_to_identity
from tests.numeric.orthonormal import over_orthonormal
from tests.numeric.strategies import arrays

CORRELATED, BLOCKS, AT_MOST_ONE = e.canonical_correlation_analysis.theorems
NEAREST, FILTERED = e.barlow_cca.theorems
KERNELS = kernel.kernel_cca.theorems
(IN_FEATURES,) = kernel.in_features.theorems
MINIMA = {"cca": CORRELATED, "barlow": NEAREST, "kernel cca": KERNELS[0], "kernel barlow": KERNELS[1]}
TRACE, SQUARE = "-tr(W_a' S_ab W_b)", "|W_a' S_ab W_b - I|^2"
SUM = Sum(entry(e.rho, e.k), e.every)
SHORTFALL = Sum((1 - entry(e.rho, e.k)) ** 2, e.every)


def pairs_of(theorem):
    (found,) = [h for h in theorem.hypotheses if isinstance(h, SingularPairs)]
    return found


@pytest.mark.parametrize("name", MINIMA)
def test_forms(name):
    claim, pairs = MINIMA[name].statement, pairs_of(MINIMA[name])
    assert show(claim.objective) == (SQUARE if "barlow" in name else TRACE)
    assert [show(x) for p in claim.subject_to for pair in p.equations() for x in pair] == [
        "W_a' S_aa W_a", "I", "W_b' S_bb W_b", "I",
    ]  # fmt: skip
    assert normal_form(claim.value) == normal_form(SHORTFALL if "barlow" in name else -SUM)
    assert show(claim.at) == "(J_a U + J_b V) R'"
    first, second = (kernel.K_a, kernel.K_b) if "kernel" in name else (e.X_a, e.X_b)
    spelled = [(pairs.matrix, first, second), (pairs.row_metric, first, first), (pairs.column_metric, second, second)]
    for found, x, y in spelled:
        assert normal_form(found) == normal_form(MatMul(1 / e.N, Transpose(x), e.H, y))
    assert pairs.values == e.rho
    assert set(MINIMA[name].lemmas) == {"singular-separation"}


def test_forms_of_what_else_is_said():
    for blocks in (BLOCKS, KERNELS[2]):
        assert [show(x) for pair in blocks.statement.equations() for x in pair] == [
            "J_a' (J_a U + J_b V) R'", "U R'", "J_b' (J_a U + J_b V) R'", "V R'",
        ]  # fmt: skip
        assert not blocks.lemmas
    assert AT_MOST_ONE.statement == PositiveSemidefinite(AT_MOST_ONE.statement.matrix)
    assert show(AT_MOST_ONE.statement.matrix) == "I - diag(rho)"
    assert AT_MOST_ONE.hypotheses == (e.pairs,)
    assert not AT_MOST_ONE.lemmas


def test_forms_in_features():
    claim = IN_FEATURES.statement
    assert show(claim.objective) == "-tr(W_a' Phi_a' H Phi_b W_b)/N"
    assert [show(x) for p in claim.subject_to for pair in p.equations() for x in pair] == [
        "W_a' Phi_a' H Phi_a W_a/N", "I", "W_b' Phi_b' H Phi_b W_b/N", "I",
    ]  # fmt: skip
    assert normal_form(claim.value) == normal_form(-SUM)
    assert show(claim.at) == "(J_a Phi_a' U + J_b Phi_b' V) R'"
    assert [show(m) for m in pairs_of(IN_FEATURES).arguments()[:3]] == ["S_ab", "S_aa", "S_bb"]
    assert show(pairs_of(IN_FEATURES).matrix.definition) == "K_a H K_b/N"
    free = set().union(*(h.free_symbols() for h in IN_FEATURES.hypotheses))
    assert not {kernel.Phi_a, kernel.Phi_b} & free  # but their singular value decompositions


def test_forms_with_columns_of_length_one():
    claim = FILTERED.statement
    assert show(claim.objective) == "|Y_a' S_ab Y_b - I|^2"
    units = {x.name: x.definition for x in claim.objective.atoms(Named) if x.name.startswith("Y")}
    for n, metric, nonzero in zip("ab", (e.S_aa, e.S_bb), claim.subject_to, strict=True):
        assert nonzero.text(show) == f"(W_{n}' S_{n}{n} W_{n})_kk > 0 for every k"
        assert units[f"Y_{n}"] == UnitColumns(nonzero.vector.args[0], metric).definition
    assert normal_form(claim.objective, claim.subject_to) != normal_form(NEAREST.statement.objective)
    filling = Max(0, 1 - unit_columns.nu / entry(e.g, e.k))
    least = e.K - e.q + Sum((1 - filling) ** 2, (e.k, 0, e.q - 1))
    assert normal_form(claim.value, [Positive(e.g)]) == normal_form(least, [Positive(e.g)])
    assert show(claim.at) == "(J_a P_a + J_b P_b) diag((1 - nu/g_k)_+^(1/2)/(g_k^(1/2))) Q'"
    kinds = {type(h): h for h in FILTERED.hypotheses}
    assert set(kinds) == {Blocks, Level, Positive, PrescribedDiagonal, Rank, SingularPairs}
    assert len(FILTERED.hypotheses) == len(kinds)
    assert kinds[SingularPairs] == SingularPairs(e.S_ab, e.S_aa, e.S_bb, e.P_a, e.P_b, e.g)
    assert kinds[Rank] == Rank(e.S_ab, e.r)
    assert (kinds[Level].level, kinds[Level].total) == (unit_columns.nu, e.K)
    assert kinds[Level].values == kinds[PrescribedDiagonal].values
    assert show(kinds[Level].values) == "((1 - nu/g_k)_+/g_k)_k"
    rests_on = {"jordan-wielandt", "positive-part", "weyl-monotonicity", "gram-spectrum", "von-neumann-trace"}
    assert set(FILTERED.lemmas) == rests_on


@pytest.mark.parametrize("theorem", [*MINIMA.values(), FILTERED], ids=[*MINIMA, "filtered"])
def test_a_maximum_is_no_minimum(theorem):
    """The claim that the objective is the other way round is seen to fail, by pairs of maps that meet the constraints."""
    claim = theorem.statement
    reverse = replace(claim, objective=-claim.objective, value=-claim.value)
    drawn = list(instances(theorem.hypotheses, list(claim.expressions()), 12, "maximum"))
    assert len(drawn) == 12
    residuals = [reverse.residual(instance) for instance in drawn]
    assert max(residuals) > 1e-3
    assert max(claim.residual(instance) for instance in drawn) < 1e-35


@st.composite
def problems(draw):
    """(X_a, X_b, F_a, F_b): inputs, and bases with F'F = N I of what centred maps of them can be; low ranks included."""
    n, rng = draw(st.integers(4, 9)), draw(arrays())
    inputs, bases = [], []
    for _ in range(2):
        features = draw(st.integers(1, 4))
        rank = draw(st.integers(1, features))
        X = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, features)) + 1
        u, s, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
        assume(
            s[rank - 1] > 1e-2 * max(s[0], 1)
        )  # nor much less than the constant, which costs digits where formulas add it
        event("rank-deficient" if rank < features else "of full rank")
        inputs.append(X)
        bases.append(np.sqrt(n) * u[:, :rank])
    return *inputs, *bases


def known(problem, columns, rng):
    """Values of what the theorems on maps speak of, from a singular value decomposition in whitened coordinates."""
    X_a, X_b, F_a, F_b = problem
    n = len(X_a)
    p, rho, q = np.linalg.svd(F_a.T @ F_b / n, full_matrices=False)
    U, V = (np.linalg.pinv(X - X.mean(axis=0), rcond=1e-9) @ F for X, F in ((X_a, F_a @ p), (X_b, F_b @ q.T)))
    d_a, d_b = X_a.shape[1], X_b.shape[1]
    eye, turn = np.eye(d_a + d_b), np.linalg.qr(rng.standard_normal((columns, columns)))[0]
    sizes = {"N": n, "K": columns, "D_a": d_a, "D_b": d_b}
    pairs = {"U": U[:, :columns], "V": V[:, :columns], "rho": rho[:columns, None], "R": turn}
    return {"X_a": X_a, "X_b": X_b, "J_a": eye[:, :d_a], "J_b": eye[:, d_a:]} | pairs | sizes


@settings(max_examples=25)
@given(problem=problems(), data=st.data(), rng=arrays())
def test_the_minima_are_attained_and_not_beaten(problem, data, rng):
    """By numerical minimisation over all pairs of matrices with orthonormal columns, in whitened coordinates."""
    _, _, F_a, F_b = problem
    r_a, r_b, n = F_a.shape[1], F_b.shape[1], len(F_a)
    columns = data.draw(st.integers(1, min(r_a, r_b)))
    given = known(problem, columns, rng)
    cross = F_a.T @ F_b / n

    def trace(P, Q):
        return -np.trace(P.T @ cross @ Q), -cross @ Q, -cross.T @ P

    def distance(P, Q):
        error = P.T @ cross @ Q - np.eye(columns)
        return np.sum(error**2), 2 * cross @ Q @ error.T, 2 * cross.T @ P @ error

    for theorem, loss in ((CORRELATED, trace), (NEAREST, distance)):
        claim = theorem.statement
        value = float(evaluate(claim.value, given))
        there = given | {"W": evaluate(claim.at, given)}
        assert float(evaluate(claim.objective, there)) == pytest.approx(value, abs=1e-8)
        for constraint in claim.subject_to:
            for lhs, rhs in constraint.equations():
                np.testing.assert_allclose(evaluate(lhs, there), evaluate(rhs, there), atol=1e-8)

        def free(A, loss=loss):
            """The second map after the first: each as the polar factor of any matrix."""
            slopes = {}

            def of_first(P):
                def of_second(Q):
                    found, slopes["P"], slope = loss(P, Q)
                    return found, slope

                found, slopes["Q"] = over_orthonormal(of_second)(A[r_a:])
                return found, slopes["P"]

            found, slope = over_orthonormal(of_first)(A[:r_a])
            return found, np.vstack([slope, slopes["Q"]])

        def reflected(A, free=free):
            """From the same start with a column of the first map turned round: no descent crosses between determinants."""
            signs = np.ones_like(A)
            signs[:r_a, -1] = -1
            found, slope = free(A * signs)
            return found, slope * signs

        found = min(minimise(f, (r_a + r_b, columns), n_starts=4).loss for f in (free, reflected))
        assert found == pytest.approx(value, abs=1e-6)


@settings(max_examples=50)
@given(problem=problems(), data=st.data(), rng=arrays())
def test_the_filter_is_attained_and_not_beaten(problem, data, rng):
    """By numerical minimisation over all pairs of matrices with columns of length one, in whitened coordinates. Of numbers,
    nothing but the sign is left to choose, which no descent changes.
    """
    _, _, F_a, F_b = problem
    r_a, cross = F_a.shape[1], F_a.T @ F_b / len(F_a)
    g = np.linalg.svd(cross)[1]
    r = int(np.count_nonzero(g > 1e-9))
    assume(g[:r].min(initial=1) > 1e-2)
    columns = data.draw(st.integers(1, 5))
    q = min(columns, r)
    assume(columns <= np.sum(1 / g[:q]) + 1e-9)
    event("more columns than pairs" if columns > r else "as many pairs as columns")
    _, s, minimum = closest_to_identity(g[:q], np.eye(q), columns)
    turn = rotation_with_diagonal(np.append(s, np.zeros(columns - q)), np.ones(columns))[:, :q]
    given = known(problem, columns, rng)
    given |= {"P_a": given["U"][:, :q], "P_b": given["V"][:, :q], "g": g[:q, None], "Q": turn}
    given |= {"r": r, "nu": max(0.0, g[0] * (1 - s[0] * g[0]))}
    claim = FILTERED.statement
    value = float(evaluate(claim.value, given))
    assert value == pytest.approx(minimum, abs=1e-8)
    there = given | {"W": evaluate(claim.at, given)}
    assert float(evaluate(claim.objective, there)) == pytest.approx(value, abs=1e-8)
    for nonzero in claim.subject_to:
        np.testing.assert_allclose(evaluate(nonzero.vector, there), 1, atol=1e-8)

    def free(A):
        (P, of_p), (Q, of_q) = scaled(A[:r_a]), scaled(A[r_a:])
        error = P.T @ cross @ Q - np.eye(columns)
        return np.sum(error**2), np.vstack([of_p(2 * cross @ Q @ error.T), of_q(2 * cross.T @ P @ error)])

    found = minimise(free, (sum(cross.shape), columns), n_starts=8)
    assert found.loss > value - 1e-9
    if cross.shape != (1, 1):
        assert found.loss == pytest.approx(value, abs=1e-6)


def scaled(A):
    """(the columns scaled to length one, the gradient in A from that in them)."""
    lengths = np.linalg.norm(A, axis=0)
    P = A / lengths
    return P, lambda slope: (slope - P * np.sum(P * slope, axis=0)) / lengths


def of_features(X):
    """The singular value decomposition of an input, for the rank that it has."""
    left, sizes, right = np.linalg.svd(X, full_matrices=False)
    kept = sizes > 1e-9 * sizes[0]
    return left[:, kept], sizes[kept, None], right[kept].T


@settings(max_examples=25)
@given(problem=problems(), data=st.data(), rng=arrays())
def test_coefficients_of_kernels_reach_all_maps_of_the_features(problem, data, rng):
    """With the inputs as features, the largest sum is that over linear maps of them, and attained at combinations of samples."""
    X_a, X_b, F_a, F_b = problem
    columns = data.draw(st.integers(1, min(F_a.shape[1], F_b.shape[1])))
    given = known(problem, columns, rng)
    value = float(evaluate(CORRELATED.statement.value, given))
    coefficients = {name: np.linalg.pinv(X, rcond=1e-9).T @ given[name] for name, X in (("U", X_a), ("V", X_b))}
    parts = {
        f"{part}_{n}": x for n, X in (("a", X_a), ("b", X_b)) for part, x in zip("EsT", of_features(X), strict=True)
    }
    sizes = {"N": len(X_a), "K": columns, "P_a": X_a.shape[1], "P_b": X_b.shape[1]}
    given = {n: given[n] for n in ("J_a", "J_b", "R", "rho")} | coefficients | parts | sizes
    for lhs, rhs in pairs_of(IN_FEATURES).equations():
        np.testing.assert_allclose(evaluate(lhs, given), evaluate(rhs, given), atol=1e-6)
    claim = IN_FEATURES.statement
    there = given | {"W": evaluate(claim.at, given)}
    for constraint in claim.subject_to:
        for lhs, rhs in constraint.equations():
            np.testing.assert_allclose(evaluate(lhs, there), evaluate(rhs, there), atol=1e-6)
    assert float(evaluate(claim.value, given)) == pytest.approx(value)
    assert float(evaluate(claim.objective, there)) == pytest.approx(value, abs=1e-6)
