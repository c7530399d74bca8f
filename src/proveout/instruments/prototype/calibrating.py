"""Do scores mean what they say: of the cases with a score of 70%, are 70% a yes?"""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Curve, Line
from proveout.core.wording import figure
from proveout.instruments.prototype.cases import FEWEST, Cases
from proveout.instruments.prototype.metrics import Metric
from proveout.instruments.prototype.settings import Settings
from proveout.stats.calibration import brier_parts, calibration_error, recalibration, reliability

BINS = 10
PER_BIN = 10


def calibration(settings: Settings, cases: Cases) -> Part:
    """Calibration error, Brier score and slope of a recalibration, where scores are probabilities."""
    if cases.score is None or not cases.binary:
        return Part()
    cases = cases.at(~np.isnan(cases.score))
    scores, truth = cases.score, cases.truth
    assert scores is not None  # noqa: S101 looked at above
    outside = int(((scores < 0) | (scores > 1)).sum())
    name = "Scores are probabilities"
    if outside:
        note = f"{outside:,} of {len(scores):,} are outside 0 to 1, so that their calibration is not measured; "
        note += "divide percentages by 100, and calibrate other scores on cases of their own"
        return Part(checks=(Check(name=name, passed=False, note=note),))
    if len(np.unique(scores)) <= 2:
        note = "they take one or two values, as decisions do; record the probability to measure calibration"
        return Part(checks=(Check(name=name, passed=None, note=note),))
    bins = max(2, min(BINS, len(scores) // PER_BIN))
    if len(scores) < FEWEST or len(np.unique(truth)) < 2:
        raise TooLittle(f"{len(scores)} cases with a score", "test on more cases of both outcomes")
    estimates = [calibration_error(scores, truth, bins=bins).named("calibration_error")]
    if settings.main != "brier":
        estimates.append(Metric(name="brier").of(cases, scores))
    slope, checks = _slope(scores, truth)
    return Part(estimates=(*estimates, *slope), checks=tuple(checks), exhibits=(_curve(scores, truth, bins),))


def _slope(scores: np.ndarray, truth: np.ndarray) -> tuple[list[Estimate], list[Check]]:
    """The slope of the recalibration; below 1 scores are too extreme."""
    name = "Scores are neither too bold nor too timid"
    try:
        slope, _ = recalibration(scores, truth)
    except TooLittle as little:
        return [], [Check(name=name, passed=None, note=f"{little.message}; {little.remedy}")]
    lower, upper = slope.lower, slope.upper
    held = (lower is None or lower <= 1) and (upper is None or upper >= 1)
    word = "bold: too near 0 and 1" if slope.value < 1 else "timid: too near the middle"
    note = f"the slope of a recalibration is {figure(slope.value)}, 1 would be right" + (
        "" if held else f"; too {word}"
    )
    return [slope.named("calibration_slope")], [Check(name=name, passed=held, note=note)]


def _curve(scores: np.ndarray, truth: np.ndarray, bins: int) -> Curve:
    points = tuple(
        (one.mean_score, one.rate.value, one.rate.lower, one.rate.upper)
        for one in reliability(scores, truth, bins=bins)
    )
    parts = brier_parts(scores, truth, bins=bins)
    note = f"Brier score: {figure(parts.uncertainty)} of uncertainty, less {figure(parts.resolution)} by telling cases "
    note += f"apart, plus {figure(parts.reliability)} by wrong scores"
    return Curve(
        title="What a score means",
        x_label="score",
        y_label="share of yes",
        x_unit="share",
        y_unit="share",
        lines=(Line(label="prototype", points=points),),
        diagonal=True,
        note=note,
    )
