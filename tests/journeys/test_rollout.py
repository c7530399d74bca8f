"""A rollout from the how-to page: draw, drive, wait for people, hold, roll back, be killed, tamper, look."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.journeys.conftest import Run, command
from tests.journeys.dated_page import START, day, moved, on, read, write
from tests.journeys.test_how_to import blocks, extend

FORCED = ("--override", "--wave", "1", "--to", "soaking")
GOALS = """
gates:
  service-reliable: {weight: should, reason: measured elsewhere}
waivers:
  - {criterion: headroom, reason: load was tested elsewhere, by: Ada, until: 2099-01-01}
  - {criterion: service-reliable, reason: measured elsewhere, by: Ada, until: 2099-01-01}
"""


NO_PILOT = """
  - {criterion: guardrails-hold, reason: there was no pilot, by: Ada, until: 2099-01-01}
"""


@pytest.fixture
def folder(proveout: Run, tmp_path: Path) -> Path:
    """The page's declaration without its guardrail; gates 1 to 4 were decided."""
    texts = [re.sub(r"(?ms)^  - id: reopened\n.*?(?=^rollout)|^ +reopened:[^\n]*\n", "", text) for text in page()]
    return begun(proveout, tmp_path, *texts, GOALS)


@pytest.fixture
def whole(proveout: Run, tmp_path: Path) -> Path:
    """The page's declaration; no pilot says that its guardrail holds."""
    return begun(proveout, tmp_path, *page(), GOALS.rstrip("\n") + NO_PILOT)


def page() -> list[str]:
    return [moved(text) for text in blocks("roll-out-in-waves.md", "yaml")]


def begun(proveout: Run, tmp_path: Path, *texts: str) -> Path:
    proveout("init", "my-initiative", "--title", "Triage", "--problem", "Cases wait.", "--owner", "Ada")
    folder = tmp_path / "my-initiative"
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    (folder / "initiative.yml").write_text(
        re.sub(r"(?m)^(sources|kpis|waivers|gates): .*\n", "", text), encoding="utf-8"
    )
    extend(folder, *texts)
    people = [[f"{t}-{i}", f"team {t:02}", ("north", "south")[t % 2]] for t in range(20) for i in range(5)]
    write(folder / "data" / "people.csv", ["unit", "team", "stratum"], people)
    write(folder / "data" / "courses.csv", ["unit", "at"], [])
    work(folder, until=0)
    for gate in "1234":
        proveout("decide", gate, "go", "my-initiative", "--reason", "seen elsewhere", "--override", "--yes")
    return folder


def work(folder: Path, *, until: int, gain: float = 2.0) -> None:
    """Days of work; whoever has the system does so many more cases."""
    random = np.random.default_rng(3)
    arms = waves(folder)
    people = read(folder / "data" / "people.csv")
    lasting = {person["team"]: random.normal(20, 2) for person in people}
    rows, reopened = [], []
    for person in people:
        noise = random.normal(0, 1, 300)
        arm = arms.get(person["unit"], "holdback")
        start = 10**6 if arm == "holdback" else 28 * (int(arm.split()[1]) - 1)
        for i, after in enumerate(range(-56, until, 3)):
            value = lasting[person["team"]] + noise[i] + (gain if after >= start else 0.0)
            rows.append([person["unit"], START + timedelta(days=after), round(value, 3)])
            reopened.append([person["unit"], START + timedelta(days=after), round(2 + noise[-1 - i] / 2, 3)])
    write(folder / "data" / "work.csv", ["unit", "day", "value"], rows)
    write(folder / "data" / "reopened.csv", ["unit", "day", "value"], reopened)


def waves(folder: Path) -> dict[str, str]:
    path = folder / "records" / "waves.csv"
    return {row["unit"]: row["arm"] for row in read(path)} if path.exists() else {}


