"""The forms that VICReg's derivations are expected to come out with, pinned: a changed statement shows here."""

import pytest
from sympy import DiagMatrix, DiagonalMatrix, Identity, Lambda, MatMul, MatrixSymbol, Max, Sum, Symbol, Transpose, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Leading
from derivations.language.normal_form import normal_form
from derivations.language.propositions import AtMost, Gradient, Level, Minimum, Symmetric
from derivations.losses.vicreg import squared as v
from derivations.proof.lemmas.lemma import entry

G_symmetric = [Symmetric(v.G)]
a, m = Symbol("a", real=True), Symbol("m", real=True)
lam, P = v.bottom.values, v.bottom.vectors
lam_k = entry(lam, v.k)


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def minima(result):
    return [t for t in result.theorems if isinstance(t.statement, Minimum)]


def representation(filter_at, right, vectors=P, values=lam, unit=sqrt(v.N)):
    roots = ElementwiseApplyFunction(Lambda(a, sqrt(filter_at)), values)
    return MatMul(unit, vectors, DiagMatrix(roots), Transpose(right))


def test_gradient():
    ((equal, weighted),) = [t.statement.parts for t in v.gradient.theorems]
    assert isinstance(equal, Gradient)
    centred, energy = MatMul(v.H, v.Z), MatMul(4 * v.gamma / v.N, v.L, v.Z)
    expected = MatMul(4 * v.alpha / v.N, centred, v.C - Identity(v.K)) + energy
    assert same(equal.value, expected, G_symmetric)
    diagonal = DiagonalMatrix(v.C)
    inner = v.beta * v.C - v.beta * diagonal + v.alpha * diagonal - v.alpha * Identity(v.K)
    assert same(weighted.value, MatMul(4 / v.N, centred, inner) + energy, G_symmetric)


def test_gradient_is_printed_with_its_factors_kept():
    from derivations.export.text import show

    ((equal, weighted),) = [t.statement.parts for t in v.gradient.theorems]
    assert show(equal.value).count("H Z (C - I)") == 1
    assert len(show(weighted.value)) < 100


def test_optimum():
    (minimum,) = minima(v.optimum)
    s = Max(0, 1 - v.gamma * a / v.alpha)
    assert same(minimum.statement.at, representation(s, v.problem.rotation))
    s_k = s.subs(a, lam_k)
    value = Sum(v.alpha * (1 - s_k**2), (v.k, 0, v.q - 1)) + (v.K - v.q) * v.alpha
    assert same(minimum.statement.value, value)
    assert minimum.statement.subject_to == ()
    assert minimum.lemmas == {"von-neumann-trace", "spectral-theorem", "gram-spectrum", "diagonal-spectrum"}


def test_weighted_optimum_when_the_variance_weighs_less():
    decorrelated, _ = minima(v.weighted_optimum)
    assert AtMost(v.alpha, v.beta) in decorrelated.hypotheses
    s = Max(0, 1 - v.gamma * a / v.alpha)
    assert same(decorrelated.statement.at, representation(s, Leading(v.K, v.q)))
    assert same(decorrelated.statement.value, minima(v.optimum)[0].statement.value)


def test_weighted_optimum_when_the_variance_weighs_more():
    _, levelled = minima(v.weighted_optimum)
    assert AtMost(v.beta, v.alpha) in levelled.hypotheses
    s = Max(0, (v.alpha - (v.alpha - v.beta) * m - v.gamma * a) / v.beta)
    assert same(levelled.statement.at, representation(s, v.problem.rotation))
    (level,) = [h for h in levelled.hypotheses if isinstance(h, Level)]
    assert same(Sum(entry(level.values, v.k), (v.k, 0, v.q - 1)), Sum(s.subs(a, lam_k), (v.k, 0, v.q - 1)))
    assert (level.level, level.total) == (m, v.K * m)
    # loss* = (alpha-beta) K m^2 - 2 alpha K m + alpha K + beta sum s^2 + 2 gamma sum lambda s
    s_k = s.subs(a, lam_k)
    (spelled,) = [t.statement.lhs for t in v.weighted_optimum.theorems if t.statement.__class__.__name__ == "Equal"][1:]
    value = (v.alpha - v.beta) * v.K * m**2 - 2 * v.alpha * v.K * m + v.alpha * v.K
    value += Sum(v.beta * s_k**2 + 2 * v.gamma * lam_k * s_k, (v.k, 0, v.q - 1))
    assert same(spelled, value, [level])


