"""People, courses, tests and licences in files, from SQL to a finding."""

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.asking import measured

from proveout.core.errors import TooLittle
from proveout.core.evidence import Outcome
from proveout.core.initiative import Initiative, Source
from proveout.instruments.training.settings import Access, Completions, Results, Settings, Staff, Statements

TODAY = date(2026, 2, 20)
ROLES = {"rep": ("basics", "writing"), "head": ("basics",)}
STAFF = [(f"p{i}", "rep") for i in range(10)] + [(f"h{i}", "head") for i in range(3)]


def write(folder: Path, name: str, header: str, rows) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])


def finished(*people: str, module="basics", at="2026-02-02") -> list[tuple]:
    return [(person, module, at) for person in people]


def see(
    folder: Path,
    completions=(),
    *,
    staff=STAFF,
    tests=None,
    access=None,
    sampled_from=None,
    statements=None,
    activities=None,
    results=None,
    **declared,
):
    """Write the tables, ask, measure."""
    write(folder, "staff", "person,role", staff)
    write(folder, "done", "person,module,at", completions)
    told = {"roles": ROLES, "people": Staff(source="staff"), "completions": Completions(source="done"), **declared}
    if tests is not None:
        write(folder, "tests", "person,test,score,at", tests)
        told |= {"tests": results or Results(source="tests", at="at")}
    if access is not None:
        write(folder, "access", "person,at", access)
        told |= {"access": Access(source="access", sampled_from=sampled_from)}
    if statements is not None:
        (folder / "lrs.jsonl").write_text("\n".join(map(json.dumps, statements)), encoding="utf-8")
        told |= {"statements": Statements(source="lrs", activities=activities or {}), "completions": None}
    settings = Settings(**told)
    sources = {name: Source(location=f"{name}.csv") for name in ("staff", "done", "tests", "access")}
    initiative = Initiative(sources=sources | {"lrs": Source(location="lrs.jsonl")})
    return measured("training", settings, initiative, folder, TODAY)


def figure(finding, name: str):
    found = [e for e in finding.estimates if e.name == name]
    assert len(found) <= 1
    return found[0] if found else None


def note(finding, name: str):
    (found,) = [check for check in finding.checks if name in check.name]
    return found


def test_all_modules_of_the_role_are_needed(tmp_path):
    done = finished("P0", "p1 ", "p2", "h0") + finished("p0", "p1", "p9", module="Writing")
    found = see(tmp_path, done)
    share = figure(found, "completion_share")
    assert (share.value, share.n) == (3 / 13, 13)  # p0, p1 and h0
    low, high = stats.binomtest(3, 13).proportion_ci(method="wilson")
    assert (share.lower, share.upper) == pytest.approx((low, high))
    assert figure(found, "roles_covered_share").value == 1
    table = found.exhibits[0]
    assert table.rows == (("head", 3, "basics", "not shown"), ("rep", 10, "basics, writing", "not shown"))
    more = see(tmp_path, done, staff=[*STAFF, ("h3", "head"), ("h4", "Head")])
    assert [bar.label for bar in more.exhibits[1].bars] == ["head", "rep"]


def test_a_role_without_modules_is_not_covered(tmp_path):
    found = see(tmp_path, roles={**ROLES, "guest": ()}, staff=[*STAFF, ("x", "Trainer"), ("y", "REP"), ("z", "")])
    assert figure(found, "roles_covered_share").value == 2 / 5  # of rep, head, guest, Trainer and no role
    assert "Trainer" in note(found, "Every role has a curriculum").note
    assert "guest" in note(found, "curriculum is held").note


def test_who_is_in_without_training(tmp_path):
    done = [row for i in range(6) for module in ROLES["rep"] for row in finished(f"p{i}", module=module)]
    access = [(f"p{i}", "2026-02-02 08:00") for i in range(4)]  # on the day itself: trained first
    access += [("p4", "2026-02-01"), ("p5", "gone"), ("p6", "2026-02-10"), ("x", "2026-02-10"), ("p7", "2026-03-01")]
    found = see(tmp_path, done, access=access)
    untrained, first = (figure(found, name) for name in ("untrained_access_share", "trained_before_launch_share"))
    assert (untrained.value, untrained.n) == (2 / 8, 8)  # p6, and x whom nobody planned for
    assert (first.value, first.n) == (4 / 8, 8)  # p4 was in before, of p5 nobody knows
    assert untrained.exact and first.exact  # everybody who is in was counted
    assert note(found, "since when everybody is in").note.startswith("1 of 8")
    assert note(found, "Whoever is in is to be trained").note.startswith("1 people")


