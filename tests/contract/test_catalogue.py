"""One suite over every entry of the catalogue: proved, replayed, tried on instances, and printed."""

import json

from derivations.catalogue import results
from derivations.proof.store import replay, store
from derivations.proof.verify import verify


def test_it_is_proved_and_its_stored_proof_replays_to_the_same_theorems(result):
    text = json.dumps(store(result.theorems))
    replayed = replay(json.loads(text))
    assert [(t.hypotheses, t.statement, t.lemmas) for t in replayed] == [
        (t.hypotheses, t.statement, t.lemmas) for t in result.theorems
    ]
    assert json.dumps(store(replayed)) == text


def test_every_step_holds_on_random_instances_of_its_hypotheses(result):
    report = verify(result.id, store(result.theorems), count=5)
    assert report.passed, report.status
    assert report.instances >= 2 * report.steps


def test_its_id_and_title_read_as_they_should(result):
    assert result.id == result.id.lower()
    assert set(result.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert result.title.endswith(".")
    assert result.cites


def test_the_catalogue_holds_what_the_project_promises():
    promised = {
        "dirichlet-energy",
        "laplacian-facts",
        "clique-spectrum",
        "two-view-relation",
        "vicreg-matrix-form",
        "vicreg-gradient",
        "vicreg-optimum",
        "vicreg-weighted-optimum",
        "vicreg-laplacian-eigenmaps",
        "vicreg-linear-optimum",
        "vicreg-strict-saddles",
        "vicreg-hinge-optimum",
        "vicreg-hinge-reduction",
        "vicreg-hinge-differs",
        "probe-loss",
        "probe-optimal",
        "supervised-recovered",
        "ridge-risk",
        "gamma-guideline",
        "infonce-matrix-form",
        "infonce-gradient",
        "infonce-stationarity",
        "simclr-kernel-pca",
        "simclr-linear-optimum",
        "simclr-clique-optimum",
        "simclr-uniform-limit",
        "nnclr-relation",
        "spectral-contrastive-optimum",
        "classical-mds",
        "isomap",
        "barlow-matrix-form",
        "barlow-gradient",
        "barlow-optimum",
        "barlow-linear-optimum",
        "barlow-lda",
        "barlow-cca",
        "barlow-rank",
        "barlow-vicreg",
        "canonical-correlation-analysis",
        "kernel-cca",
        "vicreg-linear-lpp",
        "vicreg-linear-lda",
        "vicreg-kernel-optimum",
        "eigenmaps-normalisation",
        "lda-class-weights",
        "duality",
        "duality-normalised",
        "duality-norm-bounds",
        "duality-bounds",
        "duality-constant",
        "duality-collapse",
        "tcr-optimum",
        "tcr-linear-optimum",
        "tcr-repulsion",
        "whitening-mse-optimum",
        "contrastive-family",
        "dimension-family",
        "repulsion-bounds",
        "contrastive-orthogonal",
        "spectral-filter",
        "spectral-filter-instances",
        "filter-design",
        "filter-hard-cut",
        "output-dimension",
        "left-singular-vectors",
        "local-global",
        "tcr-gradient",
    }
    assert promised <= results().keys()
