"""Interviews from files and tables to figures."""

from datetime import date
from pathlib import Path

import pytest

from proveout import data
from proveout.core.errors import SourceBroken, TooLittle
from proveout.core.evidence import Finding, Outcome
from proveout.core.initiative import Group, Initiative, Problem, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.interviews.settings import Columns, Settings
from proveout.stats.finite_population import wilson_finite
from proveout.stats.proportion import wilson

TODAY = date(2026, 1, 16)
GROUPS = (
    Group(id="sales-reps", size=12, role="user"),
    Group(id="rev-ops", size=3, role="support"),
    Group(id="legal", size=2, role="other"),
)


def note(folder: Path, name: str, header: str, body: str = "Notes.") -> None:
    (folder / f"{name}.md").write_text(f"---\n{header}\n---\n\n{body}\n", encoding="utf-8")


def hear(folder: Path, settings: Settings | None = None, **fields) -> Finding:
    initiative = Initiative(**({"groups": GROUPS} | fields))
    settings = settings or Settings(files="*.md")
    sources = {path.stem: Source(location=path.name) for path in folder.glob("*.csv")}
    tool = instrument("interviews")
    tables, failures = data.ask(tool.questions(settings, initiative), sources, folder)
    assert not failures
    return tool.measure(settings, Answers(tables=tables, as_of=TODAY), initiative)


def figure(finding: Finding, name: str, subject: str = ""):
    found = [e for e in finding.estimates if (e.name, e.subject) == (name, subject)]
    return found[0] if found else None


def failed(finding: Finding, name: str) -> list[str]:
    return [check.note for check in finding.checks if check.name == name and check.passed is False]


@pytest.fixture
def three(tmp_path: Path) -> Path:
    note(tmp_path, "1", "interviewee: Ann\ngroup: sales-reps\ndate: 2026-01-05\npains: {research: 5, typing: 2}")
    note(tmp_path, "2", 'interviewee: Bo\ngroup: rev-ops\ndate: 2026-01-06\npains: {research: 3}\nquotes:\n  - "Oh."')
    note(tmp_path, "3", "interviewee: Cy\ngroup: sales-reps\ndate: 2026-01-07\npains: {}")
    return tmp_path


def test_who_was_heard(three):
    finding = hear(three)
    assert figure(finding, "n_interviews").value == 3
    assert figure(finding, "groups_heard").value == pytest.approx(2 / 3)
    assert figure(finding, "users_share").value == pytest.approx(2 / 3)
    assert figure(finding, "confirmed_share").value == 1
    assert all(figure(finding, name).exact for name in ("groups_heard", "users_share", "confirmed_share"))


def test_pains_have_a_prevalence_and_a_severity(three):
    finding = hear(three)
    prevalence, plain = figure(finding, "pain_prevalence", "research"), wilson(2, 3)
    assert (prevalence.value, prevalence.lower, prevalence.upper, prevalence.n) == (2 / 3, plain.lower, plain.upper, 3)
    assert figure(finding, "pain_prevalence", "typing").value == pytest.approx(1 / 3)
    severity = figure(finding, "pain_severity", "research")
    assert (severity.value, severity.n) == (4, 2)
    assert 1 <= severity.lower < 4 < severity.upper <= 5
    lone = figure(finding, "pain_severity", "typing")
    assert lone.lower < 1.1 and lone.upper > 4.9


def test_the_declared_groups_are_a_small_population(three):
    estimate, expected = figure(hear(three), "pain_prevalence_finite", "research"), wilson_finite(2, 3, 17)
    assert (estimate.lower, estimate.upper) == (expected.lower, expected.upper)
    assert figure(hear(three, groups=()), "pain_prevalence_finite", "research") is None


def test_the_pain_that_is_addressed(three):
    assert figure(hear(three), "addressed_pain_prevalence").value == pytest.approx(2 / 3)
    assert "reads too high" in figure(hear(three), "addressed_pain_prevalence").method
    typing = hear(three, problem=Problem(statement="s", pain="Typing"))
    assert figure(typing, "addressed_pain_prevalence").value == pytest.approx(1 / 3)
    unheard = hear(three, problem=Problem(statement="s", pain="taxes"))
    assert figure(unheard, "addressed_pain_prevalence").value == 0
    assert failed(unheard, "somebody named the pain that is addressed") == [
        "nobody named 'taxes'; pains: research, typing"
    ]


