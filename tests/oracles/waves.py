"""A panel of waves, and Roth and Sant'Anna's definitions written out with matrices over all periods."""

import numpy as np

from proveout.stats.waves import Panel, calendar_weights, cohort_weights, exposure_weights, simple_weights


def panel(seed: int = 0, *, effect: float = 0.0, holdback: bool = True) -> Panel:
    rng = np.random.default_rng(seed)
    starts = np.repeat([3, 5, 8, 30 if holdback else 10], [5, 4, 6, 5])
    levels = rng.normal(10, 2, (20, 1))
    values = levels + rng.normal(0, 1, (20, 12)) + effect * (np.arange(12) >= starts[:, None])
    return Panel(values, starts, np.zeros(20, int))


def means_and_covariances(p: Panel):
    groups = [p.values[p.starts == g] for g in p.cohorts]
    return [x.mean(axis=0) for x in groups], [np.cov(x.T) for x in groups], [len(x) for x in groups]


def effect_of_wave(p: Panel, means, g: int, t: int, last_only: bool) -> tuple[dict, dict]:
    """Which means of which (wave, period) make up ATT(g, t), and the same a period before the wave."""
    waiting = [h for h in p.cohorts if h > max(t, g) and (not last_only or h == p.cohorts[-1])]
    n = {h: int((p.starts == h).sum()) for h in waiting}
    now, before = {(g, t): 1.0}, {(g, g - 1): 1.0}
    for h in waiting:
        now[h, t] = now.get((h, t), 0) - n[h] / sum(n.values())
        before[h, g - 1] = before.get((h, g - 1), 0) - n[h] / sum(n.values())
    return now, before


def by_hand(p: Panel, weights: dict, *, beta=None, last_only=False) -> tuple[float, float, float, float]:
    """Roth and Sant'Anna (2023), with matrices over all periods."""
    means, covariances, n = means_and_covariances(p)
    index = {g: c for c, g in enumerate(p.cohorts)}
    a, b = np.zeros((len(n), p.values.shape[1])), np.zeros((len(n), p.values.shape[1]))
    for (g, t), weight in weights.items():
        now, before = effect_of_wave(p, means, g, t, last_only)
        for (h, s), value in now.items():
            a[index[h], s] += weight * value
        for (h, s), value in before.items():
            b[index[h], s] += weight * value
    theta = sum(a[c] @ means[c] for c in range(len(n)))
    x = sum(b[c] @ means[c] for c in range(len(n)))
    vx = sum(b[c] @ covariances[c] @ b[c] / n[c] for c in range(len(n)))
    cx = sum(b[c] @ covariances[c] @ a[c] / n[c] for c in range(len(n)))
    vt = sum(a[c] @ covariances[c] @ a[c] / n[c] for c in range(len(n)))
    slope = cx / vx if beta is None else beta
    neyman = vt + slope**2 * vx - 2 * slope * cx
    pre = p.cohorts[0]
    m = np.eye(pre, p.values.shape[1])
    total = sum(np.linalg.pinv(m @ s @ m.T) @ m @ s @ a[c] for c, s in enumerate(covariances))
    average = sum(m @ s @ m.T for s in covariances) / len(n)
    return theta - slope * x, max(0.0, neyman - total @ average @ total / sum(n)) ** 0.5, neyman**0.5, slope


def cells(p: Panel) -> list[tuple[int, int]]:
    return [(g, t) for g in p.cohorts for t in range(p.values.shape[1]) if g <= t < p.cohorts[-1]]


def named(p: Panel, kind: str) -> tuple[np.ndarray, dict]:
    """Our weights, and the same from their definition."""
    size = {g: int((p.starts == g).sum()) for g in p.cohorts}
    all_ = cells(p)
    if kind == "simple":
        total = sum(size[g] for g, _ in all_)
        return simple_weights(p), {(g, t): size[g] / total for g, t in all_}
    if kind == "cohort":
        treated = {g for g, _ in all_}
        total = sum(size[g] for g in treated)
        return cohort_weights(p), {(g, t): size[g] / total / sum(h == g for h, _ in all_) for g, t in all_}
    if kind == "calendar":
        times = {t for _, t in all_}
        return calendar_weights(p), {
            (g, t): size[g] / sum(size[h] for h, s in all_ if s == t) / len(times) for g, t in all_
        }
    e = int(kind)
    there = [(g, g + e) for g in p.cohorts if g + e < min(p.cohorts[-1], p.values.shape[1]) and g < p.cohorts[-1]]
    total = sum(size[g] for g, _ in there)
    return exposure_weights(p, e), {(g, t): size[g] / total for g, t in there}
