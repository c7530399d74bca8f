"""Sign-offs of the plan: recorded by name, counted by group, never overwritten."""

from collections.abc import Iterator

from proveout.core.decision import Record
from proveout.core.digest import digest, plain
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.sign_off import SignOff, Stance
from proveout.flow.workspace import Workspace, blocks
from proveout.ledger import Ledger

KIND = "sign-off"


def prepare(
    workspace: Workspace, group: str, stance: Stance, *, by: str, delegated_by: str = "", comment: str = ""
) -> tuple[Initiative, SignOff]:
    """The initiative, and the sign-off as it would be recorded.

    Raises:
        FaultyDeclaration: With all diagnostics.
        ProveoutError: There is no such group, nobody signs, somebody else does, or an issue without a comment.
    """
    initiative = workspace.declared()
    known = {name.casefold(): one for one in initiative.groups for name in (one.id, one.title) if name}
    if group.casefold() not in known:
        groups = ", ".join(one.id for one in initiative.groups)
        raise ProveoutError(f"there is no group {group!r}", f"one of {groups}" if groups else "declare `groups`")
    if not by.strip():
        raise ProveoutError("a sign-off is somebody's", "say whose, with --by")
    if stance is not Stance.APPROVE and not comment.strip():
        raise ProveoutError(f"{stance} needs a reason", "say what is wanted, with --comment")
    found = known[group.casefold()]
    sign_off = SignOff(
        group=found.id,
        stance=stance,
        by=" ".join(by.split()),
        delegated_by=" ".join(delegated_by.split()),
        comment=comment.strip(),
        plan=plan_digest(initiative),
    )
    if not sign_off.speaks_for(found.signatory):
        raise ProveoutError(
            f"{found.signatory} signs for {found.id}, by `groups`",
            f'whoever signs in that place says so: --for "{found.signatory}"',
        )
    return initiative, sign_off


def remarks(workspace: Workspace, initiative: Initiative, sign_off: SignOff) -> Iterator[str]:
    """What whoever signs should know before it is recorded for good."""
    group = next(one for one in initiative.groups if one.id == sign_off.group)
    if not group.can_stop:
        yield f"The project goes on without {group.id} (`can_stop: false`): gate 3 does not ask for this signature."
    if group.signatory or not workspace.has_ledger:
        return
    with workspace.ledger() as ledger:
        others = [one.group for one in signed(ledger, initiative) if one.by == sign_off.by and one.group != group.id]
    if others:
        yield (
            f"{sign_off.by} has signed for {', '.join(others)} too; say with `signatory` under `groups` who signs for "
            f"{group.id}."
        )


def sign(workspace: Workspace, initiative: Initiative, sign_off: SignOff) -> Record:
    """Append it to the ledger, for good; a later one of the same group counts instead.

    Raises:
        ProveoutError: The latest of the group says the very same already.
    """
    with workspace.ledger() as ledger:
        name = initiative.initiative
        latest = {record.key: record for record in ledger.records(KIND, name)}.get(sign_off.group)
        if latest is not None and latest.body == plain(sign_off):
            raise ProveoutError(
                f"{sign_off.who} signed for {sign_off.group} with the same words, as entry {latest.sequence}",
                "nothing is to be done; it counts",
            )
        return ledger.append(KIND, name, sign_off.group, plain(sign_off))


def signed(ledger: Ledger, initiative: Initiative) -> tuple[SignOff, ...]:
    """The latest sign-off of each group, on the day of the ledger's own clock."""
    latest = {record.key: record for record in ledger.records(KIND, initiative.initiative)}
    plan = plan_digest(initiative) if latest else ""
    return tuple(_read(record, plan) for record in latest.values())


def plan_digest(initiative: Initiative) -> str:
    """The identity of the implementation plan: groups, actions and effort; what is done of it changes nothing."""
    planned = {}
    for block in blocks(initiative):
        if block.instrument == "change":
            told = plain(block.settings)
            actions = [{**action, "done": None} for action in told["actions"]]
            planned[block.id] = {"groups": told["groups"], "actions": actions, "effort": told["effort"]}
    return digest({"blocks": planned, "effort": plain(initiative.plan.effort)})


def _read(record: Record, plan: str) -> SignOff:
    body = record.body
    return SignOff(
        group=body["group"],
        stance=Stance(body["stance"]),
        by=body["by"],
        delegated_by=body["delegated_by"],
        comment=body["comment"],
        plan=body["plan"],
        on=record.at.date(),
        current=body["plan"] == plan,
    )
