"""Sign-offs of the plan: recorded by name, never overwritten; a later one of the same person counts instead."""

from collections.abc import Iterator

from proveout.core.decision import Record
from proveout.core.digest import canonical_json, digest, plain
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.sign_off import SignOff, Stance
from proveout.core.wording import says_something
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
    if not says_something(by) or (delegated_by and not says_something(delegated_by)):
        raise ProveoutError("a sign-off is somebody's", "say whose, with --by")
    if stance is not Stance.APPROVE and not says_something(comment):
        raise ProveoutError(f"{stance} needs a reason", "say what is wanted, with --comment")
    found = known[group.casefold()]
    by, other = " ".join(by.split()), " ".join(delegated_by.split())
    sign_off = SignOff(
        group=found.id,
        stance=stance,
        by=by,
        delegated_by="" if other.casefold() == by.casefold() else other,
        comment=comment.strip(),
        plan=plan_digest(initiative),
    )
    if not sign_off.is_of(found.signatory):
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
        known = signed(ledger, initiative)
    for one in known:
        if one.group == group.id and one.person != sign_off.person and not one.stance.supports:
            yield f"The {one.stance} of {one.who} stands until {one.person} signs otherwise, or somebody --for them."
    if others := [one.group for one in known if one.by == sign_off.by and one.group != group.id]:
        yield (
            f"{sign_off.by} has signed for {', '.join(others)} too; say with `signatory` under `groups` who signs for "
            f"{group.id}."
        )


def sign(workspace: Workspace, initiative: Initiative, sign_off: SignOff) -> Record:
    """Append it to the ledger, for good; a later one of the same person for the same group counts instead.

    Raises:
        ProveoutError: The latest of that person says the very same already.
    """
    with workspace.ledger() as ledger:
        name = initiative.initiative
        latest = _latest(ledger, name).get((sign_off.group, sign_off.person.casefold()))
        if latest is not None and latest.body == plain(sign_off):
            raise ProveoutError(
                f"{sign_off.who} signed for {sign_off.group} with the same words, as entry {latest.sequence}",
                "nothing is to be done; it counts",
            )
        return ledger.append(KIND, name, sign_off.group, plain(sign_off))


def signed(ledger: Ledger, initiative: Initiative) -> tuple[SignOff, ...]:
    """The latest sign-off of each person for each group, on the day of the ledger's own clock."""
    latest = _latest(ledger, initiative.initiative)
    plan = plan_digest(initiative) if latest else ""
    return tuple(_read(record, plan) for record in latest.values())


def _latest(ledger: Ledger, name: str) -> dict[tuple[str, str], Record]:
    """By group and person."""
    records = ledger.records(KIND, name)
    return {(one.key, (one.body["delegated_by"] or one.body["by"]).casefold()): one for one in records}


def plan_digest(initiative: Initiative) -> str:
    """The identity of the implementation plan: groups, actions and effort; what is done of it changes nothing."""
    planned = {}
    for block in blocks(initiative):
        if block.instrument == "change":
            told = plain(block.settings)
            actions = sorted(canonical_json({**action, "done": None}) for action in told["actions"])
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
