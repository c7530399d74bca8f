"""YAML 1.2 (core schema) to plain data with positions, from the parser's events. Nothing a text can hold raises.

PyYAML's own loaders speak YAML 1.1 (``no`` is false, ``010`` is 8), build objects from tags, and recurse without end.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from proveout.core.diagnostic import Diagnostic, Position
from proveout.core.wording import legible
from proveout.declare.document import Document, Mark, Path

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_ENTRIES = 50_000
LARGEST_INTEGER = 2**63 - 1
"""What databases and other readers of JSON hold in a whole number."""

PLAIN_TAG = "tag:yaml.org,2002:"
STANDARD = {PLAIN_TAG + name: name for name in ("str", "int", "float", "bool", "null", "map", "seq")}
NULL = {"", "null", "Null", "NULL", "~"}
BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class _Stop(Exception):
    """Reading cannot go on."""

    def __init__(self, slug: str, message: str, position: Position, hint: str = "") -> None:
        super().__init__(message)
        self.args_of_diagnostic = (slug, message, position, hint)


@dataclass(frozen=True, slots=True)
class _Node:
    """A scalar's plain value, a list of nodes, or a list of (key, position of the key, node)."""

    kind: str
    content: Any
    position: Position


def read(data: bytes, file: str) -> tuple[Document, list[Diagnostic]]:
    """Plain data of one YAML file and all that is wrong with it; ``plain`` is None when it cannot be read.

    Args:
        data: The bytes of the file.
        file: Its name, as positions should show it.
    """
    top = Position(file=file)
    if len(data) > MAX_BYTES:
        empty = Document(None, {(): Mark(None, top)})
        message = f"{file} has {len(data):,} bytes; a declaration has at most {MAX_BYTES:,}"
        return empty, [empty.diagnostic("file-too-large", message, top)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        document = Document(None, {(): Mark(None, top)}, {file: data.decode(errors="replace").splitlines()})
        column = len(before) - (before.rfind("\n") + 1) + 1
        position = Position(file=file, line=before.count("\n") + 1, column=column)
        message = f"byte {data[error.start]:#04x} is not UTF-8"
        return document, [document.diagnostic("not-utf8", message, position)]
    return _Reader(text, file).read()


class _Reader:
    """One pass over the events of one file."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.anchors: dict[str, _Node] = {}
        self.faults: list[tuple[str, str, Position, str]] = []
        self.entries = 0
        self.document = Document(None, {(): Mark(None, Position(file=file))}, {file: _lines(text)})

    def read(self) -> tuple[Document, list[Diagnostic]]:
        plain = None
        try:
            node = self._stream(iter(yaml.parse(self.text, Loader=yaml.CSafeLoader)))
            plain = self._plain(node, (), None) if node else None
        except _Stop as stop:
            self.faults.append(stop.args_of_diagnostic)
        except yaml.MarkedYAMLError as error:
            self.faults.append(self._syntax(error))
        except yaml.YAMLError as error:
            self.faults.append(("yaml-syntax", *self._unprintable(error)))
        document = Document(plain, self.document.marks, self.document.lines)
        document.marks[()] = Mark(None, Position(file=self.file))
        return document, [document.diagnostic(*fault) for fault in self.faults]

    # Events to nodes

    def _stream(self, events: Iterator[Any]) -> _Node | None:
        node = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise _Stop("several-documents", "a second document starts here", self._position(event))
                node = self._node(events, next(events), 0)
        return node

    def _node(self, events: Iterator[Any], event: Any, depth: int) -> _Node:
        position = self._position(event)
        if depth > MAX_DEPTH:
            raise _Stop("too-deep", f"more than {MAX_DEPTH} levels deep", position)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise _Stop(
                    "yaml-syntax", f"*{event.anchor} refers to nothing: no &{event.anchor} ends above", position
                )
            return self.anchors[event.anchor]
        if isinstance(event, yaml.ScalarEvent):
            node = _Node("scalar", self._scalar(event, position), position)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._check_tag(event.tag, "seq", position)
            node = _Node("list", self._items(events, depth), position)
        else:
            self._check_tag(event.tag, "map", position)
            node = _Node("mapping", self._pairs(events, depth), position)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _items(self, events: Iterator[Any], depth: int) -> list[_Node]:
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(events, event, depth + 1))
        return items

    def _pairs(self, events: Iterator[Any], depth: int) -> list[tuple[str, Position, _Node]]:
        pairs: dict[str, tuple[str, Position, _Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            position = self._position(event)
            name = event.value if isinstance(event, yaml.ScalarEvent) else None
            if name is None:
                self._node(events, event, depth + 1)
            node = self._node(events, next(events), depth + 1)
            if not name:
                what = "nothing stands before the colon" if name == "" else "a key must be text"
                hint = 'if "{{" stands here, quote the whole value' if name is None else ""
                self.faults.append(("bad-key", what, position, hint))
            elif name in pairs:
                first = pairs[name][1].line
                message = f'"{name}" stands here a second time; the first is on line {first}'
                self.faults.append(("duplicate-key", message, position, ""))
            else:
                pairs[name] = (name, position, node)
        return list(pairs.values())

    def _check_tag(self, tag: str | None, expected: str, position: Position) -> None:
        if tag in (None, "!"):
            return
        if tag not in STANDARD:
            name = tag.replace(PLAIN_TAG, "!!")
            self.faults.append(("custom-tag", f"the tag {name} is not known here", position, ""))
        elif STANDARD[tag] != expected:
            message = f"the tag !!{STANDARD[tag]} does not fit what follows"
            self.faults.append(("custom-tag", message, position, ""))

    def _scalar(self, event: Any, position: Position) -> Any:
        if event.tag is None:
            value = self._resolve(event.value, position) if event.implicit[0] else legible(event.value)
        elif event.tag in ("!", PLAIN_TAG + "str"):
            value = legible(event.value)
        else:
            value = self._resolve(event.value, position)
            names = {bool: ("bool",), int: ("int", "float"), float: ("float",), type(None): ("null",)}
            if STANDARD.get(event.tag) not in names.get(type(value), ()):
                self._check_tag(event.tag, "str", position)
        return value

    def _resolve(self, text: str, position: Position) -> Any:
        if text in NULL:
            return None
        if text in BOOL:
            return BOOL[text]
        number = None
        if NOT_FINITE.fullmatch(text):
            number = math.inf
        elif INTEGER.fullmatch(text):
            number = _integer(text)
        elif FLOAT.fullmatch(text):
            number = float(text)
        if number is None:
            return text
        if not math.isfinite(number):
            self.faults.append(("not-finite", f"{text[:40]} is not a figure that can be computed with", position, ""))
            return 0
        return number

    # Nodes to plain data, aliases expanded

    def _plain(self, node: _Node, path: Path, key: Position | None) -> Any:
        self.entries += 1
        if self.entries > MAX_ENTRIES:
            raise _Stop("alias-bomb", f"more than {MAX_ENTRIES:,} entries once all aliases are followed", node.position)
        if len(path) > MAX_DEPTH:
            raise _Stop("too-deep", f"more than {MAX_DEPTH} levels deep", node.position)
        self.document.marks[path] = Mark(key, node.position)
        if node.kind == "scalar":
            return node.content
        if node.kind == "list":
            return [self._plain(item, (*path, i), None) for i, item in enumerate(node.content)]
        return {name: self._plain(item, (*path, name), where) for name, where, item in node.content}

    # Errors in plain words

    def _position(self, event: Any) -> Position:
        return self._at(event.start_mark.line, event.start_mark.column)

    def _at(self, line: int, column: int) -> Position:
        return Position(file=self.file, line=line + 1, column=column + 1)

    def _syntax(self, error: yaml.MarkedYAMLError) -> tuple[str, str, Position, str]:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        problem = error.problem or "the text cannot be read as YAML"
        lines = self.document.lines[self.file]
        if error.context_mark and not any(text.strip() for text in lines[line:]):  # found at the end: what opened it?
            line, column = error.context_mark.line, error.context_mark.column
        while line and not "".join(lines[line:]).strip():
            line, column = line - 1, max(0, len(lines[line - 1].rstrip()) - 1)
        at = lines[line][column : column + 1] if line < len(lines) else ""
        return ("yaml-syntax", *_in_plain_words(problem, error.context or "", at, self._at(line, column)))

    def _unprintable(self, error: yaml.YAMLError) -> tuple[str, Position, str]:
        letter = chr(error.character) if isinstance(error, yaml.reader.ReaderError) else ""
        for number, line in enumerate(self.document.lines[self.file]):
            if letter and letter in line:
                message = f"the character U+{ord(letter):04X} cannot stand in YAML"
                return message, self._at(number, line.index(letter)), "remove the invisible character"
        return str(error).splitlines()[0], self._at(0, 0), ""


def _lines(text: str) -> list[str]:
    """Lines as the parser counts them."""
    return re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text)


def _integer(text: str) -> int | float:
    """Infinite when it is too large to be held."""
    if len(text.lstrip("+-0")) > len(str(LARGEST_INTEGER)):
        return math.inf
    number = int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    return number if abs(number) <= LARGEST_INTEGER else math.inf


def _in_plain_words(problem: str, context: str, at: str, position: Position) -> tuple[str, Position, str]:
    if "cannot start any token" in problem and at == "\t":
        return "a tab cannot indent", position, "use spaces"
    if "cannot start any token" in problem:
        return f"text that starts with {at} needs quotes", position, 'write "..." around the text'
    if "alias" in context:
        return "text that starts with * needs quotes", position, 'write "..." around the text'
    if "anchor" in context:
        return "text that starts with & needs quotes", position, 'write "..." around the text'
    if "mapping values are not allowed" in problem:
        hint = 'if the colon belongs to the text, write "..." around the text; if not, look at the indentation above'
        return "a colon is not expected here", position, hint
    if "quoted scalar" in context:
        return "the quote that opens here is never closed", position, "close the quote"
    if "flow" in context:
        hint = "close the bracket, put a comma between the entries, and quote text that holds any of { } [ ] ,"
        return "a bracket is not closed, or a comma is missing", position, hint
    if "block" in context:
        hint = "entries of one mapping or list start in the same column; text after a closing quote or bracket ends it"
        return "the indentation does not fit what stands above, or a bracket is closed too often", position, hint
    return problem, position, ""
