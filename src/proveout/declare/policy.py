"""Policy files: the rules by which gates judge, of the house or of an organisation."""

from pathlib import Path as FilePath
from typing import Any

from proveout.core.diagnostic import Diagnostic
from proveout.core.errors import ProveoutError
from proveout.core.policy import Criterion, Policy
from proveout.declare import types
from proveout.declare.document import Document
from proveout.declare.folder import read_file
from proveout.declare.validating import build, found, suggest

EXTENSION_KEYS = ("extends", "remove")


def load_policy(path: FilePath, *, standard: Policy | None = None) -> Policy:
    """Read a policy file.

    A file that says ``extends: standard`` lists criteria to add, or to replace by id, and under ``remove`` the ids of
    those to leave out. Any other file is a policy of its own.

    Args:
        path: The YAML file.
        standard: The policy that may be extended.

    Raises:
        ProveoutError: The file cannot be read or is at fault; the message names every place.
    """
    document, faults = read_file(path, str(path))
    if not isinstance(document.plain, dict):
        if not faults:
            slug = "empty-file" if document.plain is None else "wrong-type"
            faults = [document.diagnostic(slug, "a policy has the keys policy, version, criteria", document.locate(()))]
        raise _error(path, faults)
    document = Document(types.expand(Policy, document.plain), document.marks, document.lines)
    own = {key: value for key, value in document.plain.items() if key not in EXTENSION_KEYS}
    policy = build(Policy, own, document, also=EXTENSION_KEYS)
    if isinstance(policy, list):
        faults += policy
    faults += _twice(document) + _extension_faults(document, standard)
    if faults or isinstance(policy, list):
        raise _error(path, faults)
    return _extended(policy, standard, document.plain.get("remove") or ()) if "extends" in document.plain else policy


def _extended(own: Policy, standard: Policy | None, removed: Any) -> Policy:
    criteria = (
        {criterion.id: criterion for criterion in standard.criteria if criterion.id not in removed} if standard else {}
    )
    criteria |= {criterion.id: criterion for criterion in own.criteria}
    return Policy(policy=own.policy, version=own.version, criteria=tuple(criteria.values()))


def _twice(document: Document) -> list[Diagnostic]:
    criteria = document.plain.get("criteria")
    seen: set[str] = set()
    faults = []
    for i, item in enumerate(criteria if isinstance(criteria, list) else ()):
        name = item.get("id") if isinstance(item, dict) else None
        if isinstance(name, str) and name in seen:
            place = document.locate(("criteria", i, "id"))
            faults.append(document.diagnostic("duplicate-id", f'the id "{name}" stands here a second time', place))
        elif isinstance(name, str):
            seen.add(name)
    return faults


def _extension_faults(document: Document, standard: Policy | None) -> list[Diagnostic]:
    extends, removed = (document.plain.get(key) for key in EXTENSION_KEYS)
    if extends is None:
        if removed is None:
            return []
        return [document.diagnostic("contradiction", "remove needs extends: standard", document.key(("remove",)))]
    if extends != "standard" or standard is None:
        place = document.locate(("extends",))
        message = f"{found(extends)} cannot be extended here"
        return [document.diagnostic("unknown-value", message, place, "write extends: standard, or leave it out")]
    if removed is not None and not isinstance(removed, list):
        place = document.locate(("remove",))
        return [document.diagnostic("wrong-type", f"remove: expected a list, found {found(removed)}", place)]
    ids = {criterion.id: criterion for criterion in standard.criteria}
    return [_not_there(document, i, name, ids) for i, name in enumerate(removed or ()) if not _known(name, ids)]


def _known(name: Any, ids: dict[str, Criterion]) -> bool:
    return isinstance(name, str) and name in ids


def _not_there(document: Document, i: int, name: Any, ids: dict[str, Criterion]) -> Diagnostic:
    message = f"the standard policy has no criterion {found(name)}"
    return document.diagnostic("unknown-criterion", message, document.locate(("remove", i)), suggest(str(name), ids))


def _error(path: FilePath, faults: list[Diagnostic]) -> ProveoutError:
    """All faults as one error, one a line."""
    lines = []
    for fault in faults:
        place = fault.position
        where = f"{place.file}:{place.line}:{place.column}" if place else str(path)
        lines.append(f"{where}: {fault.message} ({fault.code})" + (f"\n    {fault.hint}" if fault.hint else ""))
    return ProveoutError("\n".join(lines), "correct the policy file")
