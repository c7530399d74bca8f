"""Sign-offs: by name, one that counts per group, none lost."""

from pathlib import Path

import pytest

from proveout.core.errors import ProveoutError
from proveout.core.sign_off import Stance
from proveout.flow.check import check
from proveout.flow.sign_off import plan_digest, prepare, remarks, sign, signed
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


def test_the_no_of_one_person_is_not_undone_by_the_yes_of_another(workspace):
    sign(workspace, *prepare(workspace, "reps", Stance.REJECT, by="Lea Brandt", comment="no time"))
    prepared = prepare(workspace, "reps", Stance.APPROVE, by="Bob")
    assert "Lea Brandt stands" in " ".join(remarks(workspace, *prepared))
    sign(workspace, *prepared)
    assert share(workspace) == (0, 0)
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Tom", delegated_by="lea brandt"))
    assert share(workspace) == (1, 1)


def test_a_group_that_said_no_is_not_declared_away(workspace):
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Nadia"))
    sign(workspace, *prepare(workspace, "guests", Stance.REJECT, by="Gus", comment="we were not asked"))
    assert share(workspace) == (0.5, 0.5)


def test_a_no_outlives_the_plan_its_signatory_and_its_group(workspace):
    sign(workspace, *prepare(workspace, "reps", Stance.REJECT, by="Lea Brandt", comment="no time"))
    path = workspace.folder / "initiative.yml"
    changed = DECLARATION.replace("size: 12}", "size: 12, signatory: Tom}").replace("Less searching", "More selling")
    path.write_text(changed, encoding="utf-8")
    again = Workspace(workspace.folder)
    sign(again, *prepare(again, "reps", Stance.APPROVE, by="Tom"))
    assert share(again) == (0, 0)
    path.write_text(DECLARATION.replace("reps", "sellers"), encoding="utf-8")
    renamed = Workspace(workspace.folder)
    sign(renamed, *prepare(renamed, "sellers", Stance.APPROVE, by="Ada"))
    assert share(renamed) == (0.5, 0.5)


def test_nobody_signs_for_themselves_or_as_a_placeholder(workspace):
    _, found = prepare(workspace, "reps", Stance.APPROVE, by="Tom", delegated_by="tom")
    assert (found.by, found.delegated_by) == ("Tom", "")
    with pytest.raises(ProveoutError, match="somebody's"):
        prepare(workspace, "reps", Stance.APPROVE, by="N.N.")
    with pytest.raises(ProveoutError, match="needs a reason"):
        prepare(workspace, "reps", Stance.REJECT, by="Tom", comment="-")


def test_actions_in_another_order_are_the_same_plan(workspace):
    def digest_of(*titles: str) -> str:
        actions = ", ".join(f"{{group: reps, kind: message, title: {title}}}" for title in titles)
        declared = DECLARATION.rstrip() + f"\n    actions: [{actions}]\n"
        (workspace.folder / "initiative.yml").write_text(declared, encoding="utf-8")
        return plan_digest(Workspace(workspace.folder).declared())

    assert digest_of("Talk", "Write") == digest_of("Write", "Talk") != digest_of("Talk")


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


def test_a_declared_signatory_signs_alone_or_has_it_said(workspace):
    path = workspace.folder / "initiative.yml"
    path.write_text(DECLARATION.replace("size: 12}", "size: 12, signatory: Nadia Okafor}"), encoding="utf-8")
    workspace = Workspace(workspace.folder)
    with pytest.raises(ProveoutError, match="Nadia Okafor signs for reps") as refused:
        prepare(workspace, "reps", Stance.APPROVE, by="Bob")
    assert '--for "Nadia Okafor"' in refused.value.remedy
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="nadia  okafor"))
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Tom", delegated_by="Nadia Okafor"))
    assert share(workspace) == (1, 1)


def test_a_signature_of_somebody_else_stops_counting_once_a_signatory_is_declared(workspace):
    sign(workspace, *prepare(workspace, "reps", Stance.APPROVE, by="Bob"))
    assert share(workspace) == (1, 1)
    path = workspace.folder / "initiative.yml"
    path.write_text(DECLARATION.replace("size: 12}", "size: 12, signatory: Nadia Okafor}"), encoding="utf-8")
    assert share(workspace) == (0, 1)


def test_what_whoever_signs_should_know(workspace):
    def told(group: str, by: str) -> str:
        return " ".join(remarks(workspace, *prepare(workspace, group, Stance.APPROVE, by=by)))

    assert not told("reps", "Nadia")
    assert "goes on without guests" in told("guests", "Nadia")
    sign(workspace, *prepare(workspace, "guests", Stance.APPROVE, by="Nadia"))
    assert "Nadia has signed for guests too" in told("reps", "Nadia")
    assert not told("reps", "Tom")
