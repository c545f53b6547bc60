"""The methods of the catalogue, read off the results; and the sections that results belong in."""

import pytest

from derivations.catalogue import results
from derivations.export.atlas.methods import methods
from derivations.export.sections import section_of, sections

ROOMS = (
    "derivations.losses.vicreg.squared",
    "derivations.losses.contrastive.squared_similarity",
    "derivations.losses.barlow",
)
EMBEDDINGS = (
    "kernel-pca",
    "classical-mds",
    "isomap",
    "vicreg-linear-lpp",
    "vicreg-linear-lda",
    "lda-class-weights",
    "barlow-lda",
)


@pytest.fixture(scope="module")
def found():
    some = [r for r in results().values() if r.prove.__module__.startswith(ROOMS) or r.id in EMBEDDINGS]
    return {m.title: m for m in methods(some)}


def ids(method):
    places = (method.loss, method.gradient, method.representation, method.weights)
    return [place and place[0] for place in places]


def test_the_theorems_of_a_method_are_in_their_places(found):
    assert ids(found["VICReg with squared variance"]) == [
        *("vicreg-matrix-form", "vicreg-gradient", "vicreg-optimum", "vicreg-linear-optimum")
    ]
    assert ids(found["SimCLR with a squared loss on similarities"]) == [
        *("squared-similarity-matrix-form", "squared-similarity-gradient", "simclr-kernel-pca", "simclr-linear-optimum")
    ]
    assert ids(found["Barlow Twins"]) == [
        "barlow-matrix-form",
        "barlow-gradient",
        "barlow-optimum",
        "barlow-linear-optimum",
    ]
    assert ids(found["Kernel PCA"]) == ["kernel-pca", None, "kernel-pca", None]


def test_the_embeddings_that_a_loss_is_are_found_by_name_and_by_proof(found):
    vicreg = found["VICReg with squared variance"].embeddings
    assert vicreg == ["vicreg-laplacian-eigenmaps", "vicreg-linear-lda", "vicreg-linear-lpp"]
    assert found["SimCLR with a squared loss on similarities"].embeddings == ["classical-mds", "isomap", "kernel-pca"]
    assert found["Barlow Twins"].embeddings == ["barlow-lda"]


def test_what_corrects_a_claim_is_no_method(found):
    assert not any("lda-class-weights" in (*ids(m), *m.embeddings) for m in found.values())


def test_which_directions_are_kept(found):
    assert str(found["VICReg with squared variance"].kept) == "1 - gamma*lambda[k, 0]/alpha"
    assert str(found["SimCLR with a squared loss on similarities"].kept) == "g[k, 0]"
    assert found["Locality Preserving Projections"].kept is None


def test_sections_are_families_and_subsections_are_files():
    vicreg = results()["vicreg-strict-saddles"]
    assert section_of(vicreg) == ("VICReg and its variants", "VICReg with squared variance")
    assert section_of(results()["barlow-optimum"]) == ("Barlow Twins", "")
    grouped = sections([*results().values()])
    assert sorted(r.id for inner in grouped.values() for found in inner.values() for r in found) == sorted(results())
    assert all(
        "(" not in title and not title.endswith(".") for section in grouped for title in (section, *grouped[section])
    )
