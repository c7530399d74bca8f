"""Cases that the processes of alignments.json allow, and their precision by pm4py (escaping edges); the first
process allows everything.

In a virtual environment of its own, since pm4py is AGPL and no part of this project:
python golden_precision.py > precision.json
"""

# pyright: basic, reportMissingImports=false

import json
import random
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pm4py
from pm4py.objects.log.obj import Event, EventLog, Trace

SEED, CASES, LONGEST = 11, 12, 14
FLOWER = (  # a process that allows everything
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><startEvent id="s"/>'
    '<exclusiveGateway id="x"/><exclusiveGateway id="y"/><task id="a" name="a"/><task id="b" name="b"/>'
    '<task id="c" name="c"/><endEvent id="e"/><sequenceFlow id="1" sourceRef="s" targetRef="x"/>'
    '<sequenceFlow id="2" sourceRef="x" targetRef="a"/><sequenceFlow id="3" sourceRef="x" targetRef="b"/>'
    '<sequenceFlow id="4" sourceRef="x" targetRef="c"/><sequenceFlow id="5" sourceRef="a" targetRef="y"/>'
    '<sequenceFlow id="6" sourceRef="b" targetRef="y"/><sequenceFlow id="7" sourceRef="c" targetRef="y"/>'
    '<sequenceFlow id="8" sourceRef="y" targetRef="x"/><sequenceFlow id="9" sourceRef="y" targetRef="e"/>'
    "</process></definitions>"
)


def precision_of(bpmn: str) -> dict:
    """Allowed cases of a process, and how precise it is for them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.bpmn"
        file.write_text(bpmn)
        net, begin, end = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(file)))
    played = [[event["concept:name"] for event in trace] for trace in pm4py.play_out(net, begin, end)]
    traces = [random.choice([t for t in played if 0 < len(t) <= LONGEST]) for _ in range(CASES)]
    day = datetime(2026, 1, 1)
    log = EventLog(
        [
            Trace([Event({"concept:name": s, "time:timestamp": day}) for s in t], attributes={"concept:name": str(i)})
            for i, t in enumerate(traces)
        ]
    )
    return {"traces": traces, "precision": pm4py.precision_alignments(log, net, begin, end)}


if __name__ == "__main__":
    random.seed(SEED)
    np.random.seed(SEED)
    models = json.loads((Path(__file__).parent / "alignments.json").read_text())["models"]
    found = [precision_of(bpmn) for bpmn in [FLOWER, *(model["bpmn"] for model in models)]]
    json.dump({"made by": f"pm4py {pm4py.__version__}", "flower": FLOWER, "models": found}, sys.stdout)
