"""What is there of each need, from CSV files through SQL to figures."""

from datetime import date
from pathlib import Path

import pytest

from proveout import data
from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.availability.settings import Filled, Join, Need, Population, Settings

TODAY = date(2026, 1, 16)

CRM = """id,City,segment,updated
1,Berlin,large,2025-06-01
2,Select,large,2025-07-01
3,,large,2025-08-01
4, n/a ,small,2026-01-10
4,Rome,small,2026-01-12
"""
PROSPECTS = """id,employees,segment,flag
1,900,large,1
2,800,large,1
3,1000,large,1
4,20,small,1
5,10,small,0
6,15,small,0
7,12,small,0
8,11,small,0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "crm.csv").write_text(CRM)
    (tmp_path / "prospects.csv").write_text(PROSPECTS)
    return tmp_path


def see(folder: Path, *needs: Need) -> Finding:
    sources = {path.stem: Source(location=path.name) for path in folder.glob("*.csv")}
    sources["gone"] = Source(location="gone.csv")
    settings, initiative, tool = Settings(needs=needs), Initiative(), instrument("availability")
    tables, failures = data.ask(tool.questions(settings, initiative), sources, folder)
    return tool.measure(settings, Answers(tables=tables, failures=failures, as_of=TODAY), initiative)


def figure(finding: Finding, name: str, subject: str = "crm"):
    found = [e for e in finding.estimates if (e.name, e.subject) == (name, subject)]
    return found[0] if found else None


def is_unknown(estimate) -> bool:
    """Asked for, and it may be anything: no gate passes on it, and none fails."""
    return estimate.method.startswith("unknown") and (estimate.lower, estimate.upper) in ((0, 1), (0, None))


def failed(finding: Finding) -> dict[str, str]:
    return {check.name: check.note for check in finding.checks if check.passed is False}


def test_a_source_that_is_not_there_is_a_figure_and_the_others_go_on(folder):
    finding = see(folder, Need(id="gone", source="gone", fields=("a",)), Need(id="crm", source="crm", fields=("id",)))
    assert figure(finding, "reachable", "gone").value == 0
    assert figure(finding, "reachable").value == 1
    assert is_unknown(figure(finding, "fields_present", "gone"))
    assert "there is no such file" in failed(finding)["gone can be read"]


def test_a_query_that_fails_leaves_figures_unknown_and_says_why(folder):
    finding = see(folder, Need(id="crm", source="crm", query="select nonsense from crm", fields=("id",)))
    assert figure(finding, "reachable").value == 1
    assert figure(finding, "fields_present").unknown
    assert "nonsense" in failed(finding)["crm can be read"]


def test_missing_columns_are_a_share_with_a_hint_and_nothing_fails(folder):
    finding = see(folder, Need(id="crm", source="crm", fields=("city", "segmnt", "zip"), key="id", time="updated"))
    assert figure(finding, "fields_present").value == pytest.approx(3 / 5)
    note = failed(finding)["crm has every column that is needed"]
    assert "segmnt (did you mean 'segment'?)" in note
    assert "zip" in note
    assert figure(finding, "rows").value == 5


def test_nothing_that_is_needed_is_there(folder):
    finding = see(folder, Need(id="crm", source="crm", fields=("a", "b"), key="c", time="d", history_days=9))
    assert figure(finding, "fields_present").value == 0
    assert is_unknown(figure(finding, "filled"))
    assert is_unknown(figure(finding, "history_ratio"))


def test_placeholders_and_blanks_are_not_filled(folder):
    finding = see(folder, Need(id="crm", source="crm", fields=("City", "segment")))
    filled = figure(finding, "filled")
    assert filled.exact
    assert filled.value == pytest.approx(2 / 5)
    assert filled.method.startswith("City: 2 of 5 rows")
    note = failed(finding)["crm: no placeholder in City"]
    assert note.startswith("2 of 5 rows hold 'Select' or the like")


def test_own_placeholders_replace_the_usual_ones(folder):
    finding = see(folder, Need(id="crm", source="crm", fields=("City",), placeholders=("ROME", "it's")))
    assert figure(finding, "filled").value == pytest.approx(3 / 5)


def test_no_placeholders_at_all(folder):
    finding = see(folder, Need(id="crm", source="crm", fields=("City",), placeholders=()))
    assert figure(finding, "filled").value == pytest.approx(4 / 5)


def test_a_declared_minimum_is_what_the_share_is_measured_by(folder):
    enough = see(folder, Need(id="crm", source="crm", fields={"City": Filled(filled=0.4), "segment": Filled()}))
    short = see(folder, Need(id="crm", source="crm", fields={"City": Filled(filled=0.8)}))
    may_be_empty = see(folder, Need(id="crm", source="crm", fields={"City": Filled(filled=0.0)}))
    assert figure(enough, "filled").value == 1
    assert figure(short, "filled").value == pytest.approx(0.5)
    assert "where 80% will do" in figure(short, "filled").method
    assert figure(may_be_empty, "filled").value == 1


def test_a_sample_has_an_interval_and_a_whole_table_has_none(folder):
    whole = see(folder, Need(id="crm", source="crm", fields=("City",)))
    sample = see(folder, Need(id="crm", source="crm", fields=("City",), sample=True))
    assert figure(whole, "filled").exact
    estimate = figure(sample, "filled")
    assert estimate.lower < estimate.value < estimate.upper
    assert estimate.lower == pytest.approx(0.1176, abs=5e-5)  # Wilson, 2 of 5


def test_history_and_freshness(folder):
    need = Need(id="crm", source="crm", fields=("id",), time="updated", history_days=452, max_age_days=8)
    finding = see(folder, need)
    assert figure(finding, "history_ratio").value == pytest.approx(226 / 452)  # 1 June to 12 January, both counted
    assert figure(finding, "freshness_ratio").value == pytest.approx(4 / 8)


def test_rows_of_the_future_count_for_nothing(folder):
    (folder / "crm.csv").write_text("id,updated\n1,2026-01-01\n2,2027-05-05\n3,soon\n4,\n")
    finding = see(folder, Need(id="crm", source="crm", fields=("id",), time="updated", max_age_days=15))
    assert figure(finding, "freshness_ratio").value == 1
    problems = failed(finding)
    assert "1 rows after 2026-01-16, up to 2027-05-05" in problems["crm: no row lies in the future"]
    assert "1 of 3" in problems["crm: updated is a time"]
    assert "1 of 4 rows have no updated" in problems["crm: every row has a time"]


def test_days_are_those_of_utc(folder):
    """Just after midnight at +05:00 is the day before in UTC, also where a time that cannot be read makes all text."""
    (folder / "crm.csv").write_text("id,updated\n1,2026-01-06T01:00:00+05:00\n2,2026-01-02\n3,soon\n")
    finding = see(folder, Need(id="crm", source="crm", fields=("id",), time="updated", max_age_days=11))
    assert figure(finding, "freshness_ratio").value == 11 / 11


def test_only_the_future(folder):
    (folder / "crm.csv").write_text("id,updated\n1,2027-01-01\n")
    finding = see(folder, Need(id="crm", source="crm", fields=("id",), time="updated", max_age_days=15))
    assert is_unknown(figure(finding, "freshness_ratio"))
    assert "crm has a past" in failed(finding)


def test_an_empty_table_has_nothing_filled_and_says_so(folder):
    (folder / "crm.csv").write_text("id,City\n")
    need = Need(id="crm", source="crm", fields=("City",), key="id", joins=(Join(source="prospects"),))
    finding = see(folder, need)
    assert figure(finding, "rows").value == 0
    assert is_unknown(figure(finding, "filled"))
    assert is_unknown(figure(finding, "join_share"))
    assert "crm has rows" in failed(finding)


def test_keys_that_repeat_or_are_missing(folder):
    (folder / "crm.csv").write_text("id,City\n1,a\n1,b\n,c\n")
    finding = see(folder, Need(id="crm", source="crm", fields=("City",), key="id"))
    assert "1 of 3 rows have no id" in failed(finding)["crm: every row has a key"]
    (repeated,) = [check for check in finding.checks if check.name == "crm: one row per key"]
    assert repeated.passed is None
    assert repeated.note.startswith("2 rows hold 1 different id")


def covering(**changes) -> Need:
    population = Population(source="prospects", key="id")
    return Need(**{"id": "crm", "source": "crm", "key": "id", "population": population} | changes)


def test_coverage_of_the_population(folder):
    coverage = figure(see(folder, covering()), "coverage")
    assert coverage.exact
    assert (coverage.value, coverage.n) == (0.5, 8)


def test_those_covered_are_larger_than_the_rest(folder):
    bias = figure(see(folder, covering(like_the_rest=("employees",))), "coverage_bias")
    covered, rest = (900, 800, 1000, 20), (10, 15, 12, 11)
    means = [sum(x) / 4 for x in (covered, rest)]
    variances = [sum((v - m) ** 2 for v in x) / 3 for x, m in zip((covered, rest), means, strict=True)]
    assert bias.value == pytest.approx((means[0] - means[1]) / (sum(variances) / 2) ** 0.5)
    assert bias.lower < bias.value < bias.upper
    assert bias.method.startswith("employees (Austin 2009)")


def test_categories_and_flags_without_variance_are_compared_by_shares(folder):
    by_segment = figure(see(folder, covering(like_the_rest=("segment",))), "coverage_bias")
    by_flag = figure(see(folder, covering(like_the_rest=("flag",))), "coverage_bias")
    p, q = 3 / 4, 0
    assert by_segment.value == pytest.approx((p - q) / ((p * (1 - p)) / 2) ** 0.5)
    assert by_segment.method.startswith("segment = ")
    assert by_flag.value > 2  # all of the covered, none of the rest


def test_the_worst_column_is_the_bias_and_a_missing_one_is_named(folder):
    finding = see(folder, covering(like_the_rest=("segment", "employees", "employes")))
    worst = max(
        figure(see(folder, covering(like_the_rest=(name,))), "coverage_bias").value for name in ("segment", "employees")
    )
    assert figure(finding, "coverage_bias").value == pytest.approx(worst)
    assert "did you mean 'employees'?" in failed(finding)["crm: population can be compared"]


def test_nobody_left_out_is_no_bias(folder):
    (folder / "crm.csv").write_text("id\n" + "\n".join(map(str, range(1, 9))) + "\n")
    finding = see(folder, covering(like_the_rest=("employees",)))
    assert figure(finding, "coverage").value == 1
    assert figure(finding, "coverage_bias").exact


def test_one_left_out_is_too_little_to_compare(folder):
    (folder / "crm.csv").write_text("id\n" + "\n".join(map(str, range(1, 8))) + "\n")
    finding = see(folder, covering(like_the_rest=("employees",)))
    assert is_unknown(figure(finding, "coverage_bias"))
    assert any(check.passed is None and "left out" in check.note for check in finding.checks)


@pytest.mark.parametrize(
    ("population", "note"),
    [
        (Population(source="prospects", key="idd"), "has no column idd (did you mean 'id'?)"),
        (Population(source="gone", key="id"), "there is no such file"),
    ],
)
def test_a_population_that_cannot_be_read(folder, population, note):
    finding = see(folder, covering(population=population))
    assert is_unknown(figure(finding, "coverage"))
    assert note in failed(finding)["crm: its population can be read"]
    assert figure(finding, "reachable").value == 1


def test_keys_that_join_and_the_worst_of_several_counts(folder):
    (folder / "erp.csv").write_text("customer\n1\n2\n9\n")
    joins = (Join(source="prospects"), Join(source="erp", to_key="customer"))
    finding = see(folder, Need(id="crm", source="crm", key="id", joins=joins))
    share = figure(finding, "join_share")
    assert (share.value, share.n) == (0.5, 4)
    (bars,) = [e for e in finding.exhibits if e.kind == "bars"]
    assert [(bar.label, bar.value) for bar in bars.bars] == [("crm: in prospects", 1.0), ("crm: in erp", 0.5)]


def test_a_join_that_cannot_be_made_leaves_no_figure(folder):
    joins = (Join(source="prospects"), Join(source="prospects", to_key="customer"))
    finding = see(folder, Need(id="crm", source="crm", key="id", joins=joins))
    assert is_unknown(figure(finding, "join_share"))
    assert "has no column customer" in failed(finding)["crm joins prospects"]


def test_the_table_shows_every_need(folder):
    needs = Need(id="gone", source="gone"), Need(id="crm", source="crm", fields=("City",), time="updated")
    (table,) = [e for e in see(folder, *needs).exhibits if e.kind == "table"]
    assert table.rows[0][:3] == ("gone", "gone", "no")
    assert table.rows[1] == ("crm", "crm", "yes", 5, "2025-06-01", "2026-01-12", 4, "", "City", 0.4)


@pytest.mark.parametrize("name", ['he said "no"', "it's", "a;b", "select", "f0", "k"])
def test_awkward_column_names(folder, name):
    quoted = name.replace('"', '""')
    (folder / "crm.csv").write_text(f'"{quoted}",id\nx,1\n')
    finding = see(folder, Need(id="crm", source="crm", fields=(name,), key="id"))
    assert figure(finding, "filled").value == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"history_days": 3}, "need `time`"),
        ({"population": Population(source="s", key="k")}, "needs `key`"),
        ({"like_the_rest": ("a",)}, "declare `population`"),
        ({"joins": (Join(source="s"),)}, "needs `key`"),
    ],
)
def test_settings_that_do_not_fit(changes, message):
    with pytest.raises(ValueError, match=message):
        Need(id="crm", source="crm", **changes)


def test_two_needs_of_one_name():
    with pytest.raises(ValueError, match="two needs are called crm"):
        Settings(needs=(Need(id="crm", source="a"), Need(id="crm", source="b")))
