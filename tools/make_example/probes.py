"""What `proveout probe` wrote down when the CRM of the example was still there."""

from pathlib import Path
from typing import Any

from proveout import declare, instruments
from proveout.core.digest import plain
from proveout.core.probe import Probed, Probing, Reply
from proveout.examples.chance import Chance
from proveout.flow.record_file import line_of
from proveout.flow.workspace import settings_types

AT = "2026-01-29T10:12:00+00:00"
LEAD = {"id": "P0001", "company": "Alder Analytics", "segment": "medium", "employees": 235}
NOTE = {"note_id": "N81", "text": "Test of the integration"}


def recorded(example: Path) -> str:
    """Lines of the record, a line per declared operation."""
    initiative = declare.load(example, settings_types()).initiative
    if initiative is None:
        raise SystemExit("the example does not hold: proveout check says why")
    settings = initiative.evidence["integration"].settings
    recording = instruments.instrument("integration").recording(settings, initiative)
    if not isinstance(recording, Probing):
        raise SystemExit("the example declares nothing to probe")
    chance = Chance(20260129)
    lines = []
    for probe in recording.probes:
        seconds = [chance.around(0.21, 0.25) for _ in range(1 if probe.writes else probe.repeats)]
        body: dict[str, Any] = NOTE if probe.writes else LEAD
        replies = [
            Reply(body=None if i else body, seconds=round(s, 4), status=201 if probe.writes else 200, as_first=i > 0)
            for i, s in enumerate(seconds)
        ]
        lines.append(
            Probed(
                probe=probe.id,
                call=probe.digest,
                at=AT,
                replies=tuple(replies),
                read_back=Reply(body=NOTE, seconds=0.19, status=200) if probe.read_back else None,
                clean_up=Reply(seconds=0.17, status=204) if probe.clean_up else None,
            )
        )
    return "".join(line_of(plain(line)) for line in lines)
