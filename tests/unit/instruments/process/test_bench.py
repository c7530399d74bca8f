"""The benchmark runs, and the hand-written SQL gives the same answers as the instrument."""

import importlib.util
import sys
from pathlib import Path

BENCH = Path(__file__).parents[4] / "bench" / "process"


def test_by_hand_and_by_the_instrument_the_answers_are_the_same():
    spec = importlib.util.spec_from_file_location("process_bench", BENCH / "run.py")
    assert spec
    assert spec.loader
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    ours, by_hand = bench.compare(20_000)
    assert ours.answers["cases"] == 2000
    assert ours.answers["variants"] > 500
    assert ours.answers["hours"] > 0
    assert ours.answers.keys() == by_hand.answers.keys()
    assert bench.differences(ours.answers, by_hand.answers) == []
    assert bench.differences({"a": [1, 2.0]}, {"a": [1, 2.1]}) == ["a"]
