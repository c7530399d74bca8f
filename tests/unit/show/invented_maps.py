"""Invented exhibits of gate 2, awkward where it hurts."""

from proveout.core.exhibit import Component, ComponentMap, Curve, Flow, Heatmap, Line, Place, Places

INJECTION = '<script>alert("owned")</script>'


def component_map(*, title: str = "How the work runs") -> ComponentMap:
    """Every state, a loop, a retry, a call past a layer, a long name, a part that is not measured."""
    components = (
        Component(id="entry", label="Decisions", note="40/h now, 2,000/h at full load"),
        Component(id="gateway", label="Gateway", share_now=0.004, share_full=0.2, single=True),
        Component(id="queue", label="Queue & retry", share_now=0.01, share_full=0.72, single=True),
        Component(id="crm", label="CRM look-up of companies and their contacts", share_now=0.3, share_full=0.95),
        Component(id="model", label=f"Language model {INJECTION}", share_now=0.06, share_full=1.31, single=True),
        Component(id="cache", label="Cache", share_full=0.05),
        Component(id="people", label="Review by people", note="not measured"),
    )
    calls = (
        ("entry", "gateway", 2000.0), ("gateway", "queue", 2000.0), ("queue", "crm", 2200.0),
        ("queue", "model", 2100.0), ("queue", "queue", 100.0), ("crm", "cache", 6400.0), ("model", "queue", 110.0),
        ("gateway", "people", None), ("model", "people", 130.5), ("gateway", "gone", 1.0),
    )  # fmt: skip
    flows = tuple(Flow(source=a, target=b, per_hour=n) for a, b, n in calls)
    return ComponentMap(title=title, components=components, flows=flows, note="At the peak of a day.")


def completeness() -> Heatmap:
    """Twelve months, with gaps, long names and a decline."""
    months = tuple(f"2025-{month:02d}" for month in range(1, 13))
    rows = ("company", "e-mail", "Umsatz in Tausend € im letzten Jahr", INJECTION)
    filled = (
        (1.0,) * 12,
        tuple(0.999 - 0.012 * month for month in range(12)),
        (0.97, 0.93, 0.81, 0.79, 0.52, 0.49, None, None, 0.31, 0.2, 0.06, 0.0),
        (None,) * 11 + (0.5,),
    )
    return Heatmap(title="How full the fields are", rows=rows, columns=months, values=filled, note="By month of entry.")


def places() -> Places:
    """Groups by influence and readiness, two of them in one place."""
    people = (("Sales representatives", 4, 3.2, 120), ("Revenue operations", 3, 3.9, 8), ("Works council", 5, 1.9, 5),
              ("Heads of sales in all regions", 5, 4.4, 12), ("Field sales", 4, 3.2, 40), ("Back office", 4.1, 3.1, 30),
              ("Customers", 1, 2.5, 5))  # fmt: skip
    return Places(
        title="Who can do how much, and how ready they are",
        x_label="influence",
        y_label="readiness",
        low=1,
        high=5,
        places=tuple(Place(label=name, x=x, y=y, size=n) for name, x, y, n in people),
    )


def reliability() -> Curve:
    """Two lines, one of them with intervals, against the diagonal."""
    scores = tuple((index + 0.5) / 10 for index in range(10))
    raw = tuple((s, s**1.6, max(0.0, s**1.6 - 0.07), min(1.0, s**1.6 + 0.06)) for s in scores)
    mended = tuple((s, 0.03 + 0.95 * s, None, None) for s in scores)
    lines = (Line(label="as it answers", points=raw), Line(label="recalibrated on other data", points=mended))
    return Curve(title="Scores against what happened", x_label="Score", y_label="Share that came true", lines=lines,
                 x_unit="share", y_unit="share", diagonal=True, markers=(("threshold", 0.62),))  # fmt: skip
