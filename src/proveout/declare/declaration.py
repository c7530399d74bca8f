"""A folder read: the initiative, and everything that is wrong with it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from proveout.core.diagnostic import Diagnostic, Fault, Position, Severity
from proveout.core.initiative import Block, Initiative
from proveout.declare import types
from proveout.declare.document import Document, Path
from proveout.declare.folder import read_folder
from proveout.declare.references import check_criteria, check_references, check_thresholds
from proveout.declare.sense import check_sense
from proveout.declare.validating import build, expected, found, suggest

BLOCK_KEYS = ("instrument", "good_for_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What `load` returns.

    Args:
        initiative: None when there is any error.
        diagnostics: Errors and warnings in the order of the files.
        partial: The initiative as far as its shape goes, also when references or values are at fault, so that
            instruments can add what they find; None when the shape is at fault.
        document: The plain data with their positions.
    """

    initiative: Initiative | None
    diagnostics: tuple[Diagnostic, ...]
    partial: Initiative | None
    document: Document

    def locate(self, path: Path) -> Position:
        """Position of the value at the path, else of its nearest known ancestor."""
        return self.document.locate(path) or Position(file="initiative.yml")

    def diagnose(self, faults: Iterable[Fault], prefix: Path = ()) -> tuple[Diagnostic, ...]:
        """Faults found by an instrument, with code and position.

        Args:
            faults: Their paths start at the prefix, or at the top of the initiative.
            prefix: Path of the block, such as ``("evidence", "process")``.
        """
        found: dict[Diagnostic, None] = {}
        for fault in faults:
            whole = [path for path in ((*prefix, *fault.path), fault.path) if self.document.known(path) and path]
            path = max(whole, key=lambda path: len(self.document.known(path)) - len(path), default=prefix)
            found[self.document.diagnostic(fault.slug, fault.message, self.locate(path), fault.hint)] = None
        return tuple(found)

    def check_criteria(self, criteria: Collection[str]) -> tuple[Diagnostic, ...]:
        """Overrides and waivers of criteria that are not among these; for a policy that is known only after `load`."""
        return tuple(check_criteria(self.document, criteria)) if isinstance(self.document.plain, dict) else ()

    def check_thresholds(self, shares: Collection[str]) -> tuple[Diagnostic, ...]:
        """Thresholds of these criteria, which are shares, that cannot be meant."""
        return tuple(check_thresholds(self.document, shares)) if isinstance(self.document.plain, dict) else ()


def load(folder: FilePath, settings_types: Mapping[str, type], *, criteria: Collection[str] = ()) -> Declaration:
    """Read the declaration in a folder; never raises for what the folder holds.

    Args:
        folder: Holds ``initiative.yml``.
        settings_types: The dataclass of a block's settings, by instrument.
        criteria: Ids of the policy's criteria; without them, references to criteria are not checked.
    """
    document, diagnostics = read_folder(folder)
    if document.plain is None:
        return Declaration(initiative=None, diagnostics=tuple(diagnostics), partial=None, document=document)
    document = _expanded(document, settings_types)
    blocks, faults = _blocks(document, settings_types)
    initiative = _shape(document)
    if isinstance(initiative, list):
        faults += initiative
    partial = None if faults or isinstance(initiative, list) else replace(initiative, evidence=blocks)
    faults += check_references(document, folder, settings_types, criteria)
    faults += check_sense(document, folder)
    diagnostics = sorted([*diagnostics, *faults], key=_order(document))
    clean = all(diagnostic.severity is Severity.WARNING for diagnostic in diagnostics)
    return Declaration(
        initiative=partial if clean else None, diagnostics=tuple(diagnostics), partial=partial, document=document
    )


def _expanded(document: Document, settings_types: Mapping[str, type]) -> Document:
    """The document with all short forms written out."""
    plain = types.expand(Initiative, document.plain)
    evidence = plain.get("evidence")
    if isinstance(evidence, dict):
        plain["evidence"] = {
            name: types.expand(settings_types.get(str(block.get("instrument"))), block)
            if isinstance(block, dict)
            else block
            for name, block in evidence.items()
        }
    return Document(plain, document.marks, document.lines)


def _shape(document: Document) -> Any:
    """The initiative without its evidence, or what is wrong with it."""
    own = {key: value for key, value in document.plain.items() if key != "evidence" or not isinstance(value, dict)}
    initiative = build(Initiative, own, document)
    if "initiative" in own:
        return initiative
    fault = document.diagnostic(
        "missing-key", '"initiative" is missing', document.parent(()), "add initiative: and a short name"
    )
    return [fault, *(initiative if isinstance(initiative, list) else ())]


def _blocks(document: Document, settings_types: Mapping[str, type]) -> tuple[dict[str, Block], list[Diagnostic]]:
    blocks: dict[str, Block] = {}
    faults: list[Diagnostic] = []
    evidence = document.plain.get("evidence")
    for name, block in evidence.items() if isinstance(evidence, dict) else ():
        wrong = _block_faults(document, name, block, settings_types)
        faults += wrong
        if not isinstance(block, dict) or not isinstance(
            settings := settings_types.get(str(block.get("instrument"))), type
        ):
            continue
        own = {key: value for key, value in block.items() if key not in BLOCK_KEYS}
        built = build(settings, own, document, ("evidence", name), also=BLOCK_KEYS)
        if isinstance(built, list):
            faults += built
        elif not wrong:
            days = block.get("good_for_days")
            blocks[name] = Block(id=name, instrument=block["instrument"], settings=built, good_for_days=days)
    return blocks, faults


def _block_faults(document: Document, name: str, block: Any, settings_types: Mapping[str, type]) -> list[Diagnostic]:
    """What is wrong with the keys that every block has."""
    path = ("evidence", name)
    if not isinstance(block, dict):
        message = f'"{name}": expected keys and values, found {found(block)}'
        hint = f"write {name}: {{instrument: ...}}"
        return [document.diagnostic("wrong-type", message, document.locate(path), hint)]
    faults = []
    instrument, days = block.get("instrument"), block.get("good_for_days")
    if instrument is None:
        hint = f"add instrument: one of {', '.join(settings_types)}"
        faults.append(
            document.diagnostic("missing-key", f'"instrument" is missing in "{name}"', document.parent(path), hint)
        )
    elif not isinstance(instrument, str) or instrument not in settings_types:
        message = f"there is no instrument {found(instrument)}"
        place = document.locate((*path, "instrument"))
        faults.append(
            document.diagnostic("unknown-instrument", message, place, suggest(str(instrument), settings_types))
        )
    place = document.locate((*path, "good_for_days"))
    if days is not None and type(days) is not int:
        message = f'"good_for_days": expected {expected(int)}, found {found(days)}'
        faults.append(document.diagnostic("wrong-type", message, place))
    elif days is not None and days < 1:
        faults.append(
            document.diagnostic("out-of-range", f'"good_for_days": expected at least 1, found {found(days)}', place)
        )
    return faults


def _order(document: Document) -> Any:
    files = {name: i for i, name in enumerate(document.lines)}

    def key(diagnostic: Diagnostic) -> tuple[int, int, int]:
        place = diagnostic.position
        return (files.get(place.file, -1), place.line, place.column) if place else (-1, 0, 0)

    return key
