"""Published trials, measured as pilots: e-mails, a game, class sizes, AI in software work, two medical trials."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from tests.oracles.clustered import cr0_error, moments
from tests.oracles.test_cluster_regression import full_matrices

from proveout import data
from proveout.core.initiative import Change, Initiative, Kpi, Source
from proveout.core.pilot import Pilot, Rows
from proveout.core.question import Answers
from proveout.instruments.pilot import queries
from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.settings import Settings
from proveout.stats.cluster_regression import cr2_coefficient
from proveout.stats.exact_table import fisher_p

pytestmark = pytest.mark.real_data

PRINTED = 5e-5

PILOT = Pilot(start=date(2026, 3, 2), end=date(2026, 4, 26), assignment=Rows(source="data"), randomise="units")


def see(folder: Path, file: str, assignment: str, kpis: dict[str, str], direction: str = "up", **design: object):
    pilot = replace(
        PILOT,
        assignment=Rows(source="data", query=assignment),
        outcomes={name: Rows(source="data", query=query) for name, query in kpis.items()},
        **design,
    )
    initiative = Initiative(
        initiative="test",
        sources={"data": Source(location=file)},
        kpis=tuple(
            Kpi(id=name, unit="point", direction=direction, minimum_worthwhile=Change(relative=0.01)) for name in kpis
        ),
        pilot=pilot,
    )
    tables, failures = data.ask(queries.questions(Settings(), initiative), initiative.sources, folder)
    assert failures == {}
    return measure(Settings(), Answers(tables=tables, failures=failures, as_of=date(2026, 5, 1)), initiative)


def read(path: Path, sql: str) -> dict[str, np.ndarray]:
    """Columns of a query of one file."""
    with duckdb.connect() as connection:
        columns = connection.execute(sql.replace("from data", f"from '{path}'")).fetchnumpy()
    return {name: np.ma.filled(column).astype(float) for name, column in columns.items()}


def figure(finding, name, subject):
    return next(e for e in finding.estimates if (e.name, e.subject) == (name, subject))


def test_hillstrom(real_data: Path):
    """Visits 18.276% with the e-mail for men, 10.617% without; spending 1.423 and 0.653 dollars."""
    units = "select row_number() over () as unit, segment, visit, spend, history from data"
    two = "segment <> 'Womens E-Mail'"
    found = see(
        real_data / "experiments_ab",
        "hillstrom_email_64k.csv.gz",
        f"select unit, case segment when 'No E-Mail' then 'control' else 'pilot' end as arm from ({units}) where {two}",
        {
            "visit": f"select unit, visit as value from ({units}) where {two}",
            "spend": f"select unit, spend as value, history as before from ({units}) where {two}",
        },
    )
    visit, spend = figure(found, "effect", "visit"), figure(found, "effect", "spend")
    assert visit.value == pytest.approx(0.18276 - 0.10617, abs=2e-5)
    error = np.sqrt(0.18276 * 0.81724 / 21_307 + 0.10617 * 0.89383 / 21_306)
    assert (visit.upper - visit.lower) / 2 == pytest.approx(1.966 * error, rel=0.12)  # 400 buckets
    assert spend.value == pytest.approx(1.423 - 0.653, abs=0.01)
    assert spend.lower > 0
    assert figure(found, "sample_ratio_p", "assigned").value == 1


def test_hillstrom_of_women_and_its_conversion(real_data: Path):
    """Visits 15.140% with the e-mail for women, 10.617% without; purchases 0.884% against 0.573%."""
    units = "select row_number() over () as unit, segment, visit, conversion from data"
    two = "segment <> 'Mens E-Mail'"
    found = see(
        real_data / "experiments_ab",
        "hillstrom_email_64k.csv.gz",
        f"select unit, case segment when 'No E-Mail' then 'control' else 'pilot' end as arm from ({units}) where {two}",
        {name: f"select unit, {name} as value from ({units}) where {two}" for name in ("visit", "conversion")},
    )
    for name, women, nobody in (("visit", 0.15140, 0.10617), ("conversion", 0.00884, 0.00573)):
        effect = figure(found, "effect", name)
        assert effect.value == pytest.approx(women - nobody, abs=2e-5), name
        error = np.sqrt(women * (1 - women) / 21_387 + nobody * (1 - nobody) / 21_306)
        assert (effect.upper - effect.lower) / 2 == pytest.approx(1.966 * error, rel=0.12), name  # 400 buckets
        assert figure(found, "p_value", name).value < 0.001, name
    assert figure(found, "sample_ratio_p", "assigned").value == pytest.approx(0.698, abs=0.01)


def test_cookie_cats(real_data: Path):
    """Day 7: 18.200% with the later gate, 19.020% with the earlier; arms of 44,700 and 45,489, p = .0086."""
    unit = "userid as unit"
    found = see(
        real_data / "experiments_ab",
        "cookie_cats_90k.csv.gz",
        f"select {unit}, case version when 'gate_40' then 'pilot' else 'control' end as arm from data",
        {
            "day1": f"select {unit}, retention_1::int as value from data",
            "day7": f"select {unit}, retention_7::int as value from data",
        },
    )
    assert figure(found, "effect", "day1").value == pytest.approx(0.44228 - 0.44819, abs=2e-5)
    assert figure(found, "effect", "day7").value == pytest.approx(0.18200 - 0.19020, abs=2e-5)
    assert figure(found, "p_value", "day7").value < 0.006  # Holm over two, 10,001 assignments
    assert figure(found, "p_value", "day1").value == pytest.approx(0.0744, abs=0.03)
    assert figure(found, "sample_ratio_p", "assigned").value == pytest.approx(0.0086, abs=2e-4)
    assert next(c for c in found.checks if "as large as planned" in c.name).passed is False


KINDERGARTEN = "from data where stark in ('small', 'regular')"


def test_star(real_data: Path):
    """Reading and mathematics in kindergarten: 931.94 in small classes, 918.04 in regular ones."""
    score = "readk::double + mathk::double"
    asked = (
        real_data / "experiments_ab",
        "tennessee_star_11598.csv.gz",
        f"select rownames as unit, case stark when 'small' then 'pilot' else 'control' end as arm {KINDERGARTEN}",
        {"score": f"select rownames as unit, {score} as value from data where readk is not null and mathk is not null"},
    )
    plain = figure(see(*asked, treated_share=0.46), "effect", "score")
    assert plain.value == pytest.approx(931.94 - 918.04, abs=0.1)  # buckets of a few pupils more or less count alike
    within = asked[2].replace("as unit,", "as unit, schoolidk as stratum,", 1)
    schools = figure(see(*asked[:2], within, asked[3], treated_share=0.46), "effect", "score")
    assert schools.lower < plain.value < schools.upper
    assert schools.lower > 5


def test_star_by_pupil_and_by_school(real_data: Path):
    """13.90 (2.45) by pupil, as Stock and Watson print it; pupils of one of 79 schools are alike: 4.24 by CR2."""
    score = "readk::double + mathk::double"
    rows = read(
        real_data / "experiments_ab" / "tennessee_star_11598.csv.gz",
        f"select stark = 'small' as small, schoolidk as school, {score} as score {KINDERGARTEN}"
        " and readk is not null and mathk is not null",
    )
    design = np.column_stack([np.ones(len(rows["small"])), rows["small"]])
    score, school = rows["score"] - 900, rows["school"].astype(int)
    arm = np.array([0.0, 1.0])
    pupil = cr2_coefficient(*moments(design, score, np.arange(len(score))), arm)
    assert pupil.estimate.value == pytest.approx(13.90, abs=0.005)
    assert pupil.standard_error == pytest.approx(2.45, abs=0.005)
    sums = moments(design, score, school)
    clustered = cr2_coefficient(*sums, arm)
    assert clustered.estimate.n == 79
    assert clustered.estimate.value == pytest.approx(pupil.estimate.value)
    assert clustered.standard_error == pytest.approx(4.242286, abs=1e-6)
    _, error, df = full_matrices(design, score, school, arm)
    assert (clustered.standard_error, clustered.degrees_of_freedom) == pytest.approx((error, df), rel=1e-6)


LOGS = "ln(initial_implementation_time + coalesce(post_review_implementation_time, imputed))"
METR = """(
  select *, avg(post_review_implementation_time) over (partition by ai_treatment) as imputed from data
)"""


def test_metr_by_least_squares(real_data: Path):
    """18.8% slower, 1.3% to 39.5%: the log of the time on the treatment and the log of the forecast."""
    rows = read(
        real_data / "ai_pilots" / "metr_2025_dev_rct_246.csv",
        f"select ai_treatment as treated, {LOGS} as y, ln(predicted_time_no_ai) as forecast from {METR}",
    )
    design = np.column_stack([np.ones(len(rows["y"])), rows["treated"], rows["forecast"]])
    arm = np.array([0.0, 1.0, 0.0])
    found = cr2_coefficient(*moments(design, rows["y"], np.arange(len(design))), arm)
    assert np.expm1(found.estimate.value) == pytest.approx(0.1884, abs=5e-5)
    error = classical_error(design, rows["y"], arm)
    ends = np.expm1(found.estimate.value + np.array([-1.96, 1.96]) * error)
    assert ends == pytest.approx([0.0126, 0.3948], abs=5e-5)
    assert np.round(100 * ends, 1).tolist() == [1.3, 39.5]
    assert found.standard_error == pytest.approx(error, rel=0.02)


def classical_error(design: np.ndarray, y: np.ndarray, contrast: np.ndarray) -> float:
    """Of ordinary least squares, as textbooks have it."""
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    bread = np.linalg.inv(design.T @ design)
    return float((contrast @ bread @ contrast * (rest @ rest) / (len(y) - len(contrast))) ** 0.5)


@pytest.mark.parametrize("coded", [1, 0])
def test_metr_where_ai_made_work_slower_or_the_arms_are_coded_backwards(real_data: Path, coded: int):
    """18.8% slower, interval 1.3% to 39.5%; the data dictionary has the treatment backwards."""
    found = see(
        real_data / "ai_pilots",
        "metr_2025_dev_rct_246.csv",
        f"select issue_id as unit, case ai_treatment when {coded} then 'pilot' else 'control' end as arm from data",
        {"minutes": f"select issue_id as unit, {LOGS} as value, ln(predicted_time_no_ai) as before from {METR}"},
        direction="down",
    )
    effect = figure(found, "effect", "minutes")
    sign = 1 if coded else -1
    assert np.exp(sign * effect.value) == pytest.approx(1.1884, abs=5e-5)
    ends = sorted(np.exp(sign * end) for end in (effect.lower, effect.upper))
    assert ends == pytest.approx([1.0126, 1.3948], abs=0.005)  # of the draw, not of a normal distribution
    doubts = [c for c in found.checks if "goes the way" in c.name]
    if coded:
        assert "coded the wrong way round; without exposures nobody can say which" in doubts[0].note
    else:
        assert any(c.name == "Only the pilot arm used the system" and c.passed is None for c in found.checks)


@pytest.mark.parametrize(
    ("file", "unit", "arm", "value", "table"),
    [
        ("indomethacin_rct_602.csv", "id", "rx like '1%'", "outcome like '1%'", ((27, 268), (52, 255))),
        ("strep_tb_mrc1948_107.csv", "patient_id", "arm <> 'Control'", "improved", ((38, 17), (17, 35))),
    ],
)
def test_medical_trials(real_data: Path, file: str, unit: str, arm: str, value: str, table):
    (a, b), (c, d) = table
    found = see(
        real_data / "experiments_ab",
        file,
        f"select {unit} as unit, case when {arm} then 'pilot' else 'control' end as arm from data",
        {"event": f"select {unit} as unit, case when {value} then 1 else 0 end as value from data"},
    )
    effect = figure(found, "effect", "event")
    assert effect.value == pytest.approx(a / (a + b) - c / (c + d))
    assert figure(found, "p_value", "event").value == pytest.approx(fisher_p(a, a + b, c, c + d), abs=0.005)


def test_resume_audit(real_data: Path):
    """Call-backs: 9.65% with names common among whites, 6.45% with names common among blacks."""
    found = see(
        real_data / "experiments_ab",
        "bertrand_mullainathan_resume_4870.csv.gz",
        "select rownames as unit, ad_id as stratum, if(race = 'w', 'pilot', 'control') as arm from data",
        {"call": "select rownames as unit, call as value from data"},
    )
    assert figure(found, "effect", "call").value == pytest.approx(0.0320, abs=0.0006)
    assert figure(found, "p_value", "call").value < 0.001


def test_petersen(real_data: Path):
    """Slope 1.0348; errors of least squares .0286, White .0284, by firm .0506, by year .0334, by both .0536."""
    rows = np.loadtxt(
        real_data / "experiments_ab" / "petersen_cluster_se_testdata_SIMULATED.csv",
        delimiter=",",
        skiprows=1,
        usecols=(1, 2, 3, 4),
    )
    firm, year, x, y = rows.T
    n, slope, design = len(rows), np.array([0.0, 1.0]), np.column_stack([np.ones(len(rows)), x])
    assert classical_error(design, y, slope) == pytest.approx(0.0286, abs=PRINTED)
    errors, ours = {}, {}
    for name, groups in (("row", np.arange(n)), ("firm", firm), ("year", year)):
        sums = moments(design, y, groups)
        g = len(sums[0])
        errors[name] = cr0_error(*sums, slope) * (g / (g - 1) * (n - 1) / (n - 2)) ** 0.5  # as he corrects them: CR1
        found = cr2_coefficient(*sums, slope)
        assert found.estimate.value == pytest.approx(1.0348, abs=PRINTED)
        ours[name] = found.standard_error
    assert errors == pytest.approx({"row": 0.0284, "firm": 0.0506, "year": 0.0334}, abs=PRINTED)
    assert ours == pytest.approx({"row": 0.0284, "firm": 0.0507, "year": 0.0334}, abs=PRINTED)  # CR2
    both = (errors["firm"] ** 2 + errors["year"] ** 2 - errors["row"] ** 2) ** 0.5
    assert both == pytest.approx(0.0536, abs=PRINTED)
