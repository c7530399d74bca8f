"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from proveout.core.declared import DECLARED, Name, check_one_role_each
from proveout.core.probe import check_address
from proveout.core.question import SourceName

Metric = Literal[
    "",
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "matthews",
    "auc",
    "log_loss",
    "brier",
    "mae",
    "rmse",
    "r_squared",
    "ndcg",
    "precision_at_k",
    "average_precision",
    "rubric_pass_share",
]
ERRORS = ("log_loss", "brier", "mae", "rmse")
"""Metrics of which less is better."""
UNBOUNDED = ("log_loss", "mae", "rmse")
"""Metrics that may be above 1."""
OF_SCORES = ("auc", "log_loss", "brier")
"""Metrics of scores, not of decisions."""
BY_KIND: Mapping[str, tuple[str, ...]] = {
    "classification": (
        *("accuracy", "balanced_accuracy", "precision", "recall", "f1", "matthews"),
        *("auc", "log_loss", "brier"),
    ),
    "regression": ("mae", "rmse", "r_squared"),
    "ranking": ("ndcg", "precision_at_k", "average_precision"),
    "text": ("rubric_pass_share",),
}
"""Metrics that fit each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A table: a whole file, a table of a database, or a SELECT."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """Which declared source."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT, instead of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Where):
    """What the prototype was built on."""

    __pydantic_config__ = DECLARED

    key: str = ""
    """The column that names a case; that of the predictions when empty."""
    time: str = ""
    """The column that says when a case was; that of the predictions when empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column holds what; what the predictions do not have, but for what the prototype said, `cases` may have."""

    __pydantic_config__ = DECLARED

    truth: str = ""
    """What turned out to be right; for a ranking how relevant, 0 upwards."""
    score: str = ""
    """The prototype's score: how likely the positive answer is, or by what it ranks."""
    answer: str = ""
    """The prototype's answer: a label, or for a regression a number."""
    today: str = ""
    """What today's process decided on the same case."""
    time: str = ""
    """When the case was; a date or a time in ISO 8601."""
    weight: str = ""
    """How much the case counts."""
    cluster: str = ""
    """What cases have in common, such as the person or the customer; clusters are the units of chance then."""
    query: str = ""
    """For a ranking: to which list the row belongs."""
    latency_seconds: str = ""
    """How long the answer took."""
    cost: str = ""
    """What the answer cost."""
    error: str = ""
    """Why there is no answer; empty where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was promised of the metric, before the test."""

    __pydantic_config__ = DECLARED

    at_least: float | None = None
    """For a metric of which more is better."""
    at_most: float | None = None
    """For an error."""

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a promise is either at_least or at_most")

    @property
    def figure(self) -> float:
        """What was promised, of more or of less."""
        return (self.at_least if self.at_most is None else self.at_most) or 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a wrong decision costs."""

    __pydantic_config__ = DECLARED

    false_positive: Annotated[float, Gt(0)]
    """Of a yes that should have been a no."""
    false_negative: Annotated[float, Gt(0)]
    """Of a no that should have been a yes."""
    currency: str = "USD"
    """In which the costs are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What an answer may take."""

    __pydantic_config__ = DECLARED

    latency_seconds: Annotated[float, Gt(0)] | None = None
    """95 of 100 answers must come within it."""
    cost: Annotated[float, Gt(0)] | None = None
    """On average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineColumn:
    """A baseline of your own."""

    __pydantic_config__ = DECLARED

    column: Name
    """The column with its answers; its scores where the metric is one of scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How to ask the prototype; `proveout probe` does it and records the answers in the predictions' file."""

    __pydantic_config__ = DECLARED

    cases: Where
    """The cases; each row is sent as a JSON object, without the truth, today's decision and the prototype's columns."""
    command: tuple[str, ...] = ()
    """A program in the initiative's folder, run once per case: it reads the case and writes its answer, as JSON."""
    url: str = ""
    """An address to which each case is posted; secrets as `${NAME}`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the request; secrets as `${NAME}`."""
    timeout_seconds: Annotated[float, Gt(0)] = 30.0
    """After which a case counts as failed."""

    def __post_init__(self) -> None:
        if bool(self.command) == bool(self.url):
            raise ValueError("give either command or url")
        check_address(self.url, self.headers, "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric(Where):
    """Judgements of texts, one row per case, item and judge."""

    __pydantic_config__ = DECLARED

    case: Name = "case"
    """The column that names the case."""
    item: str = ""
    """The column that names the question of the rubric; empty when there is only one."""
    judge: str = ""
    """The column that names who judged."""
    verdict: Name = "verdict"
    """The column with the verdict: yes or no, pass or fail, true or false, 1 or 0."""
    person: str = ""
    """The column that says whether the judge is a person (yes) or a model (no); all are people when empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Whether the prototype works: its answers, the truth, and what it is held against."""

    __pydantic_config__ = DECLARED

    kind: Literal["classification", "regression", "ranking", "text"] = "classification"
    """What it answers with."""
    predictions: Where | None = None
    """The prototype's answers on cases that it has not seen, one row per case."""
    cases: Where | None = None
    """A second table with columns that the predictions do not have, joined by `key`; `run.cases` when empty."""
    key: str = ""
    """The column that names a case."""
    columns: Columns = field(default_factory=Columns)
    """Which column holds what."""
    positive: str | float = ""
    """The value that counts as yes; yes, true and 1 are known."""
    metric: Metric = ""
    """The one that counts; by default `auc` for scores, `balanced_accuracy`, `mae`, `ndcg` or `rubric_pass_share`."""
    k: Annotated[int, Ge(1)] = 10
    """For a ranking: how many places count."""
    promise: Promise | None = None
    """What was promised of the metric."""
    threshold: float | Literal["cheapest"] = 0.5
    """From which score on the answer is yes, where there is no answer; `cheapest`: by `costs`, on other cases."""
    costs: Costs | None = None
    """What wrong decisions cost."""
    baseline: Literal["", "majority", "persistence", "one-rule"] | BaselineColumn = ""
    """The simple rule to beat; when empty the better one of the majority and the best single field."""
    slices: tuple[Name, ...] = ()
    """Columns that split the cases into groups in each of which it should work."""
    groups: tuple[Name, ...] = ()
    """Columns that split people into groups that should be treated alike."""
    fields: tuple[Name, ...] = ()
    """Columns that the prototype sees."""
    known_at_decision: tuple[Name, ...] = ()
    """Fields for which a person vouches that they are filled before the decision, and stay."""
    known_after: tuple[Name, ...] = ()
    """Columns that are filled after the decision: suspects wherever the prototype sees them."""
    population: Where | None = None
    """The cases that it will meet, with the same fields."""
    training: Training | None = None
    """The cases that it was built on."""
    allowed: Allowed = field(default_factory=Allowed)
    """What an answer may take."""
    run: Run | None = None
    """How to ask the prototype."""
    rubric: Rubric | None = None
    """For texts: the judgements."""

    def __post_init__(self) -> None:
        columns = self.columns
        if self.kind == "text":
            if self.rubric is None:
                raise ValueError("texts are judged by a rubric: declare `rubric`")
        elif self.predictions is None or not columns.truth:
            raise ValueError(f"a {self.kind} needs `predictions` and `columns.truth`, what turned out to be right")
        if self.kind in ("classification", "regression") and not (columns.score or columns.answer or self.run):
            raise ValueError("declare `columns.score` or `columns.answer`, what the prototype said")
        if self.kind == "ranking" and not (columns.score and columns.query):
            raise ValueError("a ranking needs `columns.score`, by what it ranks, and `columns.query`, which list")
        self._check_metric()
        if self.threshold == "cheapest" and not (self.costs and columns.score):
            raise ValueError("the cheapest threshold needs `costs` and `columns.score`")
        if (self.cases or self.run) and not self.key:
            raise ValueError("cases are told apart by `key`, the column that names one; declare it")
        if (self.cases or self.run) and not self.predictions:
            raise ValueError("declare `predictions`, where the answers are")
        if self.baseline == "one-rule" and not self.fields:
            raise ValueError("the best single field needs `fields`, the columns to choose from")
        self._check_columns()
        both = {name.casefold() for name in self.known_at_decision} & {name.casefold() for name in self.known_after}
        if both:
            raise ValueError(f"{min(both)} cannot be known at the decision and after it")
        if self.baseline == "persistence" and not columns.time:
            raise ValueError("persistence repeats the truth of the case before; declare `columns.time`")

    def _check_metric(self) -> None:
        if self.main not in BY_KIND[self.kind]:
            raise ValueError(f"{self.main} does not measure a {self.kind}; one of {', '.join(BY_KIND[self.kind])}")
        if self.main in OF_SCORES and not self.columns.score:
            raise ValueError(f"{self.main} is a metric of scores; declare `columns.score`")
        if self.promise and (self.promise.at_most is not None) != (self.main in ERRORS):
            side = "at_most" if self.main in ERRORS else "at_least"
            raise ValueError(f"what is promised of {self.main} is {side} some figure")
        if self.promise and self.main not in UNBOUNDED and not -1 <= self.promise.figure <= 1:
            given = f"{self.promise.figure:g}"
            share = f"; {given}% is {self.promise.figure / 100:g}" if 1 < self.promise.figure <= 100 else ""
            raise ValueError(f"{self.main} is never beyond 1, and {given} is promised{share}")

    def _check_columns(self) -> None:
        """What the prototype said may be score and answer at once, and the baseline be today's decision."""
        roles = {f"columns.{name}": getattr(self.columns, name) for name in _ROLES if name != "cluster"}
        if self.columns.answer.casefold() == self.columns.score.casefold():
            del roles["columns.answer"]
        if isinstance(self.baseline, BaselineColumn) and self.baseline.column != self.columns.today:
            roles["baseline.column"] = self.baseline.column
        check_one_role_each(roles | {"key": self.key})

    @property
    def main(self) -> str:
        """The metric that counts."""
        if self.metric:
            return self.metric
        if self.kind != "classification":
            return {"regression": "mae", "ranking": "ndcg", "text": "rubric_pass_share"}[self.kind]
        return "balanced_accuracy" if self.columns.answer or not self.columns.score else "auc"

    @property
    def lookup(self) -> Where | None:
        """Where the columns are that the predictions do not have."""
        return self.cases or (self.run.cases if self.run else None)

    @property
    def roles(self) -> Mapping[str, str]:
        """Columns by what they hold; those that a recording writes need not be declared."""
        written = {"answer": "" if self.columns.score else "answer", "latency_seconds": "latency_seconds"}
        found = {**written, "error": "error"} if self.run else {}
        found |= {name: column for name in _ROLES if (column := getattr(self.columns, name))}
        found["key"] = self.key
        if isinstance(self.baseline, BaselineColumn):
            found["baseline"] = self.baseline.column
        return {name: column for name, column in found.items() if column}


_ROLES = tuple(one.name for one in dataclass_fields(Columns))
