"""The tutorial's commands, as a reader types them; what it shows of their output is there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
ELISION = "..."


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every command of the `console` blocks with the output lines that the page shows."""
    for block in re.findall(r"^```console\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = piece.splitlines()
            command = [lines[0]]
            while len(lines) > len(command) and lines[len(command)].startswith("> "):
                command.append(lines[len(command)])
            shown = lines[len(command) :]
            yield "\n".join(line.removeprefix("> ") for line in command), [line for line in shown if line.strip()]


def test_the_tutorial_can_be_followed(tmp_path: Path):
    script = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{script}:{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "100"}
    code, ran = 0, 0
    for command, shown in commands(TUTORIAL.read_text(encoding="utf-8")):
        run = subprocess.run(
            ["bash", "-c", f"(exit {code})\n{command}"],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        output = run.stdout + run.stderr
        assert "Traceback" not in output
        _shows(output, shown, command)
        code, ran = run.returncode, ran + 1
    assert ran > 5


def _shows(output: str, shown: list[str], command: str) -> None:
    """Each shown line occurs, in order; blanks count once, and `...` stands for anything."""
    rest = " ".join(output.split())
    for line in shown:
        for part in (" ".join(part.split()) for part in line.split(ELISION)):
            assert part in rest, f"$ {command}\nshould show: {part!r}\nin: {output}"
            rest = rest[rest.index(part) + len(part) :]
