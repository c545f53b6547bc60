"""The cited lemmas, each on random instances of its hypotheses: what is taken on trust is at least true there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Function, Lambda, MatMul, MatrixSymbol, Max, Symbol, Transpose, exp, sqrt

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.instances import Instance, instances
from derivations.language.propositions import All, Majorised, Orthonormal
from derivations.language.propositions.majorisation import rotation_with_diagonal
from derivations.language.substitute import substitute, symbols_of
from derivations.proof.lemmas import LEMMAS
from tests.language.strategies import generators

x = Symbol("x", real=True)
phi = Function("phi")
FUNCTIONS = [Lambda(x, f) for f in (x, x**2 - 3 * x + 1, x**3, exp(-x), Abs(x - 1), Max(0, x) + 2, 1 + 0 * x)]
STATED = [name for name, lemma in LEMMAS.items() if not lemma.provides]
EXISTENCE = [name for name, lemma in LEMMAS.items() if lemma.provides]
COUNT = 4


def concrete(proposition, function):
    return proposition.map(lambda e: substitute(e, {phi: function}))


@pytest.mark.parametrize("name", STATED)
@settings(max_examples=12)
@given(function=st.sampled_from(FUNCTIONS), seed=st.integers(0, 2**32))
def test_it_holds_wherever_its_hypotheses_do(name, function, seed):
    lemma = LEMMAS[name]
    hypotheses = [concrete(h, function) for h in lemma.hypotheses]
    statement = concrete(lemma.statement, function)
    drawn = list(instances(hypotheses, list(statement.expressions()), COUNT, seed))
    assert len(drawn) == COUNT
    for instance in drawn:
        precise = instance.in_multi_precision()
        assert statement.residual(precise) <= precise.arithmetic.tolerance


@pytest.mark.parametrize("name", EXISTENCE)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_what_it_provides_can_be_built(name, seed):
    """Values of what is given are drawn first; then what the lemma provides is computed from them."""
    lemma = LEMMAS[name]
    parts = lemma.statement.parts if isinstance(lemma.statement, All) else (lemma.statement,)
    given_symbols = [e for h in lemma.hypotheses for e in h.expressions()]
    others = [e for p in parts for e in p.expressions() if not e.has(*lemma.provides)]
    drawn = list(instances(list(lemma.hypotheses), [*given_symbols, *others], COUNT, seed))
    assert drawn
    built = 0
    for instance in drawn:
        precise = instance.in_multi_precision()
        owner = next(p for p in parts if p.determined())
        for symbol in lemma.provides:
            assert symbol not in precise.table
        extended = precise.extended(owner.determine(precise))
        assert set(lemma.provides) <= set(extended.table)
        assert lemma.statement.residual(extended) <= 1e3 * precise.arithmetic.tolerance
        built += 1
    assert built == len(drawn)


def test_every_lemma_has_a_reference_and_is_known_by_its_name():
    for name, lemma in LEMMAS.items():
        assert name == lemma.name
        assert any(ch.isdigit() for ch in lemma.reference)  # a year


# sharper than random: where each would fail if a hypothesis, an order or a sign were wrong


def von_neumann(y, a):
    lemma = LEMMAS["von-neumann-trace"]
    symbols = {s.name: s for e in lemma.statement.expressions() for s in e.free_symbols}
    table = {symbols[name]: MULTI_PRECISION.array(value) for name, value in (("Y", y), ("a", a.reshape(-1, 1)))}
    r, k = y.shape
    table |= {symbols["Y"].rows: MULTI_PRECISION.number(r), symbols["Y"].cols: MULTI_PRECISION.number(k)}
    return Instance(MULTI_PRECISION, table, None), lemma


@given(generators)
def test_von_neumann_is_met_by_aligned_vectors_and_needs_the_ascending_order(rng):
    a = np.array(sorted(rng.sample(range(-9, 10), 4)), dtype=float)
    aligned = np.diag([4.0, 3.0, 2.0, 1.0])[:, :3]
    instance, lemma = von_neumann(aligned, a)
    assert instance.distance(lemma.statement.lhs, lemma.statement.rhs) < 1e-40
    backwards, _ = von_neumann(aligned[::-1].copy(), a[::-1].copy())
    assert lemma.hypotheses[0].residual(backwards) > 0
    assert lemma.statement.residual(backwards) > 0


def test_gram_and_factor_have_different_numbers_of_eigenvalues():
    """With more columns than rows the gram matrix has extra zeros, and phi(0) counts them."""
    lemma = LEMMAS["gram-spectrum"]
    statement = concrete(lemma.statement, Lambda(x, x + 7))
    (y,) = (s for s in lemma.statement.lhs.free_symbols if s.name == "Y")
    for shape in ((2, 5), (5, 2), (3, 3), (0, 4)):
        values = MULTI_PRECISION.array(np.arange(shape[0] * shape[1]).reshape(shape) % 7 - 3)
        table = {y: values, y.rows: MULTI_PRECISION.number(shape[0]), y.cols: MULTI_PRECISION.number(shape[1])}
        instance = Instance(MULTI_PRECISION, table, None)
        assert statement.residual(instance) < 1e-40
        assert instance.value(MatMul(Transpose(y), y)).shape == (shape[1], shape[1])


def test_majorisation_is_no_symmetric_relation_and_takes_zeros_for_what_is_not_there():
    d, s = MatrixSymbol("d", 3, 1), MatrixSymbol("s", 2, 1)

    def residual(diagonal, values):
        columns = (MULTI_PRECISION.array(v).reshape(-1, 1) for v in (diagonal, values))
        return Majorised(d, s).residual(Instance(MULTI_PRECISION, dict(zip((d, s), columns, strict=True)), None))

    for diagonal in ([2, 1, 0], [0, 1, 2], [1, 1, 1], [1.5, 0.5, 1]):
        assert residual(diagonal, [1, 2]) == 0
    for diagonal in ([3, 0, 0], [2, 1.5, -0.5], [1, 1, 0.5], [2, 1, 1]):
        assert residual(diagonal, [1, 2]) > 0.1
    assert Majorised(s, d).residual(Instance(MULTI_PRECISION, {s: np.ones((2, 1)), d: np.ones((3, 1))}, None)) == 1


def test_a_rotation_meets_a_diagonal_on_the_edge_of_what_is_majorised():
    """Partial sums that agree, equal entries, and zeros."""
    s = [MULTI_PRECISION.number(x) for x in (3, 1, 1, 0)]
    for d in ([3, 1, 1, 0], [2, 2, 0.5, 0.5], [1.25] * 4, [1, 0, 3, 1]):
        q = rotation_with_diagonal(s, MULTI_PRECISION.array(d), MULTI_PRECISION)
        assert abs((q * s * q).sum(axis=1) - d).max() < 1e-45
        assert abs(q @ q.T - np.eye(4, dtype=int)).max() < 1e-45


def test_no_value_above_the_second_eigenvalue_bounds_what_is_beside_the_first_eigenvector():
    lemma = LEMMAS["spectral-gap"]
    semidefinite, _ = lemma.statement.parts
    symbol = lemma.hypotheses[1].following
    for instance in instances(list(lemma.hypotheses), list(lemma.statement.expressions()), COUNT, "gap"):
        above = instance.extended({symbol: instance.value(symbol) + instance.arithmetic.number(1) / 1000})
        assert semidefinite.residual(instance) <= instance.arithmetic.tolerance
        assert semidefinite.residual(above) > 1e-6


SEPARATION = {"poincare-separation": {"Y": "V"}, "singular-separation": {"Y_a": "U", "Y_b": "V"}}


@pytest.mark.parametrize("name", SEPARATION)
def test_separation_is_met_by_the_extreme_vectors_and_needs_the_metric(name):
    """No gap is left at the vectors of the hypothesis; and of vectors twice as long some gap is negative."""
    lemma = LEMMAS[name]
    symbols = {m.name: m for h in lemma.hypotheses for m in h.free_symbols()}
    replaced = {symbols[y]: symbols[v] for y, v in SEPARATION[name].items()}
    gaps = lemma.statement.parts[0]
    lengths = [h for h in lemma.hypotheses if isinstance(h, Orthonormal)]
    failed = 0
    for instance in instances(lemma.hypotheses, list(gaps.expressions()), 12, name):
        extreme = instance.extended({y: instance.value(v) for y, v in replaced.items()})
        assert all(h.residual(extreme) <= 1e-35 for h in lengths)
        assert abs(extreme.value(gaps.matrix)).max(initial=0) <= 1e-35
        longer = extreme.extended({y: 2 * extreme.value(y) for y in replaced})
        assert all(h.residual(longer) > 0.1 for h in lengths)
        failed += gaps.residual(longer) > 0.01
    assert failed > 2


CROSS_RANK = 2


def stacked_pairs(columns, chosen=slice(None)):
    """An instance of jordan-wielandt with the cosines 1, 3/5 and 0 of angles, and a metric that is singular; as many columns
    as asked for, and of the pairs that there are those chosen.
    """
    lemma = LEMMAS["jordan-wielandt"]
    pairs, _, blocks = lemma.hypotheses
    symbols = {s.name: s for h in lemma.hypotheses for e in h.expressions() for s in symbols_of(e)}
    first = np.eye(5)[:, :3] @ [[2, 1, 0, 1], [0, 1, 1, 0], [1, 0, 3, 2]]
    second = np.array([[1, 0, 0], [0, 3, 0], [0, 0, 0], [0, 4, 0], [0, 0, 1]])
    sizes = {"N": 5, "D_a": 4, "D_b": 3, "K": columns, "r": CROSS_RANK}
    table = {symbols[name]: MULTI_PRECISION.number(size) for name, size in sizes.items()}
    table |= {symbols[f"F_{n}"]: MULTI_PRECISION.array(f) for n, f in (("a", first), ("b", second))}
    instance = Instance(MULTI_PRECISION, table, None)
    every = pairs.determine(instance.extended({symbols["K"]: MULTI_PRECISION.number(CROSS_RANK)}))
    kept = {s: value[chosen] if s is pairs.values else value[:, chosen] for s, value in every.items()}
    return instance.extended(blocks.determine(instance)).extended(kept), symbols


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_stacked_singular_pairs_are_all_positive_eigenpairs_or_the_largest(columns):
    lemma = LEMMAS["jordan-wielandt"]
    instance, symbols = stacked_pairs(columns, slice(columns))
    assert float(instance.value(symbols["rho"])[-1, 0]) == pytest.approx(0.6 if columns > 1 else 1)
    assert all(h.residual(instance) < 1e-40 for h in lemma.hypotheses)
    assert lemma.statement.residual(instance) < 1e-40
    vectors = lemma.statement.vectors
    longer = replace(lemma.statement, vectors=MatMul(sqrt(2), vectors))
    assert longer.residual(instance) > 0.1


def test_stacked_pairs_need_the_rank_and_the_largest_values_with_their_sign():
    pairs, rank, _ = LEMMAS["jordan-wielandt"].hypotheses
    statement = LEMMAS["jordan-wielandt"].statement
    instance, symbols = stacked_pairs(1, slice(1))
    for other in (1, 3):
        wrong = instance.extended({symbols["r"]: MULTI_PRECISION.number(other)})
        assert rank.residual(wrong) == 1
        assert statement.residual(wrong) == 1
    second, _ = stacked_pairs(1, slice(1, 2))
    turned = instance.extended({symbols[name]: -instance.value(symbols[name]) for name in ("V", "rho")})
    for wrong in (second, turned):
        assert max(wrong.distance(*sides) for sides in pairs.equations()) < 1e-40
        assert pairs.residual(wrong) > 0.1
        assert statement.residual(wrong) > 0.1