def test_a_sample_of_those_who_are_in_has_an_interval_that_closes_as_it_grows(tmp_path):
    access = [(f"p{i}", "2026-02-02") for i in range(8)]
    done = [row for i in range(8) for module in ROLES["rep"] for row in finished(f"p{i}", module=module)]
    few, more, all_of_them, too_many = (
        figure(see(tmp_path, done, access=access, sampled_from=n), "untrained_access_share") for n in (80, 10, 8, 4)
    )
    assert few.value == more.value == all_of_them.value == 0
    assert few.upper > more.upper > all_of_them.upper == 0  # 8 of 8 are everybody
    assert few.upper > 0.2
    assert too_many.exact
    wrong = see(tmp_path, done, access=access, sampled_from=4)
    assert note(wrong, "The sample is part of").passed is False


def test_the_gain_is_that_of_hake(tmp_path):
    """Hake (1998): what was learnt per what there was to learn, of class means."""
    rng = np.random.default_rng(3)
    before = rng.integers(20, 60, 10)
    after = before + rng.integers(10, 35, 10)
    tests = [(f"p{i}", kind, score, "") for i in range(10) for kind, score in (("pre", before[i]), ("Post", after[i]))]
    tests += [("p50", "pre", 10, ""), ("p51", "post", 100, "")]
    found = see(tmp_path, tests=tests)
    gain = figure(found, "competence_gain")
    assert gain.value == pytest.approx((after.mean() - before.mean()) / (100 - before.mean()))
    assert gain.lower < gain.value < gain.upper and gain.n == 10
    assert figure(found, "competence").value == np.sum(after >= 80) / 10
    assert note(found, "Whoever was tested").note.startswith("2 people")


def test_the_last_result_counts_and_odd_ones_do_not(tmp_path):
    tests = [(f"p{i}", "post", 50, "2026-02-03") for i in range(6)] + [("p0", "post", 90, "2026-02-04")]
    tests += [("p1", "post", 95, "2026-03-09"), ("p7", "post", 120, "2026-02-03"), ("p8", "post", "good", "2026-02-03")]
    found = see(tmp_path, tests=tests)
    assert figure(found, "competence").value == 1 / 6
    assert note(found, "nothing and the full score").note.startswith("2 are not")
    other = see(tmp_path, tests=[("p0", "first", 3, "")])
    assert "none says 'pre'" in note(other, "told apart").note


def test_what_cannot_be_is_no_competence(tmp_path):
    access = [(f"p{i}", "2026-02-01") for i in range(10)]
    for score in (999, "nan"):
        tests = [(f"p{i}", "post", score, "2026-02-05") for i in range(10)]
        found = see(tmp_path, access=access, tests=tests)
        assert figure(found, "days_to_competence") is None and figure(found, "competence") is None
    early = [(f"p{i}", "post", 90, "2026-01-20" if i < 6 else "2026-02-05") for i in range(10)]
    found = see(tmp_path, access=access, tests=early)
    assert figure(found, "days_to_competence").value == 0
    assert note(found, "after access").note.startswith("6 people")


def test_of_several_results_without_a_time_the_lowest_counts(tmp_path):
    tests = [(f"p{i}", "post", score, "") for i in range(6) for score in (90, 40)]
    found = see(tmp_path, tests=tests, results=Results(source="tests"))
    assert figure(found, "competence").value == 0
    assert note(found, "taken once").note.startswith("6 have several")


def test_no_room_to_learn(tmp_path):
    tests = [(f"p{i}", kind, 100, "") for i in range(6) for kind in ("pre", "post")]
    found = see(tmp_path, tests=tests)
    assert figure(found, "competence_gain") is None
    assert "full score before" in note(found, "The gain is known").note


def test_time_to_competence_waits_for_those_who_are_not_there_yet(tmp_path):
    """Ten days for six, and four who have not passed by now: the median is known without them."""
    access = [(f"p{i}", "2026-02-01") for i in range(10)]
    passed = [(f"p{i}", "post", 85, f"2026-02-{5 + i:02}") for i in range(6)]
    failed = [(f"p{i}", "post", 40, "2026-02-05") for i in range(6, 10)]
    found = see(tmp_path, access=access, tests=passed + failed)
    assert figure(found, "days_to_competence").value == 8  # the fifth of ten
    slow = see(tmp_path, access=access, tests=passed[:3] + failed)
    assert figure(slow, "days_to_competence") is None
    assert note(slow, "time to competence").note == "fewer than half of them have passed"


