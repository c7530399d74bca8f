"""Look up what a criterion or a diagnostic code means, and how the initiative stands to it."""

from datetime import date
from difflib import get_close_matches

from proveout import declare, gates
from proveout.core.errors import ProveoutError
from proveout.core.policy import Criterion, Policy
from proveout.core.verdict import Ruling
from proveout.flow.check import check
from proveout.flow.workspace import Workspace


def explain_code(name: str) -> declare.Code | None:
    """The diagnostic of that code or slug, if there is one."""
    return next((code for code in declare.CODES.values() if name.lower() in (code.code.lower(), code.slug)), None)


def policy_of(workspace: Workspace) -> Policy:
    """The policy by which the folder's initiative is judged; the standard one where there is none."""
    initiative = workspace.declaration.initiative
    return workspace.policy(initiative) if initiative else declare.load_policy(gates.STANDARD_POLICY)


def explain(workspace: Workspace, id: str, *, as_of: date | None = None) -> tuple[Criterion, tuple[Ruling, ...]]:
    """A criterion, with its rulings where the folder holds an initiative.

    Args:
        workspace: The folder.
        id: Of the criterion.
        as_of: The day that counts as today.

    Raises:
        ProveoutError: There is no such criterion; FaultyDeclaration when the declaration is at fault.
    """
    if not workspace.folder.joinpath("initiative.yml").is_file():
        return _criterion(declare.load_policy(gates.STANDARD_POLICY), id), ()
    assessment = check(workspace, as_of=as_of)
    criterion = _criterion(assessment.policy, id)
    rulings = tuple(r for gate in assessment.gates for r in gate.rulings if r.criterion.id == id)
    return (rulings[0].criterion if rulings else criterion), rulings


def _criterion(policy: Policy, id: str) -> Criterion:
    by_id = {criterion.id: criterion for criterion in policy.criteria}
    if id not in by_id:
        close = get_close_matches(id, by_id, n=3)
        raise ProveoutError(
            f"the policy has no criterion {id!r}",
            f"did you mean {', '.join(close)}?" if close else "`proveout policy` lists them",
        )
    return by_id[id]
