"""A second round of questions, in the light of the answers to the first."""

from pathlib import Path

from proveout.core.initiative import Source
from proveout.core.question import Preparation, Query, Read, SourceName
from proveout.data import ask

SOURCES = {SourceName("cases"): Source(location="cases.csv")}
HERE = {"given": Read(source=SourceName("cases"))}


def test_follow_up_questions_see_the_answers_and_the_preparations(tmp_path: Path):
    (tmp_path / "cases.csv").write_text("a,b\n1,x\n2,y\n", encoding="utf-8")
    columns = Query(name="columns", sql="select column_name from (describe select * from given)", reads=HERE)
    kept = Preparation(name="kept", sql="select a from given where b = 'y'", reads=HERE)

    def follow_up(tables, failures):
        assert not failures
        counts = ", ".join(f'count("{name}") as "{name}"' for name in tables["columns"]["column_name"])
        return Query(name="counts", sql=f"select {counts} from given", reads=HERE), Query(
            name="sum", sql="select sum(a) as total from kept"
        )

    tables, failures = ask([columns, kept], SOURCES, tmp_path, follow_up=follow_up)
    assert failures == {}
    assert {name: int(column[0]) for name, column in tables["counts"].items()} == {"a": 2, "b": 2}
    assert tables["sum"]["total"].tolist() == [2]


def test_a_failing_follow_up_question_is_a_failure_like_any_other(tmp_path: Path):
    (tmp_path / "cases.csv").write_text("a\n1\n", encoding="utf-8")
    first = Query(name="first", sql="select a from given", reads=HERE)
    second = Query(name="second", sql="select nothing from given", reads=HERE)
    tables, failures = ask([first], SOURCES, tmp_path, follow_up=lambda tables, failures: (second,))
    assert tables["first"]["a"].tolist() == [1]
    assert "nothing" in failures["second"].message


def test_rounds_go_on_until_nothing_new_is_asked_and_no_question_is_asked_twice(tmp_path: Path):
    (tmp_path / "cases.csv").write_text("a\n1\n", encoding="utf-8")
    rounds = []

    def follow_up(tables, failures):
        rounds.append(sorted(tables))
        kept = Preparation(name="kept", sql="select a from given", reads=HERE)
        second = Query(name="second", sql="select a + 1 as a from kept")
        third = Query(name="third", sql="select a + 2 as a from kept")
        return (kept, second, third) if "second" in tables else (kept, second)

    first = Query(name="first", sql="select a from given", reads=HERE)
    tables, failures = ask([first], SOURCES, tmp_path, follow_up=follow_up)
    assert failures == {}
    assert rounds == [["first"], ["first", "second"], ["first", "second", "third"]]
    assert [int(tables[name]["a"][0]) for name in ("first", "second", "third")] == [1, 2, 3]


def test_there_are_three_rounds_at_most(tmp_path: Path):
    (tmp_path / "cases.csv").write_text("a\n1\n", encoding="utf-8")
    first = Query(name="0", sql="select a from given", reads=HERE)
    tables, _ = ask(
        [first], SOURCES, tmp_path, follow_up=lambda tables, _: (Query(name=str(len(tables)), sql="select 1 as a"),)
    )
    assert list(tables) == ["0", "1", "2", "3"]