def test_linear_optimum():
    equal, _, _ = minima(v.linear_optimum)
    pencil = v.linear_problem.pencil
    s = Max(0, 1 - v.gamma * a / v.alpha)
    expected = representation(s, v.linear_problem.rotation, pencil.vectors, pencil.values, 1)
    assert same(equal.statement.at, expected)
    s_k = s.subs(a, entry(pencil.values, v.k))
    kept = pencil.vectors.cols
    value = Sum(v.alpha * (1 - s_k**2), (v.k, 0, kept - 1)) + (v.K - kept) * v.alpha
    assert same(equal.statement.value, value)
    assert same(pencil.metric, MatMul(1 / v.N, Transpose(v.X), v.H, v.X))
    assert same(pencil.matrix, MatMul(1 / v.N, Transpose(v.X), v.L, v.X))


def test_laplacian_eigenmaps():
    eigenmaps, *_ = v.laplacian_eigenmaps.theorems
    assert same(eigenmaps.statement.value, v.N * Sum(lam_k, (v.k, 0, v.q - 1)))
    assert same(eigenmaps.statement.at, MatMul(sqrt(v.N), P, Transpose(v.problem.rotation)))
    (constraint,) = eigenmaps.statement.subject_to
    ((covariance, identity),) = constraint.equations()
    assert same(covariance, v.C)
    assert identity == Identity(v.K)


def test_strict_saddles():
    slope, length, along, without = v.strict_saddles.theorems
    named = {str(x): x for x in along.statement.rhs.free_symbols}
    t, s, value, r = named["t"], named["s"], named["lambda_p"], MatrixSymbol("r", v.K, 1)
    column = MatMul(v.H, v.Z, r)
    expected = MatMul(4 / v.N, v.gamma * v.L - v.alpha * (1 - s) * Identity(v.N), column)
    assert same(slope.statement.rhs, expected, G_symmetric)
    assert length.statement.rhs == v.N * s
    curvature = 2 * (v.alpha * (s - 1) + v.gamma * value)
    change = along.statement.rhs - v.equal_weights
    assert (change - curvature * t**2 - v.alpha * t**4).expand() == 0
    least = v.alpha * (1 - Max(0, 1 - v.gamma * a / v.alpha) ** 2)
    values = ElementwiseApplyFunction(Lambda(a, least), MatrixSymbol("lambda", v.N - 1, 1))
    first = entry(MatMul(Transpose(Leading(v.N - 1, v.q)), values), v.k)
    assert same(without.statement.rhs, Sum(first, (v.k, 0, v.q - 1)) + (v.K - v.q) * v.alpha)
    assert without.lemmas == {"greedy-exchange"}


@pytest.mark.parametrize("target", [2])
def test_a_statement_with_another_target_changes_everything_after_it(target, tmp_path):
    """In a scratch copy, one edit of the one file that states VICReg."""
    import json
    import shutil
    import subprocess
    import sys
    from pathlib import Path

    root = Path(v.__file__).parents[3]
    for package in ("derivations", "numeric"):
        shutil.copytree(root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    statement = tmp_path / "derivations" / "losses" / "vicreg" / "squared.py"
    text = statement.read_text()
    assert text.count("target = Identity(K)\n") == 1
    statement.write_text(text.replace("target = Identity(K)\n", f"target = {target} * Identity(K)\n"))

    def run(*arguments):
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    ids = ["vicreg-matrix-form", "vicreg-gradient", "vicreg-optimum", "vicreg-weighted-optimum"]
    reports = json.loads(run("-m", "derivations", "derive", *ids, "--instances", "1", "--json"))
    assert all(r["status"] == "proved" for r in reports)
    shown = run("-m", "derivations", "show", "vicreg-optimum")
    assert f"({target} - gamma lambda_k/alpha)_+" in shown
    assert f"H Z (C - {target} I)" in run("-m", "derivations", "show", "vicreg-gradient")
    assert rf"{target} - " in run("-m", "derivations", "show", "vicreg-optimum", "--latex")
    run("-m", "derivations", "code")
    source = (tmp_path / "numeric" / "generated" / "vicreg.py").read_text()
    assert f"positive_part({target} - gamma * eigenvalues / alpha" in source
    attained = (
        "import numpy as np; from numeric import vicreg, optimise, relations\n"
        "G = relations.from_labels([0, 0, 0, 1, 1, 2])\n"
        "for alpha, beta in ((1.0, 1.0), (1.0, 3.0), (25.0, 1.0)):\n"
        "    hyper = dict(alpha=alpha, beta=beta, gamma=0.3)\n"
        "    best = vicreg.optimal_representation(G, 4, **hyper)\n"
        "    found = optimise.minimise(lambda Z: vicreg.loss_and_gradient(Z, G, **hyper), (6, 4))\n"
        "    value = vicreg.loss(best.representation, G, **hyper)\n"
        "    assert abs(value - best.loss) < 1e-9 * (1 + value), (value, best.loss)\n"
        "    assert abs(found.loss - best.loss) < 1e-6 * (1 + value), (found.loss, best.loss)\n"
    )
    run("-c", attained)
