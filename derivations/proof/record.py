"""Reports of verifications, kept with the fingerprints of what they are about: what is known need not be tried again."""

from __future__ import annotations

import json
from dataclasses import fields
from hashlib import sha256

from derivations.proof.verify import Report


def record_of(reports, documents, count):
    """The text that keeps the reports of results tried on `count` instances a step; of how long it took nothing is kept."""
    kept = {
        id: report.as_dict() | {"seconds": 0.0, "count": count, "document": _fingerprint(documents[id])}
        for id, report in reports.items()
    }
    return json.dumps({"reports": kept}, indent=1, sort_keys=True) + "\n"


def recorded(text, documents, count):
    """{id: Report} of those documents whose report a record keeps, tried on as many instances; nothing of a text that is none."""
    try:
        kept = json.loads(text)["reports"]
        return {
            id: _report(kept[id])
            for id, document in documents.items()
            if id in kept and kept[id]["count"] == count and kept[id]["document"] == _fingerprint(document)
        }
    except (ValueError, KeyError, TypeError):
        return {}


def _fingerprint(document):
    """Of a document: the same for the same proofs."""
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _report(kept):
    values = {f.name: kept[f.name] for f in fields(Report)}
    return Report(**values | {"lemmas": tuple(values["lemmas"])})
