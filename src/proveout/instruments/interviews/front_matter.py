"""Markdown with YAML front matter to an interview. Every value stays text, so that nothing is guessed at."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from proveout.instruments.interviews.interview import Interview, Unusable, code_of, day, meant, severity

KEYS = ("interviewee", "group", "date", "interviewer", "pains", "quotes")
MAX_CHARACTERS = 20_000
MAX_DEPTH = 4
REMEDY = "start the file with `---`, the keys " + ", ".join(KEYS) + ", and `---`"


def read_interview(path: str, text: str) -> Interview:
    """One file as an interview.

    Raises:
        Unusable: With the line at which it goes wrong.
    """
    header, body = _split(text)
    fields, lines = _fields(header)
    for key in fields:
        close = meant(key, KEYS, "keys")
        if key not in KEYS and close.startswith("did you"):
            raise Unusable(f"unknown key {key!r}", close, lines[key])
    name = PurePosixPath(path)
    return Interview(
        place=path,
        names=(path, name.name, name.stem),
        interviewee=_text(fields, "interviewee", lines),
        group=_text(fields, "group", lines),
        day=day(_text(fields, "date", lines), lines.get("date")),
        interviewer=_text(fields, "interviewer", lines),
        pains=_pains(fields.get("pains"), lines),
        quotes=_quotes(fields.get("quotes"), lines),
        text=body,
        lines=lines,
    )


def _split(text: str) -> tuple[str, str]:
    rows = text.removeprefix("\ufeff").splitlines(keepends=True)
    if not rows or rows[0].strip() != "---":
        raise Unusable("no front matter", REMEDY, 1)
    for number, row in enumerate(rows[1:], start=1):
        if row.rstrip() in ("---", "..."):
            header = "".join(rows[1:number])
            if len(header) > MAX_CHARACTERS:
                raise Unusable(f"front matter of {len(header):,} characters", "move the notes below it", 1)
            return header, "".join(rows[number + 1 :]).strip()
    raise Unusable("front matter without an end", "close it with a line `---`", 1)


def _fields(header: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Values by key, and the line of each key, counted from the top of the file."""
    import yaml

    try:
        _refuse_depth_and_aliases(header)
        node = yaml.compose(header, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise Unusable(f"not YAML: {error.problem}", "put text with : or # in quotes", line) from None
    except yaml.YAMLError:
        raise Unusable("not YAML", REMEDY, 1) from None
    if not isinstance(node, yaml.MappingNode):
        raise Unusable("the front matter has no keys", REMEDY, 1)
    lines: dict[str, int] = {}
    return _plain(node, "", lines), lines


def _refuse_depth_and_aliases(header: str) -> None:
    """Event by event, since the parser needs ages for a thousand open brackets."""
    import yaml

    depth = 0
    for event in yaml.parse(header, Loader=yaml.BaseLoader):
        line = event.start_mark.line + 2
        if isinstance(event, yaml.AliasEvent):
            raise Unusable("YAML aliases have no place here", "write the value out", line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise Unusable("nested too deeply", REMEDY, line)


def _plain(node: Any, path: str, lines: dict[str, int]) -> Any:
    """Mappings, lists and texts; `lines` takes the line of every key."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return node.value.strip()
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, path, lines) for item in node.value]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value).strip(), key_node.start_mark.line + 2
        if key in found:
            raise Unusable(f"{key!r} stands twice", "keep one", line)
        inner = f"{path}.{key}" if path else key
        lines[inner] = line
        found[key] = _plain(value_node, inner, lines)
    return found


def _text(fields: Mapping[str, Any], key: str, lines: Mapping[str, int]) -> str:
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise Unusable(f"{key} is not text", f"write `{key}: ...` on one line", lines.get(key))
    return value


def _pains(value: Any, lines: Mapping[str, int]) -> dict[str, int | None] | None:
    if value is None or value == "":
        return None
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise Unusable("pains have no severity", "write `pains: {code: 3}`, with 1 to 5", lines.get("pains"))
    return {code_of(code): severity(code, str(rating), lines.get(f"pains.{code}")) for code, rating in value.items()}


def _quotes(value: Any, lines: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """By code, or as a list that belongs to no code."""
    if isinstance(value, dict):
        pairs = [(code_of(code), words) for code, words in value.items()]
    else:
        pairs = [("", words) for words in (value if isinstance(value, list) else [value or ""])]
    spread = [(code, word) for code, words in pairs for word in (words if isinstance(words, list) else [words])]
    if not all(isinstance(word, str) for _, word in spread):
        raise Unusable("a quote is not text", 'write `quotes: {code: "words"}`', lines.get("quotes"))
    return tuple((code, word) for code, word in spread if word)
