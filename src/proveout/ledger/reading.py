"""Bodies of records back to the values they were."""

from functools import cache
from typing import Any, TypeVar

from proveout.core.decision import Decision
from proveout.core.errors import ProveoutError
from proveout.core.evidence import Evidence
from proveout.core.wave import Transition

T = TypeVar("T")


def evidence_from(body: Any) -> Evidence:
    """The evidence that was recorded; equal to the original, with the same digest.

    Raises:
        ProveoutError: The body is not evidence as this version knows it.
    """
    return _value(Evidence, body)


def decision_from(body: Any) -> Decision:
    """The decision that was recorded.

    Raises:
        ProveoutError: The body is not a decision as this version knows it.
    """
    return _value(Decision, body)


def transition_from(body: Any) -> Transition:
    """The step of a rollout that was recorded.

    Raises:
        ProveoutError: The body is not a step as this version knows it.
    """
    return _value(Transition, body)


def _value(kind: type[T], body: Any) -> T:
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ProveoutError(
            f"a record of the ledger is not {kind.__name__.lower()} as this version knows it: {place}: {first['msg']}",
            "use the version of Proveout that wrote it",
        ) from error


@cache
def _adapter(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
