"""Classical scaling and ISOMAP: distances in, points out, for distances of points and for any others."""

import numpy as np
import pytest
from sympy import DiagMatrix, HadamardProduct, Lambda, MatMul, MatrixSymbol, Max, Rational, Symbol, Transpose, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.embeddings.classical_mds import D, Delta_2, H, N, classical_mds, doubly_centred, squared_distances
from derivations.embeddings.isomap import Delta, isomap
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Eigenpairs, Symmetric
from tests.spectral.attained import check, minima, turns

a = Symbol("a", real=True)
SQUARES = {classical_mds.id: Delta_2, isomap.id: HadamardProduct(Delta, Delta)}
FORMS = {"similarity": 0, "distances": 1}


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("result", [classical_mds, isomap], ids=lambda r: r.id)
def test_forms(result, form):
    theorem = minima(result)[FORMS[form]]
    squares = SQUARES[result.id]
    (pencil,) = [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)]
    (right,) = turns(theorem)
    roots = DiagMatrix(ElementwiseApplyFunction(Lambda(a, sqrt(Max(0, a))), pencil.spectrum[1]))
    assert same(theorem.statement.at, MatMul(pencil.vectors, roots, Transpose(right)))
    assert same(pencil.matrix, MatMul(Rational(1, 2), H, squares, H))
    objective = {"similarity": "|Z' Z|^2 + |B|^2 - 2 tr(Z' B Z)", "distances": "|B - B_Z|^2"}
    assert show(theorem.statement.objective) == objective[form]
    assert any(isinstance(h, Symmetric) for h in theorem.hypotheses)


def test_young_and_householder():
    entries, products = classical_mds.theorems[:2]
    points = MatrixSymbol("Y", N, D)
    assert same(products.statement.lhs, doubly_centred(squared_distances(points)))
    assert show(products.statement.rhs) == "H Y Y' H"
    assert show(entries.statement.rhs) == "sum_i,j G_ij sum_k (Y_ik - Y_jk)^2"


def euclidean(points):
    return ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)


def centred_products(squares):
    n = len(squares)
    H = np.eye(n) - 1 / n
    return -H @ squares @ H / 2


def test_squared_distances_are_those():
    points = np.random.default_rng(1).standard_normal((5, 3))
    assert evaluate(squared_distances(MatrixSymbol("Y", N, D)), {"Y": points}) == pytest.approx(euclidean(points))


def similarity(squares):
    target = centred_products(squares)

    def at(Z):
        residual = Z @ Z.T - target
        return (residual**2).sum(), 4 * residual @ Z

    return at


def distances(squares):
    """|tau(squares) - tau(distances of Z)|^2, and its gradient through the distances."""
    target = centred_products(squares)

    def at(Z):
        residual = centred_products(euclidean(Z)) - target
        slope = centred_products(2 * residual)
        return (residual**2).sum(), 4 * (np.diag(slope.sum(axis=1)) - slope) @ Z

    return at


LOSSES = {"similarity": similarity, "distances": distances}
_rng = np.random.default_rng(5)
_noise = np.abs(_rng.standard_normal((5, 5)))
LENGTHS = {
    "points in the plane": np.sqrt(euclidean(_rng.standard_normal((6, 2)))),
    "not Euclidean": np.triu(_noise, 1) + np.triu(_noise, 1).T,
    "a star, not Euclidean": np.array([[0, 1, 1, 1], [1, 0, 2, 2], [1, 2, 0, 2], [1, 2, 2, 0]]),
    "all the same": 1 - np.eye(5),
    "one point many times": np.zeros((3, 3)),
    "one point": np.zeros((1, 1)),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("columns", [1, 2, 6])
@pytest.mark.parametrize("name", LENGTHS)
def test_the_optimum_is_attained_and_not_beaten(name, columns, form):
    lengths = LENGTHS[name]
    squares = lengths**2
    values = []
    for result, given in ((classical_mds, {"Delta_2": squares}), (isomap, {"Delta": lengths})):
        theorem = minima(result)[FORMS[form]]
        known = given | {"N": len(lengths), "K": columns}
        point, value = check(theorem, known, columns, LOSSES[form](squares))
        values.append(value)
        found = np.sort(np.linalg.eigvalsh(centred_products(squares)))[::-1][:columns].clip(0)
        assert value == pytest.approx((centred_products(squares) ** 2).sum() - (found**2).sum(), abs=1e-8)
        assert np.linalg.matrix_rank(point - point.mean(axis=0), tol=1e-6) == (found > 1e-9).sum()
    assert values[0] == pytest.approx(values[1], abs=1e-9)


def test_points_in_the_plane_come_back():
    lengths = LENGTHS["points in the plane"]
    for form, theorem in zip(FORMS, minima(classical_mds), strict=True):
        given = {"Delta_2": lengths**2, "N": 6, "K": 2}
        point, value = check(theorem, given, 2, LOSSES[form](lengths**2))
        assert value == pytest.approx(0, abs=1e-9)
        assert np.sqrt(euclidean(point)) == pytest.approx(lengths, abs=1e-7)
