"""Interviews over 125 real transcripts that nobody has coded (Anthropic Interviewer, scientists)."""

import csv
from datetime import date
from pathlib import Path

import pytest

from proveout import data
from proveout.core.initiative import Group, Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.interviews.settings import Columns, Settings
from proveout.instruments.interviews.themes import codes_table, propose_themes, transcripts

pytestmark = pytest.mark.real_data

FILE = "interviews/anthropic_interviewer_scientists_125.csv.gz"
SETTINGS = Settings(source="talks", columns=Columns(interview="transcript_id"))
INITIATIVE = Initiative(groups=(Group(id="scientists", size=1000),))


def ask(folder: Path, settings: Settings, **sources: str) -> Answers:
    located = {name: Source(location=location) for name, location in sources.items()}
    questions = instrument("interviews").questions(settings, INITIATIVE)
    tables, failures = data.ask(questions, located, folder)
    assert not failures
    return Answers(tables=tables, as_of=date(2026, 1, 16))


def measured(settings: Settings, answers: Answers) -> dict:
    finding = instrument("interviews").measure(settings, answers, INITIATIVE)
    return {(e.name, e.subject): e for e in finding.estimates}


def test_without_confirmed_codes_there_are_no_pains(real_data):
    figures = measured(SETTINGS, ask(real_data, SETTINGS, talks=FILE))
    assert figures["n_interviews", ""].value == 125
    assert figures["confirmed_share", ""].value == 0
    assert not [name for name, _ in figures if "pain" in name or name in ("new_information", "groups_heard")]


def test_proposed_themes_are_what_scientists_speak_of(real_data):
    texts, ids = transcripts(SETTINGS, ask(real_data, SETTINGS, talks=FILE))
    assert len(texts) == 125
    assert not any("I'm Claude" in text for text in texts)  # the interviewer's words are left out
    themes = propose_themes(texts, ids)
    terms = {term for theme in themes for term in theme.terms}
    assert {"literature", "code", "check", "sources", "analysis", "writing"} <= terms
    assert all(len(theme.examples) == 5 for theme in themes)
    by_id = dict(zip(ids, texts, strict=True))
    for theme in themes:
        for example in theme.examples:
            assert example.sentence[:40] in " ".join(by_id[example.interview].split())


def test_what_a_person_confirms_becomes_evidence(real_data, tmp_path, monkeypatch):
    monkeypatch.setenv("PROVEOUT_DATA_ROOTS", str(real_data))
    (tmp_path / "talks.csv.gz").symlink_to(real_data / FILE)
    texts, ids = transcripts(SETTINGS, ask(real_data, SETTINGS, talks=FILE))
    rows = [row for row in codes_table(propose_themes(texts, ids)) if row["code"].startswith("literature")]
    for row in rows:
        row |= {"severity": "4", "confirmed_by": "kim"}
    with (tmp_path / "codes.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    settings = Settings(source="talks", columns=Columns(interview="transcript_id"), codes="codes")
    figures = measured(settings, ask(tmp_path, settings, talks="talks.csv.gz", codes="codes.csv"))
    assert figures["confirmed_share", ""].value == len(rows) / 125
    assert figures["pain_prevalence", rows[0]["code"]].n == len(rows)
