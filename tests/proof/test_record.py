"""Reports of verifications that are kept: taken for the same proofs only."""

import json

import pytest

from derivations.catalogue import results
from derivations.proof.record import record_of, recorded
from derivations.proof.store import document_of
from derivations.proof.verify import Report, verify

IDS = ("dirichlet-energy", "duality-constant")


@pytest.fixture(scope="module")
def documents():
    return {id: document_of(results()[id]) for id in IDS}


@pytest.fixture(scope="module")
def reports(documents):
    return {id: verify(id, document, 2) for id, document in documents.items()}


def test_what_is_kept_comes_back_but_for_the_time_it_took(documents, reports):
    found = recorded(record_of(reports, documents, 2), documents, 2)
    assert found.keys() == reports.keys()
    for id, report in found.items():
        assert isinstance(report, Report)
        assert report.as_dict() == reports[id].as_dict() | {"seconds": 0.0}
        assert report.passed


def test_the_text_is_the_same_for_the_same_proofs(documents, reports):
    again = {id: verify(id, document, 2) for id, document in reversed(documents.items())}
    assert record_of(again, documents, 2) == record_of(reports, documents, 2)


def test_another_proof_or_another_number_of_instances_is_not_known(documents, reports):
    text = record_of(reports, documents, 2)
    changed = documents | {IDS[0]: documents[IDS[1]]}
    assert recorded(text, changed, 2).keys() == {IDS[1]}
    assert recorded(text, documents, 3) == {}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"reports": {"dirichlet-energy": 3}}', '{"reports": {"dirichlet-energy": {}}}']
)
def test_a_file_that_is_no_record_holds_nothing(text, documents):
    assert recorded(text, documents, 2) == {}


def test_a_report_without_a_part_is_none(documents, reports):
    kept = json.loads(record_of(reports, documents, 2))
    del kept["reports"][IDS[0]]["lemmas"]
    assert recorded(json.dumps(kept), {IDS[0]: documents[IDS[0]]}, 2) == {}
