"""What the signatures under the plan come to, group by group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from proveout.core.estimate import Estimate, partly_counted
from proveout.core.evidence import Check
from proveout.core.initiative import Group, GroupId, Initiative
from proveout.core.sign_off import SignOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One group.

    Args:
        group: As declared.
        counted: The latest of each person who may sign for it, of the plan as it is.
        void: The others, each with the reason.
    """

    group: Group
    counted: tuple[SignOff, ...]
    void: tuple[tuple[SignOff, str], ...]

    @property
    def approves(self) -> bool | None:
        """Whether somebody approves and nobody's no stands; None where nobody has signed."""
        return all(one.stance.supports for one in self.counted) if self.counted else None

    @property
    def asked(self) -> bool:
        """Whether the project needs it: because it can stop, or because it said no."""
        return self.group.can_stop or self.approves is False

    @property
    def name(self) -> str:
        """As people say it."""
        return self.group.title or self.group.id

    @property
    def told(self) -> str:
        """All that counts, in words."""
        words = (f"{one.stance} by {one.who} on {one.on}: {one.comment}".rstrip(": ") for one in self.counted)
        return "; ".join(words)


def signed(initiative: Initiative, sign_offs: Sequence[SignOff]) -> tuple[Signed, ...]:
    """All groups, in the order declared, and those that are declared no longer and said no."""
    known = {group.id for group in initiative.groups}
    gone = dict.fromkeys(one.group for one in sign_offs if one.group not in known and not one.stance.supports)
    found = []
    for group in (*initiative.groups, *(Group(id=GroupId(name), size=1, can_stop=False) for name in gone)):
        own = [(one, _fault(group, one)) for one in sign_offs if one.group == group.id]
        counted = tuple(one for one, fault in own if not fault)
        found.append(Signed(group=group, counted=counted, void=tuple((o, fault) for o, fault in own if fault)))
    return tuple(found)


def _fault(group: Group, one: SignOff) -> str:
    """Why a signature does not count; empty where it does. A no stands until that person signs otherwise."""
    if not one.stance.supports:
        return ""
    if not one.current:
        return "of a plan that was changed since; ask again"
    return "" if one.is_of(group.signatory) else f"and {group.signatory} is to sign for it; ask there"


def signed_share(groups: Sequence[Signed]) -> Estimate:
    """Who has not signed has not said no either: the share is open upwards."""
    asked = [one for one in groups if one.asked]
    yes, n = sum(one.approves is True for one in asked), len(asked)
    open_ = [one for one in asked if one.approves is None]
    silent, void = len(open_), sum(bool(one.void) for one in open_)
    method = f"{yes} of {n} groups that can stop the project approve of the plan as it is; {silent} have not signed"
    method += f", {void} of them no longer: the plan or who signs was changed since" if void else ""
    if not n:
        return replace(partly_counted("signed_share", 0, 1, 1, method=method), n=None)
    return partly_counted("signed_share", yes, silent, n, method=method)


def signed_checks(groups: Sequence[Signed]) -> Iterator[Check]:
    """What each group says, and whose signatures do not count."""
    if others := [one.name for one in groups if not one.group.can_stop]:
        note = f"declared so of {', '.join(others)}; nobody asks for their buy-in"
        yield Check(name="The project goes on without some groups", passed=None, note=note)
    for one in groups:
        name = f"{one.name} has signed the plan"
        if one.asked and one.counted:
            against = "" if one.group.can_stop else "; the project is declared to go on without it"
            yield Check(name=name, passed=one.approves, note=one.told + against)
        elif one.asked and not one.void:
            note = f'nobody has; `proveout sign-off {one.group.id} approve --by "..."`'
            yield Check(name=name, passed=None, note=note)
        for sign_off, fault in one.void if one.asked else ():
            note = f"{sign_off.stance} by {sign_off.who} on {sign_off.on}, {fault}"
            yield Check(name=f"{name}, as it is", passed=False, note=note)
    yield from _for_several(groups)


def _for_several(groups: Sequence[Signed]) -> Iterator[Check]:
    by_anybody = [(sign_off.by, one.name) for one in groups if not one.group.signatory for sign_off in one.counted]
    for person in dict.fromkeys(by for by, _ in by_anybody):
        if len(own := [name for by, name in by_anybody if by == person]) > 1:
            note = f"{person} signed for {', '.join(own)}; name under `groups` with `signatory` who signs for whom"
            yield Check(name="Each group signed for itself", passed=None, note=note)


def in_a_word(one: Signed) -> str:
    """For a table."""
    if one.counted:
        worst = min(one.counted, key=lambda sign_off: sign_off.stance.supports)
        return worst.stance.value.replace("-", " ")
    return "to be asked again" if one.void else "" if one.group.can_stop else "not asked"
