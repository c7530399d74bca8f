"""What was changed since the registration, in words."""

from proveout.core.registration import changes


def test_lists_are_said_as_people_write_them():
    before, after = {"looks": ["2026-12-13", "2026-12-27"]}, {"looks": []}
    assert list(changes(before, after)) == ["looks: 2026-12-13, 2026-12-27, now none"]
