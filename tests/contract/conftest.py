"""Every result of the catalogue, one after the other: all that is asked of one follows its derivation, which is done once."""

import pytest

from derivations.catalogue import results


@pytest.fixture(scope="session", params=results().values(), ids=lambda r: r.id)
def result(request):
    return request.param
