"""Rules that tables suggest by themselves: what they find where we put faults, and how little where there are none."""

from pathlib import Path

import pytest
from tests.unit.instruments.quality.dirty_tables import TRADES, dirtied, shifted
from tests.unit.instruments.quality.suspects import discovered, precision_and_recall, suspects, write

FAULTS = {
    "people": {
        "first": ["typo"],
        "city": ["typo", "swapped", "missing"],
        "state": ["typo", "swapped"],
        "zip": ["typo"],
        "rate": ["unit", "typo"],
        "salary": ["unit", "missing"],
        "born": ["more", "typo"],
    },
    "departures": {
        "planned": ["more", "missing", "swapped", "typo"],
        "actual": ["more", "missing", "swapped"],
        "gate": ["typo", "missing", "swapped"],
    },
    "papers": {
        "journal": ["typo", "missing"],
        "abbreviation": ["typo", "missing", "swapped"],
        "issn": ["typo", "missing", "swapped"],
        "pages": ["more", "typo"],
        "language": ["typo"],
        "made": ["more"],
    },
    "films": {
        "minutes": ["typo", "more"],
        "score": ["unit", "typo"],
        "votes": ["unit"],
        "genre": ["typo"],
        "price": ["more", "typo"],
        "mail": ["crossed out", "typo"],
        "year": ["typo", "more"],
    },
}
LEAST_PRECISION = 0.9
LEAST_RECALL = {"people": 0.6, "departures": 0.9, "papers": 0.7, "films": 0.5}
"""First names, free text and swapped numbers give no fault away."""


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("share", [0.02, 0.12])
@pytest.mark.parametrize("trade", TRADES)
def test_most_suspects_are_faults_and_many_faults_are_suspects(trade: str, share: float, seed: int, tmp_path: Path):
    dirty, wrong = dirtied(TRADES[trade](1500, seed), FAULTS[trade], share, seed)
    precision, recall = precision_and_recall(suspects(write(tmp_path / "t.csv", dirty)), wrong)
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL[trade]


@pytest.mark.parametrize("trade", TRADES)
def test_rows_whose_cells_have_moved_are_seen(trade: str, tmp_path: Path):
    dirty, wrong = shifted(TRADES[trade](1500, 31), 0.02, 31)
    precision, recall = precision_and_recall(suspects(write(tmp_path / "t.csv", dirty)), wrong)
    assert precision >= LEAST_PRECISION
    assert recall >= 0.3


@pytest.mark.parametrize("trade", TRADES)
def test_a_clean_table_has_next_to_no_suspects(trade: str, tmp_path: Path):
    table = TRADES[trade](1500, 21)
    assert len(suspects(write(tmp_path / "t.csv", table))) <= 0.0005 * 1500 * len(table)


def test_a_rule_says_in_words_what_it_is_and_counts_what_breaks_it(tmp_path: Path):
    amounts = [f"{i % 97}.5" for i in range(200)]
    amounts[3], amounts[7] = "12.0 oz", "3%"
    rules, _ = discovered(write(tmp_path / "t.csv", {"amount": amounts}))
    (rule,) = [rule for rule in rules if rule.confidence == "high"]
    assert (rule.field, rule.kind, rule.words) == ("amount", "type", "amount is a number")
    assert (rule.n, rule.n_suspects, rule.example, rule.sampled) == (200, 2, "12.0 oz", False)


def test_one_unit_is_the_rule_and_many_spellings_of_it_are_none(tmp_path: Path):
    one = [f"{i % 37} patients" for i in range(200)]
    one[5], one[9] = "12 paxients", "7"
    many = [f"{i % 5 + 10}.0 {('oz', 'oz.', 'OZ.', 'ounce')[i % 4]}" for i in range(200)]
    path = write(tmp_path / "t.csv", {"one": one, "many": many})
    assert suspects(path) == {(5, "one"), (9, "one"), *((i, "many") for i in range(200))}


def test_house_numbers_and_ordinals_are_no_amounts(tmp_path: Path):
    streets = [f"{i} {('Oak', 'Elm', 'Lake', 'Hill', 'Park', 'Main', 'Mill')[i % 7]} Street" for i in range(200)]
    ordinals = [("1st", "2nd", "3rd", "4th")[i % 4] for i in range(200)]
    assert not suspects(write(tmp_path / "t.csv", {"street": streets, "place": ordinals}))