def test_one_person_is_one_vote(three):
    note(three, "4", "interviewee: ann\ngroup: sales-reps\ndate: 2026-01-08\npains: {taxes: 4, research: 1}")
    finding = hear(three)
    assert figure(finding, "n_interviews").value == 4
    assert figure(finding, "n_interviewees").value == 3
    assert figure(finding, "pain_prevalence", "taxes").value == pytest.approx(1 / 3)
    assert figure(finding, "pain_severity", "research").value == 4  # Ann's severer rating, 5, and Bo's 3
    (said,) = failed(finding, "one interview per person")
    assert said.startswith("4.md: ann was interviewed before (1.md)")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no front matter", "x.md:1: no front matter"),
        ("---\ngroup: a", "x.md:1: front matter without an end"),
        ("---\n---\n", "x.md:1: the front matter has no keys"),
        ("---\n- a\n---\n", "x.md:1: the front matter has no keys"),
        ("---\ngroup: sales-rep\n---\n", "x.md:2: there is no group 'sales-rep'; did you mean 'sales-reps'?"),
        ("---\ndate: 2026-01-17\n---\n", "x.md:2: 2026-01-17 lies in the future of 2026-01-16"),
        ("---\ndate: 17.1.2026\n---\n", "x.md:2: '17.1.2026' is not a date; write it as YYYY-MM-DD"),
        ("---\ngroup: legal\npains:\n  a: 1\n  b: 7\n---\n", "x.md:5: the severity '7' of b is not a whole number"),
        ("---\npains: {a: high}\n---\n", "x.md:2: the severity 'high' of a"),
        ("---\npains: {a: [1]}\n---\n", "x.md:2: the severity"),
        ("---\npains: [a, b]\n---\n", "x.md:2: pains have no severity"),
        ("---\npain: {a: 1}\n---\n", "x.md:2: unknown key 'pain'; did you mean 'pains'?"),
        ("---\ngroup: legal\ngroup: legal\n---\n", "x.md:3: 'group' stands twice"),
        ("---\ngroup: [legal]\n---\n", "x.md:2: group is not text"),
        ("---\nquotes: {a: {b: c}}\n---\n", "x.md:2: a quote is not text"),
        ("---\ngroup: legal\nquotes: a: b\n---\n", "x.md:3: not YAML: mapping values are not allowed here"),
        ("---\na: &x [1]\nb: *x\n---\n", "YAML aliases have no place here"),
        ("---\na: " + "[" * 5000 + "\n---\n", "x.md:2: nested too deeply"),
        ("---\na: " + "[" * 9 + "]" * 9 + "\n---\n", "x.md:2: nested too deeply"),
        ("---\na: " + "x" * 20_001 + "\n---\n", "x.md:1: front matter of 20,005 characters"),
        ("---\n!!python/object/apply:os.system [id]\n---\n", "the front matter has no keys"),
    ],
)
def test_a_faulty_interview_does_not_count_and_says_where_and_why(three, text, said):
    (three / "x.md").write_text(text)
    finding = hear(three)
    assert figure(finding, "n_interviews").value == 3
    (note_,) = failed(finding, "interview can be used")
    assert said in note_
    assert "; " in note_  # what to do


def test_dates_stay_text_and_no_is_a_code(tmp_path):
    note(tmp_path, "1", "group: legal\ndate: 2026-01-05 10:30\npains: {no: 2, Long Code: 3}")
    finding = hear(tmp_path)
    assert figure(finding, "pain_prevalence", "no").value == 1
    assert figure(finding, "pain_prevalence", "long-code").value == 1


def test_all_faulty_is_broken(tmp_path):
    (tmp_path / "a.md").write_text("text")
    note(tmp_path, "b", "group: nobody")
    finding = hear(tmp_path)
    assert finding.outcome is Outcome.BROKEN
    assert "none of 2 interview(s) can be used" in finding.reason
    assert "a.md:1" in finding.reason
    assert len(finding.checks) == 2


def test_no_file_at_all_is_too_little(tmp_path):
    with pytest.raises(TooLittle, match=r"no interview in \*\.md"):
        hear(tmp_path)


def test_hundreds_of_faulty_files_are_counted_not_listed(three):
    for index in range(60):
        (three / f"x{index}.md").write_text("nothing")
    assert len(failed(hear(three), "interview can be used")) == 21
    assert failed(hear(three), "interview can be used")[-1] == "40 more of the kind"


def test_saturation_goes_by_date_then_by_file(tmp_path):
    pains = [{"a", "b"}, {"c"}, {"a"}, {"d"}, {"a", "e"}, {"b"}, {"c"}]
    for index, codes in enumerate(pains):
        header = f"group: sales-reps\ndate: 2026-01-{10 - index:02}\npains: {{{', '.join(f'{c}: 3' for c in codes)}}}"
        note(tmp_path, str(index), header)
    backwards = figure(hear(tmp_path), "new_information")
    assert backwards.value == pytest.approx(0 / 5)  # c, b, ae, d in the base; then a, c, ab: nothing new
    for index, codes in enumerate(pains):
        header = f"group: sales-reps\npains: {{{', '.join(f'{c}: 3' for c in sorted(codes))}}}"
        note(tmp_path, str(index), header)
    in_file_order = figure(hear(tmp_path, Settings(files="*.md", base_size=3, run_length=2)), "new_information")
    assert in_file_order.exact
    assert in_file_order.value == 0  # the last run, interviews 6 and 7
    (table,) = [e for e in hear(tmp_path).exhibits if e.title == "What each interview added"]
    assert [row[4] for row in table.rows] == [2, 1, 0, 1, 1, 0, 0]
    assert [row[5] for row in table.rows] == [None, None, None, None, None, 1 / 4, 0.0]
    assert "first reached at 5+2 interviews" in table.note


