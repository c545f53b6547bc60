"""Barlow Twins: the forms it is expected to come out with."""

import pytest
from sympy import DiagonalMatrix, Identity, MatAdd, MatMul, Max, Min, OneMatrix, Sum, Transpose

from derivations.export.text import show
from derivations.language.atoms import SquaredNorm
from derivations.language.normal_form import normal_form
from derivations.language.norms import ColumnNorms, UnitColumns
from derivations.language.propositions import (
    Eigenpairs,
    Equal,
    Level,
    OtherDirection,
    Positive,
    PositiveEigenpairs,
    PositiveSemidefinite,
    PrescribedDiagonal,
    Symmetric,
)
from derivations.losses import barlow_twins as b
from derivations.proof.lemmas.lemma import entry, k
from derivations.spectral import unit_columns as u

CENTRED = [MatAdd(m, MatMul(-1 / b.v, b.d, Transpose(b.d))) for m in (b.G, b.degrees)]
MOMENTS = [MatMul(Transpose(b.X), m, b.X) for m in (b.G, b.degrees)]


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def only(kind, theorem):
    (found,) = (h for h in theorem.hypotheses if type(h) is kind)
    return found


def test_matrix_form():
    published, centred, scaled, views = b.matrix_form.theorems
    assert show(published.statement.rhs) == "w |C - Diag(C)|^2 + |Diag(C) - I|^2"
    assert published.statement.lhs == b.barlow_twins.value
    assert show(b.C.definition) == "U' G U"
    assert b.C.definition.args[1:] == (b.G, UnitColumns(b.Z, b.degrees))
    moved = b.redundancy(b.correlation(*CENTRED))
    assert same(centred.statement.rhs, moved, [Positive(ColumnNorms(b.Z, CENTRED[1]))])
    assert scaled.statement.rhs == published.statement.rhs
    assert Positive(b.MatrixSymbol("t", b.K, 1)) in scaled.hypotheses
    assert not published.lemmas
    assert len(views.statement.parts) == 2


def test_gradient():
    slope, tangent = b.gradient.theorems
    unit = UnitColumns(b.Z, b.degrees)
    error = MatAdd(b.C, MatMul(-1, Identity(b.K)))
    diagonal = DiagonalMatrix(error)
    pull = 4 * MatMul(b.G, unit, MatAdd(diagonal, b.w * MatAdd(error, MatMul(-1, diagonal))))
    along = DiagonalMatrix(MatMul(Transpose(unit), pull))
    expected = MatMul(MatAdd(pull, MatMul(-1, b.degrees, unit, along)), unit.norms.reciprocals)
    assert same(slope.statement.value, expected, b.barlow_twins.facts)
    assert show(slope.statement.value).startswith("(F - diag(d) U Diag(U' F))")
    assert tangent.statement.rhs == b.ZeroMatrix(b.K, 1)


FACTORS = [
    (b.optimum.theorems[1:4], b.Z, (b.G, b.degrees), (1, 1, 1)),
    (b.optimum.theorems[4:], b.Z, CENTRED, (1, 1, 1, -1)),
    (b.linear_optimum.theorems, b.MatrixSymbol("W", b.D, b.K), MOMENTS, (1, 1, 1, -1)),
]


@pytest.mark.parametrize(("theorems", "unknown", "matrices", "signs"), FACTORS, ids=["plain", "centred", "linear"])
def test_optimum(theorems, unknown, matrices, signs):
    relation, metric = matrices
    assert len(theorems) == len(signs)
    unit = UnitColumns(unknown, metric)
    distance = SquaredNorm(MatAdd(MatMul(Transpose(unit), relation, unit), MatMul(-1, Identity(b.K))))
    q = Min(b.K, u.r)
    g = b.MatrixSymbol("g", q, 1)
    for n, (theorem, sign) in enumerate(zip(theorems, signs, strict=True)):
        claim = theorem.statement
        assert claim.unknown == unknown
        (constraint,) = claim.subject_to
        assert same(constraint.vector, ColumnNorms(unknown, metric))
        assert same(claim.objective, distance, [constraint, Positive(unit.norms)])
        pencil = only(PositiveEigenpairs if n < 2 else Eigenpairs, theorem)
        assert (pencil.values, pencil.count if n < 2 else pencil.rank) == (g, u.r)
        assert same(pencil.matrix, MatMul(sign, relation) if sign < 0 else relation)
        assert same(pencil.metric, metric)
    filled, spread, *definite = (t.statement for t in theorems)
    strength = Max(0, 1 - u.nu / entry(g, k))
    assert same(filled.value, b.K - q + Sum((1 - strength) ** 2, (k, 0, q - 1)), [Positive(g)])
    level = only(Level, theorems[0])
    assert (level.level, level.values, level.total) == (u.nu, u.at_values(Max(0, 1 - u.nu / u.x) / u.x), b.K)
    assert spread.value == b.K - q
    level = only(Level, theorems[1])
    assert (level.level, level.total) == (u.rho, b.K)
    assert only(OtherDirection, theorems[1]).value == u.eta
    strengths = (u.nu / u.x + 1, Max(0, u.nu / u.x - 1))
    for theorem, claim, strength, sign in zip(theorems[2:], definite, strengths, (1, -1), strict=False):
        misfit = Sum((strength.subs(u.x, entry(g, k)) - sign) ** 2, (k, 0, q - 1))
        assert same(claim.value, b.K - q + misfit, [Positive(g)])
        level = only(Level, theorem)
        assert (level.level, level.values, level.total) == (u.nu, u.at_values(strength / u.x), b.K)
        definite = [h.matrix for h in theorem.hypotheses if isinstance(h, PositiveSemidefinite)]
        assert definite == [only(Eigenpairs, theorem).matrix]
    for theorem in theorems:
        assert {h for h in theorem.hypotheses if isinstance(h, (Equal, Symmetric))} <= {*b.declared, b.volume}
        right = only(PrescribedDiagonal, theorem)
        assert right.diagonal == OneMatrix(b.K, 1)
        assert right.values == only(Level, theorem).values


def test_what_they_rest_on():
    plain = {"gram-spectrum", "von-neumann-trace"}
    assert [set(t.lemmas) - plain for t in b.linear_optimum.theorems] == [
        {"positive-part", "weyl-monotonicity"},
        {"positive-part", "weyl-monotonicity"},
        {"simultaneous-diagonalisation"},
        {"simultaneous-diagonalisation"},
    ]
