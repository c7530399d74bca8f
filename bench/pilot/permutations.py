"""CPU seconds of the group-sequential randomisation test itself: 10,000 draws, 200 teams, 26 looks."""

import json
import time

import numpy as np

from proveout.stats.group_sequential import looks
from proveout.stats.randomisation import assignments, studentised_differences

random = np.random.default_rng(0)
values = random.normal(size=(200, 26)).cumsum(axis=1) / np.arange(1, 27)
ways = assignments(np.arange(200) % 2, np.zeros(200), draws=10_000)
start = time.process_time()
found = looks(studentised_differences(ways, values), [(k + 1) / 26 for k in range(26)])
print(json.dumps({"seconds": time.process_time() - start, "looks": len(found.boundaries)}))