def test_too_few_for_saturation(three):
    finding = hear(three)
    assert figure(finding, "new_information") is None
    (said,) = failed(finding, "enough interviews to judge saturation")
    assert said.startswith("3 interviewee(s) coded, 6 needed")


def test_more_heard_than_there_are(three):
    note(three, "8", "group: legal")
    note(three, "9", "group: legal")
    note(three, "10", "group: legal")
    assert failed(hear(three), "no more heard than there are in legal")


def test_an_interview_without_pains_is_heard_but_not_coded(three):
    note(three, "4", "interviewee: Di\ngroup: legal")
    finding = hear(three)
    assert figure(finding, "groups_heard").value == 1
    assert figure(finding, "confirmed_share").value == 0.75
    assert figure(finding, "pain_prevalence", "research").n == 3
    (said,) = failed(finding, "every interview is coded and confirmed by a person")
    assert "not yet: 4.md" in said


def test_what_is_shown(three):
    titles = [exhibit.title for exhibit in hear(three).exhibits]
    assert titles == [
        "How many have each pain",
        "How bad each pain is",
        "Who was heard",
        "In their words",
        "What each interview added",
    ]
    groups = hear(three).exhibits[2]
    assert groups.rows[2] == ("legal", "other", 2, 0)
    assert groups.note == "not heard yet: legal"


TABLE = """who,team,when,pains,interview
Ann,sales-reps,2026-01-05,research:5;typing:2,i1
Bo,rev-ops,2026-01-06 09:30:00,none,i2
Cy,sales-reps,,,i3
Di,sales,2026-01-07,research:3,i4
Ed,legal,2026-01-07,research,i5
"""
MAPPED = Settings(source="talks", columns=Columns(interviewee="who", group="team", date="when"))


def test_a_table_of_interviews(tmp_path):
    (tmp_path / "talks.csv").write_text(TABLE)
    finding = hear(tmp_path, MAPPED)
    assert figure(finding, "n_interviews").value == 3
    assert figure(finding, "pain_prevalence", "research").value == 0.5  # Cy is not coded, Bo named none
    assert failed(finding, "interview can be used") == [
        "row 5: 'research' is not `code:severity`; write `code:severity;code:severity`",
        "row 4 (i4): there is no group 'sales'; did you mean 'sales-reps'?",
    ]


def test_a_declared_column_that_is_not_there(tmp_path):
    (tmp_path / "talks.csv").write_text(TABLE)
    with pytest.raises(SourceBroken, match="has no column 'whom'") as caught:
        hear(tmp_path, Settings(source="talks", columns=Columns(interviewee="whom")))
    assert caught.value.remedy == "did you mean 'who'?"


CODES = """interview,code,severity,quote,confirmed_by
1,Research,4,I look things up all day,kim
2.md,research,,,kim
2.md,unconfirmed,5,x,
nobody,research,3,,kim
1,typing,9,,kim
3,,,,kim
"""


def test_codes_count_once_a_person_confirmed_them(tmp_path):
    for name in "123":
        note(tmp_path, name, "group: sales-reps")
    bare = hear(tmp_path)
    assert figure(bare, "confirmed_share").value == 0
    assert not [e for e in bare.estimates if "pain" in e.name or e.name == "new_information"]
    (tmp_path / "codes.csv").write_text(CODES)
    finding = hear(tmp_path, Settings(files="*.md", codes="codes"))
    assert figure(finding, "confirmed_share").value == 1
    assert figure(finding, "pain_prevalence", "research").value == pytest.approx(2 / 3)
    assert figure(finding, "pain_severity", "research").n == 1
    assert figure(finding, "pain_prevalence", "unconfirmed") is None
    assert failed(finding, "code can be used") == [
        "codes, row 4: there is no interview 'nobody'; interviews: 1.md, 2.md, 3.md",
        "codes, row 5: the severity '9' of typing is not a whole number from 1 to 5; "
        "write `typing: 3`, with 1 for a nuisance and 5 for what stops the work",
    ]
    assert ("research", "I look things up all day", "1.md") in finding.exhibits[3].rows


def test_codes_without_a_column_for_who_confirmed_are_refused(tmp_path):
    note(tmp_path, "1", "group: legal")
    (tmp_path / "codes.csv").write_text("interview,code,confirmed\n1,a,kim\n")
    with pytest.raises(SourceBroken, match="has no column 'confirmed_by'"):
        hear(tmp_path, Settings(files="*.md", codes="codes"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "either files or source"),
        ({"files": "a", "source": "b"}, "either files or source"),
        ({"files": "a", "table": "t"}, "needs a source"),
        ({"source": "s", "table": "t", "query": "q"}, "either table or query"),
    ],
)
def test_settings_that_do_not_fit(given, message):
    with pytest.raises(ValueError, match=message):
        Settings(**given)
