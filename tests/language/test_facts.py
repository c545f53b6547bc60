"""Facts as rewriting rules: the normal form under facts has the value of the expression wherever the facts hold."""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import (
    Add,
    DiagMatrix,
    DiagonalOf,
    HadamardProduct,
    Identity,
    Integer,
    MatMul,
    MatrixSymbol,
    Min,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.arithmetic import EXACT, MULTI_PRECISION
from derivations.language.atoms import Centring, Laplacian, Leading
from derivations.language.errors import Undecided
from derivations.language.evaluate import evaluate
from derivations.language.instances import Instance
from derivations.language.network import spelling
from derivations.language.normal_form import normal_form, normaliser
from derivations.language.propositions import (
    All,
    AllEigenpairs,
    AtMost,
    DiagonalGram,
    Eigenpairs,
    Equal,
    EqualShares,
    HelmertContrasts,
    Level,
    LowestTwo,
    Majorised,
    OneEntry,
    OneHot,
    Orthonormal,
    OtherDirection,
    Pairing,
    PositiveEigenpairs,
    PositiveSemidefinite,
    PrescribedDiagonal,
    Symmetric,
    UnitColumnLength,
)
from tests.language.strategies import A, K, N, Z, hold, matrices

c = Symbol("c", integer=True, positive=True)
r = Symbol("r", integer=True, positive=True)
m = Symbol("m", real=True)
q = Min(K, N - 1)
B = MatrixSymbol("B", N, c)
Q, E = MatrixSymbol("Q", N, N - c), MatrixSymbol("E", N - c, c)
S, T = MatrixSymbol("S", N, c), MatrixSymbol("T", N, c)
R, d, h = MatrixSymbol("R", K, r), MatrixSymbol("d", r, 1), MatrixSymbol("h", K, 1)
W, e = MatrixSymbol("W", N, N), MatrixSymbol("e", N, 1)
n = Symbol("n", integer=True, nonnegative=True)  # of positive eigenvalues
V, g = MatrixSymbol("V", N, Min(K, n)), MatrixSymbol("g", Min(K, n), 1)
u, eta = MatrixSymbol("u", N, 1), Symbol("eta", nonnegative=True)
p = Symbol("p", positive=True)
w, (c_1, c_2) = MatrixSymbol("w", N, 1), symbols("c_1 c_2", real=True)
P, lam = MatrixSymbol("P", N, q), MatrixSymbol("lambda", q, 1)
L, H = Laplacian(A), Centring(N)

gram, f = MatMul(Transpose(Z), A, Z), MatrixSymbol("f", K, 1)

# what is declared, and what expressions are made of
FACTS = {
    "symmetric": ([Symmetric(A)], [A, Z]),
    "orthonormal": ([Orthonormal(R)], [R, d]),
    "orthonormal in a metric": ([Orthonormal(Z, H)], [Z, H, A]),
    "one-hot": ([OneHot(B)], [B, MatrixSymbol("v", N, 1)]),
    "contrasts": ([OneHot(B), HelmertContrasts(Q, B, E)], [Q, B, E]),
    "pairing": ([Pairing(S, T)], [S, T]),
    "eigenpairs": ([Symmetric(A), Eigenpairs(L, H, P, lam, N - 1)], [P, lam, L, H]),
    "level": ([Equal(MatrixSymbol("e", K, 1), MatMul(m, OneMatrix(K, 1))), Level(m, d, K * m)], [d]),
    "all eigenpairs": ([Symmetric(A), AllEigenpairs(A, Identity(N), W, e, N)], [W, e, A]),
    "unit columns": ([UnitColumnLength(Z, Identity(N))], [Z, A]),
    "one entry": ([OneEntry(d)], [d, R]),
    "diagonal Gram matrix": ([Symmetric(A), DiagonalGram(gram, f)], [Z, f]),
    "lowest two": ([Symmetric(A), LowestTwo(L, H, u, c_1, w, c_2)], [u, w, L, H]),
    "equal shares": ([EqualShares(h, f, p), AtMost(p, K)], [h, f, R]),
    "prescribed diagonal": ([Majorised(h, d), PrescribedDiagonal(R, d, h)], [R, d, h]),
}


def value_of(form, values, atoms):
    """The sum of networks without ports in a normal form, entry by entry, from the values of its atoms."""
    arrays = {spelling(x): values.value(x) for x in atoms} | {
        x.name: values.value(x) for x in atoms if hasattr(x, "name")
    }
    total = 0
    for coefficient, term in form.terms.values():
        indices = sorted(term.dims)
        where = {i: n for n, i in enumerate(indices)}
        sizes = [values.dimension(term.dims[i]) for i in indices]
        entries = 0
        for position in product(*map(range, sizes)):
            value = values.arithmetic.number(1)
            for f in term.factors:
                array = arrays[f.key].reshape([sizes[where[i]] for i in f.slots])
                value = value * array[tuple(position[where[i]] for i in f.slots)]
            entries = entries + value
        total = total + values.value(coefficient) * entries
    return total


@st.composite
def expressions(draw, atoms, depth):
    sizes = sorted({s for x in atoms for s in x.shape}, key=str)
    size = draw(st.sampled_from(sizes))
    return Trace(draw(matrices(size, size, depth, tuple(atoms), tuple(sizes))))


def check_value_of_normal_form(expr, facts, atoms):
    """An expression in the atoms has the value of its normal form, where the facts hold."""
    form = normal_form(expr, facts)
    drawn = hold(facts, [expr, *atoms], 4)
    values = min(drawn, key=lambda values: sum(values.dimension(s) for x in atoms for s in x.shape))
    expected = values.value(expr)
    assert abs(value_of(form, values, atoms) - expected) <= 1e6 * values.arithmetic.tolerance * (1 + abs(expected))


@pytest.mark.parametrize("name", FACTS)
@settings(max_examples=12)
@given(data=st.data())
def test_the_normal_form_has_the_value_of_the_expression(name, data):
    facts, atoms = FACTS[name]
    check_value_of_normal_form(data.draw(expressions(atoms, 2)), facts, atoms)


X = MatrixSymbol("X", N, N)
first = Leading(K, Min(K, r))
pencil = (Symmetric(A), Symmetric(X), PositiveSemidefinite(X))
CONSEQUENCES = [
    (Symmetric(A), Trace(MatMul(A, X)), Trace(MatMul(Transpose(A), X))),
    (Orthonormal(R), Trace(MatMul(R, DiagMatrix(d), Transpose(R))), Trace(DiagMatrix(d))),
    (Orthonormal(Z, H), MatMul(Transpose(Z), H, Z), Identity(K)),
    (OneHot(B), MatMul(Transpose(B), B), DiagMatrix(MatMul(Transpose(B), OneMatrix(N, 1)))),
    (OneHot(B), Trace(MatMul(B, Transpose(B))), N),
    (Pairing(S, T), MatMul(S, Transpose(S)) + MatMul(T, Transpose(T)), Identity(N)),
    (Eigenpairs(L, H, P, lam, N - 1), MatMul(Transpose(P), L, P), DiagMatrix(lam)),
    (
        All((Symmetric(A), Eigenpairs(L, H, P, lam, N - 1))),
        MatMul(Transpose(P), L),
        MatMul(DiagMatrix(lam), Transpose(P), H),
    ),
    (All((Majorised(h, d), PrescribedDiagonal(R, d, h))), DiagonalOf(MatMul(R, DiagMatrix(d), Transpose(R))), h),
    (Majorised(h, d), Trace(DiagMatrix(h)), Trace(DiagMatrix(d))),
    (
        All((EqualShares(h, f, p), AtMost(p, K))),
        DiagonalOf(MatMul(K - p, h, Transpose(h)) + MatMul(p, f, Transpose(f))),
        OneMatrix(K, 1),
    ),
    (
        All((Symmetric(A), LowestTwo(L, H, u, c_1, w, c_2))),
        MatMul(Transpose(u + w), L, u + w),
        MatMul(c_1 + c_2, Identity(1)),
    ),
    (Level(m, d, K * m), Trace(DiagMatrix(d)), K * m),
    (OneEntry(d), Trace(MatMul(R, d, Transpose(d), Transpose(R))), Trace(MatMul(R, DiagMatrix(d), Transpose(R)))),
    (OneEntry(d), Trace(DiagMatrix(HadamardProduct(d, d, d))), Integer(1)),
    (All((Symmetric(A), DiagonalGram(gram, f))), MatMul(gram, gram), DiagMatrix(HadamardProduct(f, f))),
    (UnitColumnLength(Z, X), Trace(MatMul(Transpose(Z), X, Z)), K),
    (
        All((Symmetric(A), AllEigenpairs(A, Identity(N), W, e, N))),
        Trace(MatMul(A, A)),
        Trace(MatMul(DiagMatrix(e), DiagMatrix(e))),
    ),
    (
        All((*pencil, PositiveEigenpairs(A, X, V, g, n))),
        Trace(MatMul(Transpose(V), A, V)),
        Trace(DiagMatrix(g)),
    ),
    (
        All((*pencil, PositiveEigenpairs(A, X, V, g, n), OtherDirection(A, X, V, u, eta))),
        MatMul(Transpose(u), A, u),
        MatMul(-eta, Identity(1)),
    ),
    (None, MatMul(Transpose(first), first), Identity(first.cols)),
    (None, Trace(MatMul(Transpose(L), OneMatrix(N, N))), Integer(0)),
]


@pytest.mark.parametrize(("fact", "lhs", "rhs"), CONSEQUENCES)
def test_consequences_of_facts(fact, lhs, rhs):
    facts = [] if fact is None else list(fact.parts) if isinstance(fact, All) else [fact]
    assert normal_form(lhs, facts) == normal_form(rhs, facts)
    if facts:
        assert normal_form(lhs) != normal_form(rhs)
    for values in hold(facts, [lhs, rhs], 3):
        assert Equal(lhs, rhs).residual(values) <= values.arithmetic.tolerance


def test_diagonal_gram_matrices_are_drawn_of_several_columns():
    drawn = hold([Symmetric(A), DiagonalGram(gram, f)], [f], 8)
    assert any(np.count_nonzero(instance.value(f)) > 1 for instance in drawn)
    with pytest.raises(Undecided):
        normal_form(gram, [DiagonalGram(gram, DiagonalOf(gram))])


def test_projectors_and_matrices_that_annihilate_the_ones_vector():
    facts = [Symmetric(A), Equal(MatMul(A, A), A), Equal(MatMul(A, OneMatrix(N, 1)), ZeroMatrix(N, 1))]
    expr = Trace(MatMul(Transpose(A), H, A, A + OneMatrix(N, N), Z, Transpose(Z)))
    short = Trace(MatMul(Transpose(Z), A, Z))
    assert normal_form(expr, facts) == normal_form(short, facts)
    direction = np.array([[1.0], [-2.0], [1.0]])
    values = {"A": direction @ direction.T / 6, "Z": np.arange(6.0).reshape(3, 2) ** 2}
    assert evaluate(expr, values) == pytest.approx(evaluate(short, values))


def test_the_columns_of_the_identity_sum_to_one_only_if_they_exist():
    def total(rows, columns):
        return Trace(MatMul(OneMatrix(1, rows), Leading(rows, columns), OneMatrix(columns, 1)))

    assert normal_form(total(Integer(5), Integer(2))) == normal_form(Integer(2))
    assert normal_form(total(Integer(2), Integer(5))) != normal_form(Integer(5))
    assert evaluate(total(Integer(2), Integer(5)), {}) == 2


SHOULD_NOT_REWRITE = [
    Equal(A + Transpose(A), Identity(N)),  # a sum
    Equal(MatMul(m, A), A),  # m may be zero
    Equal(MatMul(OneMatrix(N, 1), Transpose(MatrixSymbol("v", N, 1))), A),  # constant along the rows
    OneHot(Transpose(MatrixSymbol("B", N, N))),
]


@pytest.mark.parametrize("fact", SHOULD_NOT_REWRITE, ids=str)
def test_facts_that_are_no_rules_say_so(fact):
    with pytest.raises(ValueError, match="does not rewrite"):
        normal_form(Trace(A), [fact])


def test_a_fact_about_one_matrix_says_nothing_of_a_transposed_or_renamed_one():
    rotation = Transpose(R)
    assert normal_form(MatMul(R, rotation), [Orthonormal(R)]) != normal_form(Identity(K))
    other = MatrixSymbol("R", K, K)
    assert normal_form(MatMul(Transpose(other), other), [Orthonormal(R)]) != normal_form(Identity(K))


def test_normal_forms_under_facts_are_kept_apart():
    expr = MatMul(Transpose(R), R)
    assert normaliser((Orthonormal(R),))(expr) == normal_form(Identity(r))
    assert normaliser(())(expr) != normal_form(Identity(r))


def test_sums_of_entries_and_the_matrices_that_they_spell():
    k = Symbol("k", integer=True, nonnegative=True)
    total = Add(*(MatrixElement(x, k, 0) for x in (d, MatMul(m, d))))
    assert normal_form(Sum(total, (k, 0, r - 1)), [Level(m, d, K * m)]) == normal_form(K * m * (1 + m))


@pytest.mark.parametrize("arithmetic", [EXACT, MULTI_PRECISION], ids=["exact", "50 digits"])
@settings(max_examples=60)
@given(data=st.data())
def test_semidefiniteness_is_decided_and_not_sampled(arithmetic, data):
    size = data.draw(st.integers(1, 5))
    entries = data.draw(st.lists(st.integers(-2, 2), min_size=size * size, max_size=size * size))
    root = np.array(entries).reshape(size, size)
    matrix = root @ root.T if data.draw(st.booleans()) else root + root.T
    smallest = np.linalg.eigvalsh(matrix.astype(float)).min()
    event("indefinite" if smallest < -1e-9 else "singular" if smallest < 1e-9 else "definite")
    symbol = MatrixSymbol("A", size, size)
    instance = Instance(arithmetic, {symbol: arithmetic.array(matrix)}, random.Random(0))
    assert (instance.negativity(symbol) > arithmetic.tolerance) == (smallest < -1e-9)


@pytest.mark.parametrize(("chosen", "holds"), [((0, 1), True), ((1, 0), False), ((0, 2), False), ((1, 2), False)])
def test_the_two_lowest_eigenvalues_are_no_others(chosen, holds):
    claim = LowestTwo(A, Identity(N), u, c_1, w, c_2)
    values, vectors = [1, 2, 4], np.eye(3, dtype=int)
    table = {A: np.diag(values), N: 3}
    for vector, value, n in zip((u, w), (c_1, c_2), chosen, strict=True):
        table |= {vector: vectors[:, [n]], value: values[n]}
    exact = {s: MULTI_PRECISION.array(v) if np.ndim(v) else MULTI_PRECISION.number(v) for s, v in table.items()}
    instance = Instance(MULTI_PRECISION, exact, random.Random(0))
    assert (claim.residual(instance) <= MULTI_PRECISION.tolerance) == holds


@pytest.mark.parametrize("part", ["0.25", "1", "1.5", "4.5", "5"])
def test_equal_shares_of_five_can_be_built(part):
    claim = EqualShares(h, f, p)
    table = {K: MULTI_PRECISION.number(5), p: MULTI_PRECISION.number(part)}
    instance = Instance(MULTI_PRECISION, table, random.Random(0))
    assert claim.residual(instance.extended(claim.determine(instance))) <= MULTI_PRECISION.tolerance
