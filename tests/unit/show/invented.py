"""An invented assessment with everything that can be shown, and with what tries to break the page."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.unit.show.invented_maps import INJECTION, completeness, component_map, places, reliability

from proveout.core.assessment import Assessment
from proveout.core.decision import Record
from proveout.core.diagnostic import Diagnostic, Position, Severity
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Evidence, Finding, Fingerprint, Outcome
from proveout.core.exhibit import (
    Bar,
    Bars,
    Edge,
    Exhibit,
    Histogram,
    Intervals,
    Node,
    ProcessMap,
    Ranges,
    Series,
    Table,
)
from proveout.core.initiative import Initiative, People, Phase
from proveout.core.policy import Basis, Comparison, Criterion, Dimension, Policy, Weight
from proveout.core.verdict import GateVerdict, Pathology, Ruling, Verdict

MEASURED_AT = datetime(2026, 1, 14, 9, 30, tzinfo=UTC)

ACTIVITIES = {
    "receive": ("Receive lead", 1200, 20.0),
    "dedupe": ("Look for duplicates in the CRM", 1180, 60.0),
    "research": ("Research the company", 1150, 2100.0),
    "news": ("Read news & filings", 640, 900.0),
    "contacts": ("Find the right contact person", 1090, 1650.0),
    "score": ("Score the lead", 1060, 150.0),
    "assign": ("Assign to representative", 940, 40.0),
    "draft": ("Draft first message", 905, 1120.0),
    "review": ("Manager reviews the draft message", 410, 300.0),
    "rework": ("Rewrite message", 230, 260.0),
    "send": ("Send first message", 880, 75.0),
    "followup": ("Follow up by phone", 520, 640.0),
    "qualify": ("Qualify", 310, 380.0),
    "meeting": ("Book a meeting", 205, 90.0),
    "nurture": ("Hand over to nurturing (marketing)", 240, 30.0),
    "discard": ("Discard", 415, 12.0),
}

PATHS = (
    ("start", "receive", 1200, None),
    ("receive", "dedupe", 1150, 7200),
    ("receive", "research", 50, 10800),
    ("dedupe", "research", 930, 93600),
    ("dedupe", "discard", 190, 3600),
    ("dedupe", "contacts", 30, 50000),
    ("research", "news", 590, 5400),
    ("research", "contacts", 480, 9000),
    ("research", "research", 120, 86400),
    ("news", "contacts", 560, 4200),
    ("news", "research", 50, 90000),
    ("contacts", "score", 1010, 28800),
    ("contacts", "research", 60, 172800),
    ("score", "assign", 925, 180000),
    ("score", "discard", 120, 7200),
    ("assign", "draft", 900, 340000),
    ("assign", "nurture", 35, 700000),
    ("draft", "review", 400, 260000),
    ("draft", "send", 500, 3000),
    ("review", "send", 190, 60000),
    ("review", "rework", 215, 90000),
    ("rework", "review", 20, 150000),
    ("rework", "send", 205, 20000),
    ("send", "followup", 500, 432000),
    ("send", "qualify", 100, 200000),
    ("send", "nurture", 130, 1300000),
    ("send", "end", 150, None),
    ("followup", "qualify", 205, 100000),
    ("followup", "followup", 20, 260000),
    ("followup", "nurture", 75, 800000),
    ("followup", "discard", 100, 90000),
    ("followup", "end", 120, None),
    ("qualify", "meeting", 200, 150000),
    ("qualify", "discard", 5, 20000),
    ("qualify", "end", 105, None),
    ("meeting", "end", 200, None),
    ("meeting", "followup", 5, 400000),
    ("nurture", "end", 240, None),
    ("discard", "end", 415, None),
)


def process_map(*, title: str = "How a lead moves") -> ProcessMap:
    """Sixteen activities with loops, ways back and rare paths."""
    nodes = (
        Node(id="start", label="start", frequency=1200),
        *(Node(id=id_, label=label, frequency=n, hours=hours) for id_, (label, n, hours) in ACTIVITIES.items()),
        Node(id="end", label="end", frequency=1200),
    )
    edges = (Edge(source=a, target=b, frequency=n, median_wait_seconds=wait) for a, b, n, wait in PATHS)
    return ProcessMap(title=title, nodes=nodes, edges=tuple(edges), n_cases=1200, note="Log of 2025, 3 offices.")


def exhibits() -> dict[str, Exhibit]:
    """One of every kind, awkward where it hurts."""
    return {
        "bars": _pains(),
        "intervals": _severity(),
        "ranges": Ranges(
            title="What the result hangs on",
            unit="USD",
            base=310_000,
            ranges=(
                ("Share of research time saved", -40_000, 655_000),
                ("Adoption in the second year", 120_000, 480_000),
                ("Hourly cost", 240_000, 390_000),
                ("One-off cost", 345_000, 270_000),
            ),
        ),
        "histogram": _net_present_value(),
        "series": _research_hours(),
        "table": _opportunities(),
        "process_map": process_map(),
        "heatmap": completeness(),
        "curve": reliability(),
        "component_map": component_map(),
        "places": places(),
    }


def _pains() -> Bars:
    bars = (
        Bar(label="Looking prospects up by hand in five systems, every single time", value=0.81, lower=0.6, upper=0.92),
        Bar(label="Duplicates", value=0.52, lower=0.33, upper=0.71, note="mostly rev-ops"),
        Bar(label="Überweisung der Leads dauert – 多すぎる", value=0.24, lower=0.11, upper=0.45),
        Bar(label=f"Tooling {INJECTION}", value=0.05, lower=0.01, upper=0.22),
    )
    title = "Pains, by share of interviews"
    return Bars(title=title, unit="share", bars=bars, reference=0.5, reference_label="asked for", note="Two coders.")


def _severity() -> Intervals:
    bars = (
        Bar(label="Looking up", value=4.2, lower=3.8, upper=4.6),
        Bar(label="Duplicates", value=3.1, lower=2.2, upper=4.0),
        Bar(label="Slow hand-over", value=2.4, lower=None, upper=3.6),
    )
    return Intervals(title="Severity of each pain", unit="", reference=3.0, reference_label="asked for", bars=bars)


def _net_present_value() -> Histogram:
    return Histogram(
        title="Net present value",
        unit="USD",
        edges=tuple(-150_000.0 + 50_000 * index for index in range(21)),
        counts=(2, 5, 11, 24, 41, 66, 90, 104, 98, 83, 61, 44, 29, 18, 10, 6, 3, 2, 1, 1),
        markers=(("5%", -28_000), ("median", 310_000), ("95%", 640_000)),
    )


def _research_hours() -> Series:
    weeks = (f"2025-{1 + week // 4:02d}-{1 + 7 * (week % 4):02d}" for week in range(24))
    hours = (18 + 2.4 * ((week * 7) % 5 - 2) / 2 + week * 0.06 for week in range(24))
    points = tuple((week, value, value - 1.3, value + 1.4) for week, value in zip(weeks, hours, strict=True))
    title = "Hours of research per rep and week"
    return Series(title=title, unit="hour/week", reference=9.0, reference_label="target", points=points)


def _opportunities() -> Table:
    return Table(
        title="Automation opportunities",
        columns=("Activity", "Hours", "Yearly cost", "Share of hours", "Value"),
        rows=(
            ("Research the company", 2100, 115_500.0, 0.268, 60_300),
            ("Find the right contact person", 1650, 90_750.0, 0.211, 41_200),
            (INJECTION, 12.5, None, 0.002, 100),
        ),
        units=("", "hour", "USD/year", "share", "USD/year"),
        note="Ranked by yearly value.",
    )


def criterion(id_: str, title: str, threshold: float, **more) -> Criterion:
    """A must-criterion of gate 1 unless told otherwise."""
    given = {
        "phase": Phase.PROBLEM_VALIDATION,
        "dimension": Dimension.BUSINESS,
        "family": "stakeholder interviews",
        "instrument": "interviews",
        "estimate": "users_share",
        "comparison": Comparison.AT_LEAST,
        "why": "Built for nobody: a solution that its users were never asked about is seldom used.",
        "basis": Basis.JUDGEMENT,
        "remedy": "Interview more of those who would use it.",
    }
    return Criterion(id=id_, title=title, threshold=threshold, **(given | more))


def _estimate(value: float, lower: float | None, upper: float | None, **more) -> Estimate:
    return Estimate(**({"name": "users_share", "unit": "share", "n": 21} | more), value=value, lower=lower, upper=upper)


def rulings() -> tuple[Ruling, ...]:
    """Pass, fail, undecided, unmeasured, waived, should, on trial, and a threshold that moved."""
    return (*_business(), *_technical(), *_organisational())


def _business() -> tuple[Ruling, ...]:
    ruling = Ruling
    return (
        ruling(criterion=criterion("users-heard", "Intended users were interviewed", 0.6), verdict=Verdict.PASS,
               block="interviews", estimate=exact("users_share", 0.714, unit="share", n=21), margin=0.114,
               sentence="71.4% of interviewees are intended users; at least 60% is asked for."),
        ruling(criterion=criterion("return-likely", "A positive return is likely", 0.9, instrument="business_case",
                                   family="business case"), verdict=Verdict.FAIL, block="business_case",
               estimate=_estimate(0.84, 0.838, 0.843, n=100_000), margin=-0.057,
               sentence="The probability of a positive net present value is 84%, and 90% is asked for.",
               settle=""),
        ruling(criterion=criterion("payback", "The money comes back soon", 2.0, comparison=Comparison.AT_MOST,
                                   instrument="business_case", estimate="payback_years", basis=Basis.SOURCED,
                                   source="Gartner (2024)"), verdict=Verdict.UNDECIDED, block="business_case",
               estimate=_estimate(1.4, 0.7, 3.9, name="payback_years", unit="year"), margin=-1.9,
               sentence="Payback is 1.4 years, but the interval of 0.7 to 3.9 years reaches beyond 2 years.",
               settle="Measure “share of research time saved”: it alone moves the result across the threshold."),
        ruling(criterion=criterion("benefit", "The yearly net benefit is worth the trouble", 50_000,
                                   estimate="yearly_net_benefit"), verdict=Verdict.PASS, block="business_case",
               estimate=_estimate(182_000, 61_000, None, unit="USD/year", name="yearly_net_benefit"),
               sentence="The yearly net benefit is 182,000 USD/year, and at least 61,000 USD/year."),
    )  # fmt: skip


def _technical() -> tuple[Ruling, ...]:
    ruling = Ruling
    return (
        ruling(criterion=criterion("coverage", f"Needed data cover the population {INJECTION}", 0.95,
                                   dimension=Dimension.TECHNICAL, estimate="coverage", instrument="availability"),
               verdict=Verdict.FAIL, block="availability", margin=-0.02,
               estimate=_estimate(0.93, 0.92, 0.94, subject="crm-contacts"), moved_from=0.9,
               waived="Contacts of the Vienna office move in March; S. Bauer, until 2026-03-31",
               sentence="93% of the accounts are covered, and 95% is asked for."),
        ruling(criterion=criterion("log-quality", "The event log is usable", 0.97, dimension=Dimension.TECHNICAL,
                                   weight=Weight.SHOULD), verdict=Verdict.FAIL, block="sales-process", margin=-0.001,
               estimate=exact("log_quality", 0.9694, unit="share"),
               sentence="96.94% of the rows are usable, and 97% is asked for."),
        ruling(criterion=criterion("fresh", "Data are fresh enough", 1.0, dimension=Dimension.TECHNICAL,
                                   comparison=Comparison.AT_MOST), verdict=Verdict.UNDECIDED,
               sentence="Not measured: the source erp cannot be reached.",
               settle="Set ERP_URL and run `proveout check` again."),
    )  # fmt: skip


def _organisational() -> tuple[Ruling, ...]:
    ruling = Ruling
    return (
        ruling(criterion=criterion("groups-heard", "Every affected group was heard, down to the last of the "
                                   "subcontracted representatives in the branch offices", 1.0,
                                   dimension=Dimension.ORGANISATIONAL), verdict=Verdict.PASS, block="interviews",
               estimate=exact("groups_heard", 1.0, unit="share", n=4), margin=0.0,
               sentence="All 4 affected groups were heard."),
        ruling(criterion=criterion("saturation", "New interviews bring little that is new", 0.05,
                                   comparison=Comparison.AT_MOST, dimension=Dimension.ORGANISATIONAL,
                                   weight=Weight.TRIAL), verdict=Verdict.FAIL, block="interviews",
               estimate=exact("new_information", 0.11, unit="share"), margin=-0.06,
               sentence="11% of the codes in the last two interviews were new, and at most 5% is asked for."),
    )  # fmt: skip


def _evidence(block: str, finding: Finding, *, instrument: str = "", good_until: date | None = None) -> Evidence:
    return Evidence(
        block=block,
        instrument=instrument or block,
        version="1",
        key="5e" * 32,
        finding=finding,
        sources=(Fingerprint(source="crm", digest="ab" * 32), Fingerprint(source="erp", digest="")),
        as_of=date(2026, 1, 1),
        measured_at=MEASURED_AT,
        good_until=good_until,
    )


def evidence() -> tuple[Evidence, ...]:
    """Three blocks that were measured, and one that could not be."""
    shown = exhibits()
    interviews = Finding(
        estimates=(
            exact("n_interviews", 21),
            exact("users_share", 0.714, unit="share", n=21),
            _estimate(0.81, 0.6, 0.92, name="pain_prevalence", subject="look-up", method="Wilson"),
        ),
        checks=(
            Check(name="Two people coded each interview", passed=True, note="21 of 21."),
            Check(name="Interviewees were chosen at random", passed=False, note="18 of 21 were named by the sponsor."),
            Check(name="Coders agree", passed=None, note="Only one coder is named."),
        ),
        exhibits=(shown["bars"], shown["intervals"]),
    )
    process = Finding(
        estimates=(exact("n_cases", 1200), _estimate(0.18, 0.16, 0.21, name="rework_share", n=1200)),
        exhibits=(shown["process_map"], shown["table"], shown["heatmap"]),
    )
    case = Finding(
        estimates=(_estimate(310_000, -28_000, 640_000, name="npv", unit="USD", level=0.9),),
        exhibits=tuple(shown[n] for n in ("histogram", "ranges", "series", "curve", "component_map", "places")),
    )
    reason = "The source erp cannot be reached: no answer within 60 seconds."
    gone = Finding(outcome=Outcome.UNREACHABLE, reason=reason, remedy="Set ERP_URL, or raise timeout_seconds.")
    return (
        _evidence("interviews", interviews, good_until=date(2026, 7, 13)),
        _evidence("sales-process", process, instrument="process"),
        _evidence("business_case", case),
        _evidence("availability", gone, good_until=date(2026, 1, 10)),
    )


def pathologies() -> tuple[Pathology, ...]:
    """One present, one absent, one that nobody can tell."""
    return (
        Pathology(name="technology-first", title="Technology first, problem second", present=True,
                  figures=("The solution was named on 5 January, 9 days before the first interview.",
                           "No simple rule was compared."), remedy="Write the problem down without a solution."),
        Pathology(name="built-for-nobody", title="Built for nobody", present=False,
                  figures=("71.4% of interviewees are intended users.",)),
        Pathology(name="pilot-trap", title="The pilot trap", present=None, figures=("There is no pilot yet.",)),
    )  # fmt: skip


def decisions() -> tuple[Record, ...]:
    """A decision against the verdict."""
    body = {
        "phase": "problem-validation",
        "choice": "conditional-go",
        "reason": "The board wants to see a prototype by spring. Return is to be shown again at gate 2.",
        "by": "M. Okafor",
        "verdict": "fail",
        "override": True,
        "gate_record": "cd" * 32,
    }
    return (
        Record(sequence=7, previous="0" * 64, hash="ef" * 32, kind="decision", initiative="lead-research",
               key="problem-validation", at=MEASURED_AT, body=body),
    )  # fmt: skip


def assessment(**changes) -> Assessment:
    """The whole of it; `changes` replace its fields."""
    found = rulings()
    policy = Policy(policy="standard", version="1", criteria=tuple(ruling.criterion for ruling in found))
    first = GateVerdict(
        phase=Phase.PROBLEM_VALIDATION,
        verdict=Verdict.FAIL,
        rulings=found,
        policy=policy.digest,
        sentence="Fails: 1 of 6 must-criteria (return-likely); 2 are undecided (payback, fresh); 1 is waived and "
        "counted as neither (coverage); 1 should-criterion warns (log-quality).",
    )
    whole = Assessment(
        initiative=Initiative(
            initiative="lead-research",
            title=f"Research & first contact for “enterprise” prospects {INJECTION}",
            people=People(owner="Ana Lindqvist", sponsor="M. Okafor"),
        ),
        policy=policy,
        as_of=date(2026, 1, 20),
        evidence=evidence(),
        gates=(first, *(_unmeasured(phase, policy) for phase in list(Phase)[1:])),
        pathologies=pathologies(),
        notices=("Phase 1 is past its window: it was to end on 16 January 2026.",),
        decisions=decisions(),
        ends={"interviews": date(2026, 7, 13), "availability": date(2026, 1, 10)},
        head="9f" * 32,
        remembered=frozenset({"interviews", "business_case"}),
        seconds={"sales-process": 2.34, "availability": 60.1},
    )
    return replace(whole, **changes)


def _unmeasured(phase: Phase, policy: Policy) -> GateVerdict:
    asked = criterion(f"c-{phase.number}", "Model beats today's process", 0.0, phase=phase)
    ruling = Ruling(criterion=asked, verdict=Verdict.UNDECIDED, sentence="Not measured.")
    sentence = "Undecided: not measured; none of 1 must-criteria has evidence."
    return GateVerdict(
        phase=phase, verdict=Verdict.UNDECIDED, policy=policy.digest, sentence=sentence, rulings=(ruling,)
    )


def diagnostics() -> tuple[Diagnostic, ...]:
    """Two mistakes with a place, one without."""
    return (
        Diagnostic(code="PV104", slug="unknown-key", message="`sorce` is not a key of process.",
                   hint="Did you mean `source`?", position=Position(file="initiative.yml", line=12, column=3),
                   line_text="  sorce: activity_log  # <b>bold</b>"),
        Diagnostic(code="PV210", slug="vague-words", message="“better” says nothing that can be measured.",
                   severity=Severity.WARNING, position=Position(file="kpis.yml", line=4, column=10)),
        Diagnostic(code="PV101", slug="no-initiative", message="There is no initiative.yml here.",
                   hint="Run `proveout init`."),
    )  # fmt: skip
