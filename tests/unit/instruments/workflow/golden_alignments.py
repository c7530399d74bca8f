"""Random processes, traces that deviate from them, and the costs of their optimal alignments by pm4py.

Ids of the BPMN were shortened afterwards. In a virtual environment of its own, since pm4py is AGPL and no part of
this project:
python golden_alignments.py > alignments.json
"""

# pyright: basic, reportMissingImports=false

import json
import random
import re
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pm4py
from pm4py.algo.conformance.alignments.petri_net import algorithm as alignments
from pm4py.algo.simulation.tree_generator import algorithm as trees
from pm4py.objects.log.obj import Event, EventLog, Trace

SEED, MODELS, TRACES = 7, 16, 15
SHARES = {"parallel": 0.25, "choice": 0.3, "sequence": 0.35, "loop": 0.15, "or": 0.0, "silent": 0.15}


def changed(steps: list[str], labels: list[str]) -> list[str]:
    """Some steps left out, put in or exchanged."""
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        draw = random.random()
        if draw < 0.4 and steps:
            steps.pop(random.randrange(len(steps)))
        elif draw < 0.8:
            steps.insert(random.randrange(len(steps) + 1), random.choice([*labels, "other"]))
        elif len(steps) > 1:
            i = random.randrange(len(steps) - 1)
            steps[i], steps[i + 1] = steps[i + 1], steps[i]
    return steps


def model() -> dict:
    """A process as BPMN, and traces with their costs."""
    sizes = {"mode": random.choice([5, 7, 9]), "min": 4, "max": 11}
    bpmn = pm4py.convert_to_bpmn(trees.apply(parameters=sizes | SHARES))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.bpmn"
        pm4py.write_bpmn(bpmn, str(file), auto_layout=False)
        xml = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", file.read_text(), flags=re.DOTALL)
    net, begin, end = pm4py.convert_to_petri_net(bpmn)
    labels = sorted({transition.label for transition in net.transitions if transition.label})
    played = [[event["concept:name"] for event in trace][:14] for trace in pm4py.play_out(net, begin, end)][:25]
    traces = sorted({tuple(changed(steps, labels)) for steps in played} - {()})[:TRACES]
    day = datetime(2026, 1, 1)
    log = EventLog([Trace([Event({"concept:name": s, "time:timestamp": day}) for s in t]) for t in traces])
    costs = [found["cost"] // 10_000 for found in alignments.apply(log, net, begin, end)]
    return {"bpmn": xml, "cases": [[list(t), cost] for t, cost in zip(traces, costs, strict=True)]}


if __name__ == "__main__":
    random.seed(SEED)
    np.random.seed(SEED)
    json.dump({"made by": f"pm4py {pm4py.__version__}", "models": [model() for _ in range(MODELS)]}, sys.stdout)
