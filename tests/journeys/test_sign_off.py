"""People sign the plan from the command line."""

from pathlib import Path

from tests.journeys.conftest import Run

DECLARATION = """
initiative: small
groups: [{id: reps, title: Sales reps, size: 12}]
evidence:
  change: {instrument: change, groups: [{group: reps, sponsor: Jonas, message: Less searching}]}
"""


def test_sign_look_and_find_it_in_the_record(proveout: Run, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "initiative.yml").write_text(DECLARATION, encoding="utf-8")
    words = ("--by", "Tom", "--for", "Nadia", "--comment", "train us", "--dry-run")
    shown = proveout("sign-off", "reps", "minor-issue", "small", *words)
    assert "reps: minor-issue by Tom for Nadia: train us" in shown.stdout
    assert "Nothing was recorded" in shown.stdout
    assert "there is no ledger" in proveout("ledger", "show", "small", code=2).stderr
    proveout("sign-off", "reps", "approve", "small", "--by", "Nadia")
    assert "sign-off" in proveout("ledger", "show", "small", "--kind", "sign-off").stdout
    assert "unbroken" in proveout("ledger", "verify", "small").stdout
    assert (
        "1 of 1 groups"
        in proveout("explain", "plan-signed", "small", code=None).stdout
        + proveout("check", "small", "--gate", "3", "--format", "json", code=None).stdout
    )
    assert "needs a reason" in proveout("sign-off", "reps", "reject", "small", "--by", "Nadia", code=2).stderr
