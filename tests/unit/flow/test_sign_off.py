"""Sign-offs: by name, one that counts per group, none lost."""

from pathlib import Path

import pytest

from proveout.core.errors import ProveoutError
from proveout.core.sign_off import Stance
from proveout.flow.check import check
from proveout.flow.sign_off import plan_digest, prepare, sign, signed
from proveout.flow.workspace import Workspace

DECLARATION = """
initiative: small
groups:
  - {id: reps, title: Sales reps, size: 12}
  - {id: guests, size: 9, can_stop: false}
evidence:
  change:
    instrument: change
    groups: [{group: reps, sponsor: Jonas, message: Less searching}]
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "initiative.yml").write_text(DECLARATION, encoding="utf-8")
    return Workspace(tmp_path)


def share(workspace: Workspace) -> tuple[float, float]:
    (evidence,) = (e for e in check(Workspace(workspace.folder)).evidence if e.block == "change")
    (found,) = (e for e in evidence.finding.estimates if e.name == "signed_share")
    return found.lower, found.upper


def test_the_latest_counts_and_the_earlier_stays(workspace):
    assert share(workspace) == (0, 1)
    sign(workspace, *prepare(workspace, "Sales Reps", Stance.REJECT, by="Nadia", comment="no time"))
    assert share(workspace) == (0, 0)
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Tom", delegated_by="Nadia"))
    assert share(workspace) == (1, 1)
    with workspace.ledger() as ledger:
        (found,) = signed(ledger, workspace.declared())
        assert len([*ledger.records("sign-off", "small")]) == 2
    assert (found.group, found.by, found.delegated_by) == ("reps", "Tom", "Nadia")
    assert found.on is not None
    assert found.plan == plan_digest(workspace.declared())


def test_the_same_words_are_recorded_once(workspace):
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Nadia"))
    with pytest.raises(ProveoutError, match="the same words, as entry 1"):
        sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Nadia"))
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Nadia", comment="gladly"))


def test_another_plan_is_to_be_signed_again(workspace):
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Nadia"))
    before = plan_digest(workspace.declared())
    path = workspace.folder / "initiative.yml"
    path.write_text(DECLARATION.replace("Less searching", "More selling"), encoding="utf-8")
    assert plan_digest(Workspace(workspace.folder).declared()) != before
    assert share(workspace) == (0, 1)
    path.write_text(f"title: Another title\n{DECLARATION}", encoding="utf-8")
    assert share(workspace) == (1, 1)


@pytest.mark.parametrize(
    ("group", "stance", "more", "said"),
    [
        ("heads", Stance.APPROVE, {}, "no group 'heads'"),
        ("reps", Stance.REJECT, {}, "needs a reason"),
        ("reps", Stance.MINOR_ISSUE, {"comment": "  "}, "needs a reason"),
        ("reps", Stance.APPROVE, {"by": " "}, "somebody's"),
    ],
)
def test_refusals(workspace, group, stance, more, said):
    with pytest.raises(ProveoutError, match=said):
        prepare(workspace, group, stance, **{"by": "Nadia", **more})