def train(folder: Path, *names: str) -> None:
    rows = [[unit, START] for unit, arm in waves(folder).items() if arm in names]
    write(folder / "data" / "courses.csv", ["unit", "at"], rows)


def steps(folder: Path) -> list[dict]:
    """What the ledger holds of the rollout."""
    result = subprocess.run(
        [sys.executable, "-m", "proveout", "ledger", "export", str(folder)], capture_output=True, text=True, check=True
    )
    records = [json.loads(line) for line in result.stdout.splitlines()]
    return [json.loads(r["body"]) if isinstance(r["body"], str) else r["body"] for r in records if r["key"] == "step"]


def moves(folder: Path) -> list[tuple[int, str]]:
    return [(step["wave"], step["after"]) for step in steps(folder) if step["after"] != step["before"]]


def test_waves_are_drawn_once_and_spread_over_strata(proveout: Run, folder: Path) -> None:
    shown = proveout("rollout", "plan", "my-initiative", "--dry-run").stdout
    assert "nothing was written" in shown
    assert not waves(folder)
    proveout("rollout", "plan", "my-initiative")
    drawn = waves(folder)
    teams = {row["team"]: (row["arm"], row["stratum"]) for row in read(folder / "records" / "waves.csv")}
    sizes = {arm: sum(1 for a, _ in teams.values() if a == arm) for arm in set(drawn.values())}
    assert sizes == {"wave 1": 5, "wave 2": 5, "wave 3": 6, "holdback": 4}
    north = {arm: sum(1 for a, s in teams.values() if a == arm and s == "north") for arm in sizes}
    assert all(abs(north[arm] - sizes[arm] / 2) <= 1.5 for arm in sizes)
    again = proveout("rollout", "plan", "my-initiative").stdout
    assert "nobody is new" in again
    assert waves(folder) == drawn


