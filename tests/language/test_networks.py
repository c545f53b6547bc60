"""Canonical labelling: two networks get the same label exactly if one is the other with its summed indices renamed."""

from collections import Counter
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import HadamardPower, HadamardProduct, MatMul, Mul, OneMatrix, Sum, Trace, Transpose, symbols
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.network import Factor, Term, canonical
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Symmetric
from tests.language.strategies import A, K, N, Z, generators

SLOTS = {"A": 2, "S": 2, "v": 1, "T": 3}  # S is symmetric


@st.composite
def networks(draw):
    """A few factors on a few indices, some of them ports, all of one dimension: ties are the rule."""
    count = draw(st.integers(1, 4))
    index = st.integers(0, count - 1)
    keys = draw(st.lists(st.sampled_from(sorted(SLOTS)), min_size=1, max_size=5))
    factors = tuple(Factor(k, tuple(draw(index) for _ in range(SLOTS[k])), k == "S") for k in keys)
    ports = draw(st.sampled_from([(), (("row", draw(index)),), (("row", draw(index)), ("column", draw(index)))]))
    return Term(factors, dict.fromkeys(range(count), N), ports)


def renamed(term, order):
    return Term(
        tuple(f.moved(order) for f in term.factors),
        {order[i]: d for i, d in term.dims.items()},
        tuple((label, order[i]) for label, i in term.ports),
    )


def spelled(term):
    slots = (tuple(sorted(f.slots)) if f.symmetric else f.slots for f in term.factors)
    return Counter(zip((f.key for f in term.factors), slots, strict=True)), sorted(term.ports)


def isomorphic(one, two):
    """By trying every renaming."""
    indices = sorted(one.dims)
    if len(one.dims) != len(two.dims):
        return False
    return any(
        spelled(renamed(one, dict(zip(indices, p, strict=True)))) == spelled(two) for p in permutations(two.dims)
    )


@given(networks(), networks())
def test_labels_agree_exactly_if_some_renaming_does(one, two):
    assert (canonical(one) == canonical(two)) == isomorphic(one, two)


@given(networks(), generators)
def test_renaming_and_reordering_does_not_change_the_label(term, rng):
    order = dict(zip(term.dims, rng.sample(sorted(term.dims), len(term.dims)), strict=True))
    moved = renamed(term, order)
    flipped = tuple(f._replace(slots=f.slots[::-1]) if f.symmetric else f for f in moved.factors)
    assert canonical(Term(tuple(rng.sample(flipped, len(flipped))), moved.dims, moved.ports)) == canonical(term)


def sum_over_edges(edges, order):
    """sum over all indices of the product of A[i, j] over the edges, with the vertices in a given order."""
    i = symbols(f"i:{len(order)}", integer=True, nonnegative=True)
    entries = Mul(*(MatrixElement(A, i[order[s]], i[order[t]]) for s, t in edges))
    return Sum(entries, *((index, 0, N - 1) for index in i))


PRISM = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (0, 3), (1, 4), (2, 5)]
UTILITIES = [(s, t) for s in (0, 1, 2) for t in (3, 4, 5)]
TETRAHEDRON = [(s, t) for t in range(4) for s in range(t)]
CUBE = [(s, s ^ bit) for s, bit in product(range(8), (1, 2, 4)) if s < s ^ bit]
NECKLACE = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 6), (5, 7), (6, 7), (3, 4), (7, 0)]
SYMMETRIC_GRAPHS = {
    "necklace": NECKLACE,
    "tetrahedron": TETRAHEDRON,
    "prism": PRISM,
    "utilities": UTILITIES,
    "cube": CUBE,
}


@pytest.mark.parametrize("name", SYMMETRIC_GRAPHS)
@given(rng=generators)
def test_vertices_that_no_colouring_tells_apart(name, rng):
    edges = SYMMETRIC_GRAPHS[name]
    vertices = range(1 + max(map(max, edges)))
    facts = [Symmetric(A)]
    turned = [rng.choice([e, e[::-1]]) for e in rng.sample(edges, len(edges))]
    shuffled = sum_over_edges(turned, rng.sample(vertices, len(vertices)))
    assert normal_form(shuffled, facts).key == normal_form(sum_over_edges(edges, vertices), facts).key


def test_regular_graphs_that_refinement_alone_confuses():
    """The prism and the utilities graph both have six vertices of degree three."""
    one, two = (normal_form(sum_over_edges(g, range(6)), [Symmetric(A)]) for g in (PRISM, UTILITIES))
    assert one != two
    hexagon = [(n, (n + 1) % 6) for n in range(6)]
    triangles = [(n, (n + 1) % 3) for n in range(3)] + [(3 + n, 3 + (n + 1) % 3) for n in range(3)]
    one, two = (normal_form(sum_over_edges(g, range(6)), [Symmetric(A)]) for g in (hexagon, triangles))
    assert one != two


@pytest.mark.parametrize("power", [2, 3, 4, 6])
def test_rings(power):
    ring = Trace(MatMul(*[Transpose(Z), Z] * power))
    assert normal_form(ring).key == normal_form(Trace(MatMul(*[Z, Transpose(Z)] * power))).key
    assert normal_form(ring) != normal_form(
        Trace(MatMul(*[Transpose(Z), Z] * (power - 1))) * Trace(MatMul(Transpose(Z), Z))
    )


def test_powers_of_entries():
    ones = OneMatrix(K, 1)
    fourth = MatMul(HadamardPower(Z, 4), ones)
    square = HadamardProduct(Z, Z)
    assert normal_form(fourth) == normal_form(MatMul(HadamardProduct(square, square), ones))
    assert normal_form(fourth) != normal_form(HadamardPower(MatMul(square, ones), 2))
