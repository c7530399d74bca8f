"""What `proveout init` writes is accepted as it is, and nothing is ever overwritten."""

import re
from datetime import date

import pytest

from proveout.core.errors import ProveoutError
from proveout.core.initiative import Phase
from proveout.declare import TemplateAnswers, load, write_template

ANSWERS = TemplateAnswers(
    name="orders", title="Orders", statement="Orders wait.", owner="Ann", sponsor="Bob", start=date(2026, 1, 5)
)


def test_the_folder_is_accepted(tmp_path):
    written = write_template(tmp_path / "new", ANSWERS)
    assert [path.relative_to(tmp_path / "new").as_posix() for path in written] == [
        "initiative.yml",
        "interviews/example.txt",
    ]
    declaration = load(tmp_path / "new", {})
    assert declaration.diagnostics == ()
    initiative = declaration.initiative
    assert (initiative.initiative, initiative.title, initiative.people.owner) == ("orders", "Orders", "Ann")
    assert initiative.problem.statement == "Orders wait."
    assert "date: 2026-01-05" in written[1].read_text()


def test_the_windows_are_the_articles(tmp_path):
    write_template(tmp_path, ANSWERS)
    plan = load(tmp_path, {}).initiative.plan
    windows = [plan.window(phase) for phase in Phase]
    days = [((window.from_ - ANSWERS.start).days, (window.until - ANSWERS.start).days) for window in windows]
    assert days[:4] == [(0, 13), (14, 27), (28, 41), (42, 83)]
    assert (windows[4].from_, windows[4].until) == (date(2026, 4, 5), date(2026, 7, 4))


@pytest.mark.parametrize("start", [date(2025, 11, 30), date(2024, 2, 29), date(2026, 12, 31), date(2026, 8, 31)])
def test_any_day_will_do_to_start(tmp_path, start):
    write_template(tmp_path, TemplateAnswers(name="a", title="A", statement="B.", start=start))
    assert load(tmp_path, {}).diagnostics == ()


def test_any_text_will_do(tmp_path):
    text = 'Odd: "text" # with \\ $name ${OTHER} \U0001f600\n- and lines'
    write_template(tmp_path, TemplateAnswers(name="a", title=text, statement=text, owner=text, start=date(2026, 1, 5)))
    declaration = load(tmp_path, {})
    assert declaration.diagnostics == ()
    assert declaration.initiative.title == declaration.initiative.people.owner == text


def test_the_examples_in_the_comments_are_accepted_too(tmp_path):
    """Every commented section, with the `#` taken away, is a sound declaration."""
    path, _ = write_template(tmp_path, ANSWERS)
    text = re.sub(
        r"^( *)# ((?:  )*(?:- )?[\w-]+:(?: .*)?|(?:  )*- \{.*|(?:  )*# One row.*)$",
        r"\1\2",
        path.read_text(),
        flags=re.M,
    )
    path.write_text(text)
    declaration = load(tmp_path, _settings())
    assert [d for d in declaration.diagnostics if d.severity == "error"] == []
    assert declaration.initiative.evidence.keys() == {"interviews", "process", "availability", "quality", "prototype"}
    assert len(declaration.initiative.groups) == 3
    assert declaration.initiative.value.quantities["clerks"].fixed == 12
    assert declaration.initiative.kpis[0].baseline.source == "timesheets"


def _settings():
    from proveout.instruments import instrument

    names = ("interviews", "process", "availability", "quality", "prototype")
    return {name: instrument(name).settings_type for name in names}


@pytest.mark.parametrize("there", ["initiative.yml", "interviews/example.txt"])
def test_nothing_is_overwritten(tmp_path, there):
    path = tmp_path / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    with pytest.raises(ProveoutError, match=there):
        write_template(tmp_path, ANSWERS)
    assert path.read_text() == "mine"
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]


@pytest.mark.parametrize("change", [{"name": "Not a name"}, {"name": ""}, {"statement": " "}, {"start": date.max}])
def test_answers_that_cannot_be_used_are_refused(tmp_path, change):
    known = {"name": "a", "title": "A", "statement": "B.", "start": date(2026, 1, 5)}
    with pytest.raises(ProveoutError):
        write_template(tmp_path / "new", TemplateAnswers(**{**known, **change}))
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProveoutError, match="cannot be written"):
        write_template(tmp_path / "file" / "below", ANSWERS)