def test_a_dry_run_of_the_plan_leaves_a_changed_file_alone(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    path = folder / "records" / "waves.csv"
    right = path.read_text(encoding="utf-8")
    wrong = right.replace("wave 1", "wave 2")
    path.write_text(wrong, encoding="utf-8")
    proveout("rollout", "plan", "my-initiative", "--dry-run")
    assert path.read_text(encoding="utf-8") == wrong
    proveout("rollout", "plan", "my-initiative")
    assert path.read_text(encoding="utf-8") == right


def test_a_typo_is_not_registered(proveout: Run, folder: Path) -> None:
    path = folder / "initiative.yml"
    right = path.read_text(encoding="utf-8")
    path.write_text(
        right.replace("    cases-per-day: {source: work}", "    cases-per-dy: {source: work}"), encoding="utf-8"
    )
    for dry in ((), ("--dry-run",)):
        refused = proveout("rollout", "plan", "my-initiative", *dry, code=2)
        assert "PV133" in refused.stderr
    assert not waves(folder)
    path.write_text(right, encoding="utf-8")
    proveout("rollout", "plan", "my-initiative")
    assert "changed" not in proveout("rollout", "status", "my-initiative").stdout


def test_a_wave_that_may_go_on_is_not_held(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1", "wave 2")
    proveout("rollout", "advance", "my-initiative", day=day(1))
    proveout("rollout", "hold", "my-initiative", "--reason", "quarter's end", "--by", "Bo", code=3, day=day(1))
    assert "quarter's end" in proveout("rollout", "status", "my-initiative").stdout
    proveout("rollout", "advance", "my-initiative", "--resume", "--reason", "quarter is over", day=day(2))
    assert "quarter" not in proveout("rollout", "status", "my-initiative").stdout


def test_a_wave_waits_for_its_day_and_its_people_and_is_promoted_after_its_soak(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    early = proveout("rollout", "advance", "my-initiative", day=day(-1)).stdout
    assert "nothing is due" in early
    held = proveout("rollout", "advance", "my-initiative", code=3, day=day(0)).stdout
    assert "0 of 25 units" in held
    assert moves(folder) == []
    train(folder, "wave 1")
    proveout("rollout", "advance", "my-initiative", day=day(1))
    assert moves(folder) == [(1, "soaking")]
    again = proveout("rollout", "advance", "my-initiative", day=day(1)).stdout
    assert "nothing is due" in again
    assert moves(folder) == [(1, "soaking")]
    proveout("rollout", "advance", "my-initiative", day=day(15))
    assert moves(folder) == [(1, "soaking"), (1, "promoted")]
    assert "promoted" in proveout("rollout", "status", "my-initiative").stdout
    flags = json.loads(proveout("rollout", "flags", "my-initiative").stdout)
    units = flags["flags"]["my-initiative"]["targeting"]["if"][0]["and"][1]["in"][1]
    assert set(units) == {unit for unit, arm in waves(folder).items() if arm == "wave 1"}


def test_what_a_person_holds_waits_for_a_person_and_a_roll_back_restores_what_was_drawn(
    proveout: Run, folder: Path
) -> None:
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1", "wave 2")
    proveout("rollout", "advance", "my-initiative", day=day(1))
    proveout("rollout", "hold", "my-initiative", "--reason", "quarter's end", "--by", "Bo", code=3, day=day(1))
    proveout("rollout", "advance", "my-initiative", code=3, day=day(20))
    assert moves(folder) == [(1, "soaking")]
    refused = proveout("rollout", "advance", "my-initiative", "--resume", code=2)
    assert "reason" in refused.stderr
    proveout("rollout", "advance", "my-initiative", "--resume", "--reason", "quarter is over", day=day(20))
    assert moves(folder) == [(1, "soaking"), (1, "promoted")]
    drawn = waves(folder)
    path = folder / "records" / "waves.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("wave 1", "wave 2"), encoding="utf-8")
    dry = proveout("rollout", "roll-back", "my-initiative", "--reason", "wrong prices", "--dry-run").stdout
    assert "would go from promoted to rolled-back" in dry
    shown = proveout("rollout", "roll-back", "my-initiative", "--reason", "wrong prices", day=day(21)).stdout
    assert "restored" in shown
    assert waves(folder) == drawn
    flags = json.loads(proveout("rollout", "flags", "my-initiative").stdout)
    assert flags["flags"]["my-initiative"]["targeting"]["if"][0]["and"][1]["in"][1] == []
    proveout("rollout", "advance", "my-initiative", code=3, day=day(30))
    assert moves(folder)[-1] == (1, "rolled-back")
    proveout("rollout", "advance", "my-initiative", "--resume", "--reason", "prices are mended", day=day(30))
    assert moves(folder)[-2:] == [(1, "pending"), (1, "soaking")]


def test_harm_to_a_guardrail_rolls_back_before_the_soak_is_over(proveout: Run, folder: Path) -> None:
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    rail = text.replace("    direction: up\n", "    direction: up\n    role: guardrail\n", 1)
    (folder / "initiative.yml").write_text(rail, encoding="utf-8")
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1")
    proveout("rollout", "advance", "my-initiative", code=3, day=day(0))  # no pilot says that the guardrail holds
    proveout("rollout", "advance", "my-initiative", *FORCED, "--reason", "the board accepts it", day=day(0))
    work(folder, until=10, gain=-6.0)
    shown = proveout("rollout", "advance", "my-initiative", code=1, day=day(8)).stdout
    assert "rolled-back" in shown
    assert moves(folder) == [(1, "soaking"), (1, "rolled-back")]
    assert [step["override"] for step in steps(folder) if step["after"] == "soaking"] == [True]


def test_an_override_is_one_named_step_and_lifts_no_date(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    advance = ("rollout", "advance", "my-initiative")
    because = ("--reason", "the board accepts it", "--by", "Bo")
    assert "name it" in proveout(*advance, "--override", *because, code=2, day=day(0)).stderr
    early = proveout(*advance, *FORCED, *because, code=2, day=day(-1)).stderr
    assert f"from {START} on" in early
    dry = proveout(*advance, *FORCED, *because, "--dry-run", day=day(0)).stdout
    assert "wave 1 would go from pending to soaking by Bo, against what it waits for: the board accepts it" in dry
    assert steps(folder) == []
    done = proveout(*advance, *FORCED, *because, day=day(0)).stdout
    assert "wave 1 goes from pending to soaking by Bo" in done
    assert "0 of 25 units" in done  # what it went against
    assert "wave 1 is soaking already" in proveout(*advance, *FORCED, *because, code=2, day=day(0)).stderr
    promote = ("--override", "--wave", "1", "--to", "promoted")
    unsoaked = proveout(*advance, *promote, *because, code=2, day=day(13)).stderr
    assert f"from {day(14)} on" in unsoaked
    assert "nothing stands against wave 1" in proveout(*advance, *promote, *because, code=2, day=day(14)).stderr
    assert moves(folder) == [(1, "soaking")]


def test_steps_are_recorded_on_their_day(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1")
    advance = ("rollout", "advance", "my-initiative")
    assert "has not come yet" in proveout(*advance, *on(0), code=2).stderr
    shown = proveout(*advance, *on(0), "--dry-run").stdout
    assert "wave 1 would go from pending to soaking" in shown
    proveout(*advance, day=day(3))
    back = ("rollout", "roll-back", "my-initiative", "--reason", "wrong prices")
    assert "the last record of the rollout" in proveout(*back, *on(2), code=2, day=day(5)).stderr
    proveout(*back, *on(4), day=day(5))
    assert [step["on"] for step in steps(folder)] == [str(day(3)), str(day(4))]


def test_what_was_rolled_back_says_why_and_what_to_do(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1")
    proveout("rollout", "advance", "my-initiative", day=day(1))
    proveout("rollout", "roll-back", "my-initiative", "--reason", "wrong prices", day=day(2))
    for call in (("advance", "my-initiative"), ("status", "my-initiative")):
        shown = " ".join(proveout("rollout", *call, code=None, day=day(3)).stdout.split())
        assert "wave 1 was rolled back: wrong prices" in shown
        assert "--resume" in shown
    dry = proveout("rollout", "advance", "my-initiative", "--resume", "--reason", "mended", "--dry-run", day=day(3))
    assert "wave 1 would go from rolled-back to pending" in dry.stdout
    assert moves(folder)[-1] == (1, "rolled-back")


def test_no_data_means_hold(proveout: Run, folder: Path) -> None:
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    rail = text.replace("    direction: up\n", "    direction: up\n    role: guardrail\n", 1)
    (folder / "initiative.yml").write_text(rail, encoding="utf-8")
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1")
    proveout("rollout", "advance", "my-initiative", *FORCED, "--reason", "the board accepts it", day=day(0))
    held = proveout("rollout", "advance", "my-initiative", code=3, day=day(15)).stdout
    assert "not known" in held
    assert moves(folder) == [(1, "soaking")]


def test_killed_at_any_moment_it_ends_up_where_it_would_have(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1")
    call = [*command(day(1)), "rollout", "advance", "my-initiative"]
    for wait in (0.3, 0.6, 0.9, 1.2, 1.5):
        process = subprocess.Popen(call, cwd=folder.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    proveout("rollout", "advance", "my-initiative", day=day(1))
    assert moves(folder) == [(1, "soaking")]
    proveout("ledger", "verify", "my-initiative")


def test_who_joins_gets_the_teams_wave_and_a_changed_design_is_refused(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    drawn = waves(folder)
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.write("0-new,team 00,north\n")
    proveout("rollout", "plan", "my-initiative")
    assert waves(folder) == {**drawn, "0-new": drawn["0-0"]}
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    (folder / "initiative.yml").write_text(text.replace("soak_days: 14", "soak_days: 7"), encoding="utf-8")
    refused = proveout("rollout", "plan", "my-initiative", code=2)
    assert "rollout.soak_days: 14, now 7" in refused.stderr
    held = proveout("rollout", "advance", "my-initiative", code=3, day=day(0)).stdout
    assert "soak_days" in held


def test_too_few_teams_are_refused_with_the_arithmetic(proveout: Run, folder: Path) -> None:
    people = [[f"{t}-{i}", f"team {t}", "x"] for t in range(6) for i in range(5)]
    write(folder / "data" / "people.csv", ["unit", "team", "stratum"], people)
    refused = proveout("rollout", "plan", "my-initiative", code=2)
    assert "6 team(s) are too few for 3 waves" in refused.stderr
    assert "at most 2" in refused.stderr


def test_the_plan_says_what_the_rollout_can_show(proveout: Run, whole: Path) -> None:
    shown = " ".join(proveout("rollout", "plan", "my-initiative", "--dry-run").stdout.split())
    assert "no guardrail" not in shown
    assert "shown to be that with a chance of" in shown
    assert "that it lasts is shown with a chance of" in shown


def test_a_changed_file_is_restored_before_anything_is_measured(proveout: Run, folder: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    train(folder, "wave 1")
    proveout("rollout", "advance", "my-initiative", day=day(0))
    work(folder, until=15)
    path = folder / "records" / "waves.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("holdback", "wave 1"), encoding="utf-8")
    assert design_changes(proveout) == 1
    assert "restored" in proveout("rollout", "advance", "my-initiative", day=day(15)).stdout
    assert moves(folder) == [(1, "soaking"), (1, "promoted")]
    assert design_changes(proveout) == 0


def design_changes(proveout: Run) -> float:
    result = json.loads(proveout("check", "my-initiative", *on(15), "--format", "json", code=None).stdout)
    (impact,) = (piece for piece in result["evidence"] if piece["instrument"] == "impact")
    return next(e["value"] for e in impact["finding"]["estimates"] if e["name"] == "design_changes")


def test_at_the_end_the_gate_says_what_it_brought(proveout: Run, whole: Path) -> None:
    proveout("rollout", "plan", "my-initiative")
    train(whole, "wave 1", "wave 2", "wave 3")
    for days in (0, 14, 28, 42, 56, 70):
        work(whole, until=days)
        proveout("rollout", "advance", "my-initiative", day=day(days))
    assert moves(whole) == [(n, state) for n in (1, 2, 3) for state in ("soaking", "promoted")]
    work(whole, until=196)
    result = json.loads(proveout("check", "my-initiative", *on(196), "--format", "json", code=None).stdout)
    gate = next(g for g in result["gates"] if g["phase"] == "production-scaling")
    verdicts = {r["criterion"]["id"]: r["verdict"] for r in gate["rulings"] if r["criterion"]["instrument"] == "impact"}
    wanted = (
        "impact-sustained",
        "effect-lasting",
        "losses-harmless",
        "guardrails-kept",
        "rollout-kept",
        "reached",
        "effect-compared",
    )
    assert {name: verdicts[name] for name in wanted} == dict.fromkeys(wanted, "pass")
    assert verdicts["carried-over"] == "undecided"  # there was no pilot
    (effect,) = (
        e
        for piece in result["evidence"]
        if piece["instrument"] == "impact"
        for e in piece["finding"]["estimates"]
        if e["name"] == "effect"
    )
    assert effect["lower"] < 2.0 < effect["upper"]
    held = proveout("rollout", "advance", "my-initiative", code=3, day=day(197)).stdout
    assert "gate 5" in held
    proveout("decide", "5", "go", "my-initiative", "--reason", "it lasts", "--override", "--yes", day=day(197))
    train(whole, "wave 1", "wave 2", "wave 3", "holdback")
    proveout("rollout", "advance", "my-initiative", day=day(197))
    assert moves(whole)[-1] == (4, "soaking")
