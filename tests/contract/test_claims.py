"""One suite over every refuted claim: its counterexample refutes it, and none is smaller."""

import json

import pytest

from derivations import cli
from derivations.catalogue import results
from derivations.language.arithmetic import FLOAT
from derivations.proof.store import store, store_claim
from derivations.proof.verify import verify

CLAIMS = {r.id: r for r in results().values() if r.claim}
every_claim = pytest.mark.parametrize("result", CLAIMS.values(), ids=CLAIMS)
SIZES = {
    "contrastive-orthogonal": 6,
    "duality-collapse": 6,
    "duality-constant": 5,
    "eigenmaps-normalisation": 6,
    "filter-hard-cut": 6,
    "lda-class-weights": 7,
    "vicreg-hinge-differs": 10,
    "vicreg-strict-saddles": 8,
}


@every_claim
def test_its_counterexample_refutes_it(result):
    claim, found = result.claim, result.claim.counterexample
    assert all(h.residual(found.instance) <= found.instance.arithmetic.tolerance for h in claim.hypotheses)
    left, right = found.sides(claim.statement)
    assert abs(left - right) > 1e-3 * (1 + abs(right))
    assert found.size == SIZES[result.id]


@every_claim
def test_no_smaller_instance_refutes_it(result):
    smaller = range(result.claim.counterexample.size)
    tried = [result.claim.statement.residual(i) for size in smaller for i in result.claim.search.of_size(size, FLOAT)]
    assert max(tried, default=0) <= 1e-8


@every_claim
def test_a_document_whose_counterexample_holds_is_not_verified(result):
    document = store(result.theorems) | {"claim": json.loads(json.dumps(store_claim(result.claim)))}
    assert verify(result.id, document, 1).passed
    zeros = [
        [s, [[0 for _ in row] for row in v] if isinstance(v, list) else v]
        for s, v in document["claim"]["counterexample"]
    ]
    spoilt = document | {"claim": document["claim"] | {"counterexample": zeros}}
    report = verify(result.id, spoilt, 1)
    assert not report.passed
    assert "is not refuted" in report.status


def test_they_are_listed(capsys):
    assert cli.main(["list", "--claims", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [t["id"] for t in told] == list(CLAIMS)
    assert all(t["claimed"] == CLAIMS[t["id"]].claim.words for t in told)
    assert cli.main(["list", "--claims"]) == 0
    printed = capsys.readouterr().out
    assert all(id in printed for id in CLAIMS)
    assert max(map(len, printed.splitlines())) <= 100