def test_columns_may_have_the_names_that_our_queries_use(tmp_path: Path):
    names = ("place", "cell", "suspect", "given", "x0", "n", "c1", "usual0")
    table = {name: [str(i % (40 + j)) + "x" * (i == 7) for i in range(400)] for j, name in enumerate(names)}
    assert suspects(write(tmp_path / "t.csv", table)) == {(7, name) for name in names}


def test_rare_codes_are_no_slips_of_common_ones(tmp_path: Path):
    states = [("CA", "CO", "CT", "PA", "MA")[i % 5] for i in range(995)] + ["GA", "VA", "IA", "LA", "WA"]
    months = [("may", "jun", "jul", "aug")[i % 4] for i in range(990)] + ["mar"] * 10
    assert not suspects(write(tmp_path / "t.csv", {"state": states, "month": months}))


def test_a_slip_is_told_from_a_rare_entry(tmp_path: Path):
    cities = [("Birmingham", "Sheffield", "Leicester", "Nottingham")[i % 4] for i in range(400)]
    cities[10], cities[20] = "Birminxham", "Hull"
    assert suspects(write(tmp_path / "t.csv", {"city": cities})) == {(10, "city")}


def test_entries_in_the_wrong_field_are_found_on_both_sides(tmp_path: Path):
    cities = [f"Town{i % 150} {'abcdefgh'[i % 8]}" for i in range(600)]
    states = [("CA", "CO", "NY")[i % 3] for i in range(600)]
    moved = (4, 9, 50, 77)
    for i in moved:
        cities[i], states[i] = f"{cities[i]} {states[i]}", ""
    found = suspects(write(tmp_path / "t.csv", {"city": cities, "state": states}))
    assert found == {(i, field) for i in moved for field in ("city", "state")}


def test_exceptions_that_stand_together_are_no_slips(tmp_path: Path):
    """Towns with one zip code, and some with two that are both real: the second is no fault of the row."""
    towns = [f"town {i % 40}" for i in range(1200)]
    codes = [f"code {i % 40}{'b' if i % 40 < 8 and i // 40 % 4 == 0 else ''}" for i in range(1200)]
    rules, _ = discovered(write(tmp_path / "t.csv", {"town": towns, "code": codes}))
    assert "code" not in {rule.field for rule in rules if rule.kind == "dependency"}


def test_chance_makes_no_dependency(tmp_path: Path):
    import random

    for seed in range(5):
        r = random.Random(seed)
        table = {f"c{j}": [str(r.randint(0, size)) for _ in range(120)] for j, size in enumerate((1, 2, 5, 20, 60))}
        rules, _ = discovered(write(tmp_path / f"{seed}.csv", table))
        assert not [rule for rule in rules if rule.kind == "dependency"]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n",
        "a,b\n1,x\n",
        'a,"b ""quoted"", $1; --"\n' + ",\n" * 50,
        "ä,名前\n" + "".join(f"{i},名{i % 3}\n" for i in range(60)),
        "only\n" + "same\n" * 100,
    ],
)
def test_odd_tables_give_no_suspects_and_no_failure(content: str, tmp_path: Path):
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    assert discovered(tmp_path / "t.csv")[0] == ()


def test_more_rows_than_the_sample_are_all_held_against_the_rules(tmp_path: Path):
    numbers = [f"{i % 1000}" for i in range(120_000)]
    for i in range(0, 120_000, 1000):
        numbers[i] = f"{i % 7} kg"
    rules, tables = discovered(write(tmp_path / "t.csv", {"weight": numbers}))
    (rule,) = [rule for rule in rules if rule.confidence == "high"]
    assert (rule.n, rule.n_suspects) == (120_000, 120)
    assert 49_000 < int(tables["t fields"]["n_rows"][0]) < 51_000


def test_beyond_a_million_rows_dependencies_are_counted_in_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    towns = [f"town {i % 40}" for i in range(1200)]
    codes = [f"code {i % 40}" for i in range(1200)]
    codes[17] = "code 39"
    path = write(tmp_path / "t.csv", {"town": towns, "code": codes})
    for most, sampled in ((1_000_000, False), (1000, True)):
        monkeypatch.setattr("proveout.instruments.quality.discovery.MOST_GROUPED", most)
        (rule,) = [rule for rule in discovered(path)[0] if rule.field == "code"]
        assert (rule.words, rule.n_suspects, rule.example) == ("code follows from town", 1, "code 39")
        assert rule.sampled is sampled
