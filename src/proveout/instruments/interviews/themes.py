"""Proposes themes for transcripts that nobody has coded. A proposal is no evidence until a person confirms it."""

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.question import Answers
from proveout.instruments.interviews.queries import CODE_COLUMNS
from proveout.instruments.interviews.settings import Settings

EXAMPLES = 5
TERMS = 6
FEWEST_WORDS, MOST_CHARACTERS = 8, 400
"""Of a sentence that can stand as an example by itself."""
CLEAR = 0.5
"""A sentence shows a theme when at least this part of its weight lies on it."""

COMMON, MANY = 0.6, 50
"""A word that more than this part of at least so many interviewees use tells them not apart."""

WORD = r"(?u)\b[^\W\d_]{2,}\b"
LABEL = re.compile(r"^\s*\**([A-Z][\w.'’ -]{0,30}?)\**:\**(?=\s|$)", flags=re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])|\n+")
TALK = """
yes yeah ok okay sure thanks thank really actually basically like just kind sort thing things lot bit maybe think
thought know mean say said would could should also even much many get got getting use used using uses make makes
making want need way good great going don didn doesn isn wasn won ve ll re im ive dont example general usually
probably pretty quite able sounds feel time times questions question ready begin different helpful better did does
doing work works working worked recent recently wanted asked please
"""
"""What people say whatever they talk about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence that shows a theme, and in which interview it was said."""

    interview: str
    sentence: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A proposed theme.

    Args:
        code: A name made of its top terms, to be replaced by a person.
        terms: The terms that weigh most, first the heaviest.
        examples: The sentences that show it best, of different interviews where possible.
        interviews: The interviews in which it shows, with the sentence of each that shows it best.
    """

    code: str
    terms: tuple[str, ...]
    examples: tuple[Example, ...]
    interviews: tuple[Example, ...]


def transcripts(settings: Settings, answers: Answers) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the interviewees said, and the ids of their interviews; coded ones are left out.

    Raises:
        ProveoutError: A declared column is missing.
    """
    from proveout.instruments.interviews.measure import confirmed, read

    written, _ = read(settings, answers)
    coded, _ = confirmed(settings, answers, written)
    open_ones = [one for one in coded if one.pains is None and one.text.strip()]
    return tuple(said_by(settings.speaker, one.text) for one in open_ones), tuple(one.names[0] for one in open_ones)


def said_by(speaker: str, text: str) -> str:
    """The turns of one speaker, when lines are labelled (`User: ...`); the whole text otherwise.

    A word with a colon is taken for a label when it is the speaker's or starts two lines or more.
    """
    labels = Counter(match[1].strip().casefold() for match in LABEL.finditer(text))
    wanted = speaker.casefold()
    if wanted not in labels:
        return text
    turns, said, start = [], False, 0
    for match in LABEL.finditer(text):
        label = match[1].strip().casefold()
        if label != wanted and labels[label] < 2:
            continue
        if said:
            turns.append(text[start : match.start()].strip())
        said, start = label == wanted, match.end()
    if said:
        turns.append(text[start:].strip())
    return "\n".join(turns)


def propose_themes(texts: Sequence[str], ids: Sequence[str], *, themes: int | None = None) -> tuple[Theme, ...]:
    """Themes by TF-IDF and non-negative matrix factorisation of sentences; the same input gives the same themes.

    Args:
        texts: What each interviewee said.
        ids: The interview of each text.
        themes: How many to look for; by default the square root of the number of interviews, 3 to 12.

    Returns:
        Themes, the one that shows in most interviews first.

    Raises:
        ProveoutError: scikit-learn is not installed.
        TooLittle: There are too few sentences or terms to find themes in.

    Source: Lee & Seung (1999), Nature 401, 788-791; Boutsidis & Gallopoulos (2008), Pattern Recognition 41,
    1350-1362, for the deterministic start.
    """
    wanted = themes or min(12, max(3, round(len(texts) ** 0.5)))
    said = [(one, sentence) for one, text in zip(ids, texts, strict=True) for sentence in sentences(text)]
    if len(said) < 5 * wanted:
        message = f"{len(said)} sentence(s) of {FEWEST_WORDS} words or more: too few for {wanted} themes"
        raise TooLittle(message, "hold more interviews, or code these few by hand")
    weights, terms, names = _factorise([sentence for _, sentence in said], wanted, _common_words(texts))
    found = [_theme(column, terms[index], names, said, weights) for index, column in enumerate(weights.T)]
    shown = [theme for theme in found if theme.interviews]
    if not shown:
        raise TooLittle("no sentence shows one theme more than others", "code the interviews by hand")
    return tuple(sorted(shown, key=lambda theme: -len(theme.interviews)))