def statement(person: str, activity: str, verb: str = "completed", **more) -> dict:
    return {
        "id": f"{person}-{activity}-{verb}",
        "actor": {"mbox": f"mailto:{person}"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": f"https://lms/{activity}"},
        "timestamp": "2026-02-02T09:30:00+01:00",
        **more,
    }


def test_statements_of_a_learning_record_store(tmp_path):
    told = [statement(f"p{i}", activity) for i in range(3) for activity in ("basics", "xyz/")]
    told[0]["actor"] = {"mbox": "MAILTO:P0"}
    told += [
        statement("p3", "basics", verb="launched"),
        statement("p4", "basics", result={"success": False}),
        statement("p5", "basics") | {"actor": {"account": {"homePage": "https://hr", "name": "P5"}}},
        statement("p5", "xyz/", verb="passed") | {"actor": {"account": {"homePage": "https://hr", "name": "P5"}}},
        statement("p2", "xyz/", verb="voided") | {"object": {"objectType": "StatementRef", "id": "p2-xyz/-completed"}},
        statement("h0", "basics", timestamp="soon"),
    ]
    found = see(tmp_path, statements=told, activities={"https://lms/xyz/": "writing"})
    assert figure(found, "completion_share").value == 3 / 13  # p0, p1 and p5; what p2 finished was voided
    assert note(found, "has its day").note.startswith("1 have no time")


ODD = [
    {"actor": "p12"}, {"verb": "completed"}, {"object": "https://lms/basics"}, {"result": "ok"}, {"timestamp": 5},
    {"actor": None}, "noise", [1, 2],
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_one_odd_line_takes_nothing_from_the_others(tmp_path, odd):
    """The reader makes text of what is not of one kind."""
    told = [statement(f"p{i}", module) for i in range(3) for module in ("basics", "writing")]
    line = statement("p12", "basics") | odd if isinstance(odd, dict) else odd
    found = see(tmp_path, statements=[*told, line])
    assert figure(found, "completion_share").value == 3 / 13
    if odd not in ({"result": "ok"}, {"timestamp": 5}):
        assert note(found, "says who did what").note.startswith("1 of 7")


def test_what_is_not_complete_does_not_count_and_names_may_be_escaped(tmp_path):
    told = [statement("p0", "basics"), statement("p0", "writ%69ng"), statement("p1", "basics")]
    told.append(statement("p1", "writing", result={"completion": False}))
    assert figure(see(tmp_path, statements=told), "completion_share").value == 1 / 13


def test_numbers_with_a_comma_and_times_that_cannot_be_read(tmp_path):
    found = see(
        tmp_path,
        finished("p0", at="01.03.2026 14 Uhr"),
        tests=[("p1", "pre", "7,5", "2026-02-01"), ("p2", "pre", "7,5 P", "2026-02-01")],
    )
    assert "'01.03.2026 14 Uhr'" in note(found, "has its day").note
    assert "'7,5 P'" in note(found, "full score").note and note(found, "full score").note.startswith("1 are")


def test_modules_that_say_nothing_cover_no_role(tmp_path):
    found = see(tmp_path, roles={"rep": ("TODO", "tbd"), "head": ("basics",)})
    assert figure(found, "roles_covered_share").value == 1 / 2


def test_a_test_before_that_was_taken_afterwards_is_none(tmp_path):
    tests = [(f"p{i}", which, score, at) for i in range(8) for which, score, at in (
        ("pre", 40, "2026-02-01"), ("post", 70, "2026-02-09" if i else "2026-01-09"))]  # fmt: skip
    found = see(tmp_path, tests=tests)
    assert figure(found, "competence_gain").n == 7
    assert note(found, "first test came first").note.startswith("1 people")


def test_completions_that_do_not_count_are_said(tmp_path):
    done = finished("p0", at="2027-01-01") + finished("p1", at="") + finished("guest")
    found = see(tmp_path, done)
    assert figure(found, "completion_share").value == 0
    assert note(found, "has its day").note.startswith("1 have no time that can be read, 1 are of days to come")
    assert note(found, "finished something").note.startswith("1 people")
    assert "writing" in note(found, "finished by somebody").note
    torn = see(tmp_path, done, staff=[*STAFF, ("p0", "head")])
    assert note(torn, "one role").note.startswith("1 people")


def test_nobody_and_nothing(tmp_path):
    with pytest.raises(TooLittle, match="nobody is to be trained"):
        see(tmp_path, staff=[])
    found = see(tmp_path)
    assert figure(found, "untrained_access_share") is None and figure(found, "competence") is None
    assert "declare `access`" in note(found, "who is in").note
    assert see(tmp_path, people=Staff(source="staff", role="job")).outcome is Outcome.BROKEN
    assert figure(see(tmp_path, access=[("p0", "2026-05-01")]), "untrained_access_share") is None


def test_many_people(tmp_path):
    start = datetime(2026, 1, 1)
    staff = [(f"p{i}", "head") for i in range(20_000)]
    done = [(f"p{i}", "basics", f"{start + timedelta(minutes=i)}") for i in range(15_000)]
    found = figure(see(tmp_path, done, staff=staff), "completion_share")
    assert (found.value, found.n) == (0.75, 20_000)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Settings(roles=ROLES, people=Staff(source="s")), "or both"),
        (lambda: Settings(roles={}, people=Staff(source="s"), completions=Completions(source="d")), "name the roles"),
        (
            lambda: Settings(roles={"a": ("x", "X")}, people=Staff(source="s"), completions=Completions(source="d")),
            "names a module twice",
        ),
        (lambda: Results(source="t", before="x", after="X"), "tell the tests apart"),
        (lambda: Completions(source="t", module="at"), "same column"),
    ],
)
def test_declarations_that_cannot_be(make, said):
    with pytest.raises(ValueError, match=said):
        make()
