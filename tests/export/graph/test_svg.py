"""The picture of what rests on what, and the dependencies under it."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from derivations.catalogue import results
from derivations.export.graph.dependencies import CITED, PROVED, REFUTED, Node, dependencies, dependents, part_of
from derivations.export.graph.svg import graph
from derivations.proof.lemmas import LEMMAS

SVG = "{http://www.w3.org/2000/svg}"


ROOMS = (
    "relations",
    "spectral",
    "losses.vicreg.squared",
    "losses.coding_rate",
    "losses.contrastive.squared",
    "bridges.duality",
)
EMBEDDINGS = ("classical-mds", "isomap", "kernel-pca", "laplacian-eigenmaps", "simclr-uniform-limit")


@pytest.fixture(scope="module")
def some():
    rooms = tuple(f"derivations.{room}" for room in ROOMS)
    return [r for r in results().values() if r.prove.__module__.startswith(rooms) or r.id in EMBEDDINGS]


@pytest.fixture(scope="module")
def nodes(some):
    return dependencies(some)


def test_every_result_claim_and_lemma_is_there(some, nodes):
    assert {n.id for n in nodes.values() if n.status not in (CITED, REFUTED)} == {r.id for r in some}
    assert {n.rests_on for n in nodes.values() if n.status == REFUTED} == {(r.id,) for r in some if r.claimed}
    assert {n.id for n in nodes.values() if n.status == CITED} == {name for r in some for name in r.lemmas}
    assert all(under in nodes for n in nodes.values() for under in n.rests_on)


def test_the_lemmas_that_the_theorems_carry_are_found_along_the_edges(some, nodes):
    """All of them, and those of other parts of the results on the way."""
    for r in some:
        under = {n.id for n in part_of(nodes, [r.id]).values() if n.status == CITED}
        assert under >= set(r.lemmas)
        assert under <= LEMMAS.keys()


@pytest.mark.parametrize(
    ("id", "under"),
    [
        ("vicreg-optimum", {"spectral-filter", "laplacian-facts"}),
        ("spectral-filter", {"pencil-trace-bound", "diagonal-spectrum"}),
        ("pencil-trace-bound", {"von-neumann-trace", "gram-spectrum", "spectral-theorem"}),
        ("isomap", {"simclr-kernel-pca"}),
        ("duality", set()),
    ],
)
def test_known_dependencies(nodes, id, under):
    assert under <= set(nodes[id].rests_on)
    assert under or not nodes[id].rests_on


def test_dependents_turn_the_arrows_round(nodes):
    over = dependents(nodes)
    assert {(a, b) for a in nodes for b in nodes[a].rests_on} == {(a, b) for b in over for a in over[b]}


def parts(source):
    tree = ElementTree.fromstring(source)
    boxes = []
    for group in tree.iter(f"{SVG}g"):
        (rect,) = group.findall(f"{SVG}rect")
        box = tuple(float(rect.get(k)) for k in ("x", "y", "width", "height"))
        boxes.append((group.get("class").split()[1], box, list(group.findall(f"{SVG}text"))))
    return tree, boxes


def test_every_node_is_drawn_in_a_box_of_its_kind_and_none_overlaps(nodes):
    source = graph(nodes, lambda id: f"{id}.html")
    tree, boxes = parts(source)
    legend = 4
    assert len(boxes) == len(nodes) + legend
    kinds = [kind for kind, *_ in boxes]
    for status, kind in ((PROVED, "proved"), (CITED, "cited"), (REFUTED, "refuted"), ("proved in part", "part")):
        assert kinds.count(kind) == sum(n.status == status for n in nodes.values()) + 1
    drawn = [box for _, box, _ in boxes]
    for n, (x, y, w, h) in enumerate(drawn):
        for a, b, c, d in drawn[:n]:
            assert x >= a + c - 0.2 or a >= x + w - 0.2 or y >= b + d - 0.2 or b >= y + h - 0.2
    width, height = float(tree.get("width")), float(tree.get("height"))
    assert all(x + w <= width and y + h <= height for x, y, w, h in drawn)
    assert source.count('class="edge') == sum(len(n.rests_on) for n in nodes.values())
    assert set(re.findall(r'href="([^"]*)\.html"', source)) == nodes.keys()


def test_a_part_is_legible_at_sixty_nodes(nodes):
    """Letters stand 11 px high; sixty nodes fit a landscape page without scaling them below 6 px."""
    sixty = dict([*nodes.items()][-60:])
    sixty = {id: replace(n, rests_on=tuple(u for u in n.rests_on if u in sixty)) for id, n in sixty.items()}
    tree, _ = parts(graph(sixty))
    assert float(tree.get("width")) <= 2000
    assert float(tree.get("height")) <= 1200


def test_words_are_escaped_and_stay_in_their_boxes():
    words = 'a & b < c in "quotes", and so on for as long as it takes to fill several lines'
    source = graph({"r": Node("r", PROVED, "t"), "claim": Node("claim", REFUTED, words, ("r",))})
    _, boxes = parts(source)
    (refuted,) = [b for b in boxes if b[0] == "refuted" and len(b[2]) > 1]
    _, (x, y, w, h), texts = refuted
    assert " ".join(t.text for t in texts).strip("“”") == words
    for t in texts:
        assert x < float(t.get("x")) < x + w
        assert y < float(t.get("y")) < y + h


def test_nothing_to_draw_is_drawn():
    ElementTree.fromstring(graph({}))