def sentences(text: str) -> list[str]:
    """Sentences long enough to say something and short enough to be read."""
    parts = (" ".join(part.split()) for part in SENTENCE_END.split(text))
    return [part for part in parts if len(part.split()) >= FEWEST_WORDS and len(part) <= MOST_CHARACTERS]


def codes_table(themes: Iterable[Theme]) -> tuple[dict[str, str], ...]:
    """Rows for a CSV that a person confirms: they name the code, rate its severity and sign in confirmed_by."""
    rows: list[dict[str, str]] = [
        dict(zip(CODE_COLUMNS, (example.interview, theme.code, "", example.sentence, ""), strict=True))
        for theme in themes
        for example in theme.interviews
    ]
    return tuple(sorted(rows, key=lambda row: row["interview"]))


def _common_words(texts: Sequence[str]) -> set[str]:
    if len(texts) < MANY:
        return set()
    users = Counter(word for text in texts for word in set(re.findall(WORD, text.casefold())))
    return {word for word, n in users.items() if n > COMMON * len(texts)}


def _factorise(said: Sequence[str], wanted: int, common: set[str]):
    """Weight of each theme in each sentence, of each term in each theme, and the terms."""
    try:
        from sklearn.decomposition import NMF
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
    except ImportError:
        raise ProveoutError("proposing themes needs scikit-learn", "pip install 'proveout[themes]'") from None
    vectorizer = TfidfVectorizer(
        stop_words=sorted(ENGLISH_STOP_WORDS.union(TALK.split(), common)),
        token_pattern=WORD,
        ngram_range=(1, 2),
        min_df=max(2, len(said) // 1000),
        max_df=0.6,
        sublinear_tf=True,
    )
    try:
        matrix = vectorizer.fit_transform(said)
    except ValueError:
        message = "the sentences share too few words to find themes in"
        raise TooLittle(message, "hold more interviews, or code these few by hand") from None
    wanted = min(wanted, *(size - 1 for size in matrix.shape))
    if wanted < 1:
        raise TooLittle("too few sentences or words", "hold more interviews, or code these few by hand")
    model = NMF(n_components=wanted, init="nndsvda", random_state=0, max_iter=500)  # pyright: ignore[reportArgumentType]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        weights = model.fit_transform(matrix)
    return weights, model.components_, vectorizer.get_feature_names_out()


def _theme(column, terms, names, said: Sequence[tuple[str, str]], weights) -> Theme:
    top = _distinct(names[index] for index in terms.argsort()[::-1][: 3 * TERMS] if terms[index] > 0)
    clear = column >= CLEAR * weights.sum(axis=1)
    best: dict[str, Example] = {}
    for index in column.argsort(kind="stable")[::-1]:
        if clear[index] and column[index] > 0:
            interview, sentence = said[index]
            best.setdefault(interview, Example(interview=interview, sentence=sentence, weight=float(column[index])))
    ranked = tuple(best.values())
    return Theme(code="-".join(top[:2]).replace(" ", "-"), terms=top, examples=ranked[:EXAMPLES], interviews=ranked)


def _distinct(terms: Iterable[str]) -> tuple[str, ...]:
    """Without terms that repeat a word of a heavier one."""
    kept: list[str] = []
    for term in terms:
        if not any(set(term.split()) & set(other.split()) for other in kept):
            kept.append(term)
    return tuple(kept[:TERMS])
