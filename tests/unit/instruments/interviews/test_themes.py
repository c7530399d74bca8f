"""Proposed themes: whose words they rest on, and that they are the same each time."""

import builtins
from datetime import date

import numpy as np
import pytest

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.question import Answers
from proveout.instruments.interviews.settings import Settings
from proveout.instruments.interviews.themes import codes_table, propose_themes, said_by, sentences, transcripts

TALK = """Assistant: Hello, I am an assistant. What do you do all day?

User: I search addresses in old lists. Note: they are wrong.
It takes hours.

AI: Why is that so?

User: Nobody keeps them up to date.

AI: Thank you."""

ADDRESSES = "The addresses in the {} list are wrong and nobody corrects wrong addresses."
REPORTS = "Every {} report must be typed twice because typed reports get lost on the way."
WORDS = ("north", "south", "east", "west", "spring", "summer", "autumn", "winter")


def test_only_the_interviewee_speaks():
    said = said_by("user", TALK)
    assert said == (
        "I search addresses in old lists. Note: they are wrong.\nIt takes hours.\nNobody keeps them up to date."
    )


def test_notes_without_labels_are_taken_whole():
    assert said_by("User", "Walked through the day. Result: six hours.") == "Walked through the day. Result: six hours."


def test_sentences_long_enough_to_say_something():
    text = "Yes. I spend the whole of every Monday on typing reports! And?\nThat is not even the worst of it all."
    assert sentences(text) == [
        "I spend the whole of every Monday on typing reports!",
        "That is not even the worst of it all.",
    ]


@pytest.fixture
def corpus():
    texts = [f"{ADDRESSES.format(word)} {REPORTS.format(word)}" for word in WORDS]
    return texts, [f"i{index}" for index in range(len(texts))]


def test_two_subjects_are_two_themes_each_with_its_sentences(corpus):
    themes = propose_themes(*corpus, themes=2)
    assert len(themes) == 2
    by_term = {("addresses" in theme.terms): theme for theme in themes}
    assert by_term[True].examples[0].sentence.startswith("The addresses")
    assert by_term[False].examples[0].sentence.startswith("Every")
    assert all(len(theme.examples) == 5 and len(theme.interviews) == 8 for theme in themes)


def test_the_same_input_gives_the_same_themes(corpus):
    assert propose_themes(*corpus, themes=2) == propose_themes(*corpus, themes=2)


def test_the_table_leaves_confirming_to_a_person(corpus):
    rows = codes_table(propose_themes(*corpus, themes=2))
    assert len(rows) == 16
    assert list(rows[0]) == ["interview", "code", "severity", "quote", "confirmed_by"]
    assert {row["confirmed_by"] for row in rows} == {row["severity"] for row in rows} == {""}


@pytest.mark.parametrize(
    ("texts", "themes"), [([], None), (["Short."] * 9, None), ([f"{'abcdefgh'[i]}x " * 9 for i in range(8)], 1)]
)
def test_too_little_to_find_themes_in(texts, themes):
    with pytest.raises(TooLittle):
        propose_themes(texts, [str(index) for index in range(len(texts))], themes=themes)


def test_without_scikit_learn_it_says_what_to_install(corpus, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ProveoutError) as caught:
        propose_themes(*corpus)
    assert "proveout[themes]" in caught.value.remedy


def test_coded_interviews_need_no_proposal():
    files = {
        "path": np.array(["a.md", "b.md"], dtype=object),
        "text": np.array(
            ["---\npains: {x: 1}\n---\nUser: A.\n", "---\ngroup: g\n---\nAI: Q?\nUser: B.\n"], dtype=object
        ),
    }
    answers = Answers(tables={"files": files}, as_of=date(2026, 1, 1))
    assert transcripts(Settings(files="*.md"), answers) == (("B.",), ("b.md",))
