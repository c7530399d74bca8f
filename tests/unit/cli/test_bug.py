"""A bug: where it happened is written down, what was at hand is not."""

import re
import sys
from pathlib import Path

import pytest

from proveout import cli


def test_the_file_for_a_report_says_where_and_repeats_no_value(monkeypatch, capsys):
    secret = "".join(("s3", "cret"))

    def broken(**_: object) -> None:
        try:
            int(secret)
        except ValueError as error:
            raise RuntimeError(secret) from error

    monkeypatch.setattr(cli, "app", broken)
    monkeypatch.setattr(sys, "argv", ["proveout"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.EXIT_BUG
    shown = capsys.readouterr().err
    found = re.search(r"Details: (\S+\.log)", shown)
    assert found
    log = Path(found[1])
    text = log.read_text(encoding="utf-8")
    log.unlink()
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "in broken" in text
    assert secret not in text + shown
