"""Bodies that are not what they should be."""

import pytest

from proveout.core.errors import ProveoutError
from proveout.ledger import decision_from, evidence_from


@pytest.mark.parametrize("body", [{}, [], None, "text", {"block": "b"}])
def test_a_body_of_another_shape_is_a_message(body: object) -> None:
    for read in (evidence_from, decision_from):
        with pytest.raises(ProveoutError, match="as this version knows it") as caught:
            read(body)
        assert caught.value.remedy
