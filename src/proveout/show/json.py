"""The whole assessment as JSON, for programs.

The shape is stable; what changes it changes the number in `schema`:

* ``schema``: ``proveout/assessment/1``.
* ``initiative``: ``id``, ``title``, ``phase``, ``people``. ``as_of``: the day that counted as today.
* ``verdict``: ``pass``, ``fail`` or ``undecided``; ``sentence`` says why; ``next`` lists ``{title, text}``.
* ``policy``: ``policy``, ``version``, ``digest``.
* ``gates``: per phase ``phase``, ``due``, ``verdict``, ``sentence`` and ``rulings``, each as
  `proveout.core.verdict.Ruling` has it.
* ``evidence``: as `proveout.core.evidence.Evidence` has it, and its ``digest``, by which rulings name it.
* ``ends``: by block, from which day on its evidence is too old for a gate that reads it.
* ``pathologies``, ``notices``; ``decisions``, ``turns`` as the ledger has them; ``head``, the ledger's last hash.
* ``run``: what was ``remembered`` and how many ``seconds`` each measurement took. It differs from run to run.
"""

import json
from collections.abc import Iterable
from typing import Any

from proveout.core.assessment import Assessment
from proveout.core.diagnostic import Diagnostic
from proveout.core.digest import plain
from proveout.core.portfolio import Portfolio
from proveout.show.page import page

SCHEMA = "proveout/assessment/1"
PORTFOLIO_SCHEMA = "proveout/portfolio/1"
DIAGNOSTICS_SCHEMA = "proveout/diagnostics/1"


def render(assessment: Assessment) -> str:
    """The assessment as indented JSON with a final newline."""
    initiative, policy, shown = assessment.initiative, assessment.policy, page(assessment)
    due = {gate.phase for gate in assessment.due}
    return _dumped(
        {
            "schema": SCHEMA,
            "initiative": {
                "id": initiative.initiative,
                "title": initiative.title,
                "phase": initiative.phase,
                "people": initiative.people,
            },
            "as_of": assessment.as_of,
            "verdict": assessment.verdict,
            "sentence": shown.sentence,
            "next": shown.steps,
            "policy": {"policy": policy.policy, "version": policy.version, "digest": policy.digest},
            "gates": [{**plain(gate), "due": gate.phase in due} for gate in assessment.gates],
            "evidence": [{**plain(item), "digest": item.digest} for item in assessment.evidence],
            "ends": assessment.ends,
            "turns": assessment.turns,
            "pathologies": assessment.pathologies,
            "notices": assessment.notices,
            "decisions": assessment.decisions,
            "head": assessment.head,
            "run": {"remembered": sorted(assessment.remembered), "seconds": assessment.seconds},
        }
    )


def render_portfolio(found: Portfolio) -> str:
    """Many initiatives, as `proveout.core.portfolio.Portfolio` has them."""
    return _dumped({"schema": PORTFOLIO_SCHEMA, **plain(found)})


def render_diagnostics(diagnostics: Iterable[Diagnostic]) -> str:
    """The mistakes of a declaration, which has no assessment."""
    return _dumped({"schema": DIAGNOSTICS_SCHEMA, "diagnostics": tuple(diagnostics)})


def _dumped(value: Any) -> str:
    return json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
