"""Made-up tables of several trades, and faults put into them where we know them."""

import random
import string
from collections.abc import Callable, Mapping, Sequence

Table = dict[str, list[str]]
Cells = set[tuple[int, str]]
SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il", "on")]


def word(r: random.Random, syllables: int = 3) -> str:
    return "".join(r.choice(SYLLABLES) for _ in range(syllables))


def title(r: random.Random, words: int) -> str:
    return " ".join(word(r, r.randint(2, 4)) for _ in range(words)).capitalize()


def people(n: int, seed: int) -> Table:
    """A register: the zip code tells city and state, the area code the state; the rest tells nothing."""
    r = random.Random(seed)
    states = [a + b for a, b in zip("CNTFWOKMAI", "AYXLAHYINL", strict=True)]
    area = {str(r.randint(200, 999)): r.choice(states) for _ in range(60)}
    cities = [(word(r).capitalize(), r.choice(states)) for _ in range(120)]
    zips = {f"{r.randint(10000, 99999)}": r.choice(cities) for _ in range(n // 12)}
    by_state = {state: [code for code, at in area.items() if at == state] for state in states}
    first = [word(r, 2).capitalize() for _ in range(150)]
    last = [word(r).capitalize() for _ in range(400)]
    table: Table = {
        k: [] for k in ("first", "last", "area", "city", "state", "zip", "married", "salary", "rate", "born")
    }
    for _ in range(n):
        code = r.choice(list(zips))
        city, state = zips[code]
        row = (
            r.choice(first),
            r.choice(last),
            r.choice(by_state[state] or ["111"]),
            city,
            state,
            code,
            r.choice("SM"),
            str(round(r.lognormvariate(10, 0.6))),
            f"{r.gauss(5, 1):.2f}",
            f"{r.randint(1940, 2005)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}",
        )
        for column, value in zip(table.values(), row, strict=True):
            column.append(value)
    return table


def departures(n: int, seed: int) -> Table:
    """Several sites tell the times of the same connections."""
    r = random.Random(seed)
    sites = [word(r, 2) + ".com" for _ in range(n // 80 or 5)]
    table: Table = {k: [] for k in ("site", "connection", "planned", "actual", "gate")}

    def at(minute: int) -> str:
        half = "a.m." if minute % 1440 < 720 else "p.m."
        return f"{minute // 60 % 12 or 12}:{minute % 60:02} {half}"

    while len(table["site"]) < n:
        number, minute = f"{word(r, 1).upper()}-{r.randint(100, 4999)}", r.randint(0, 1439)
        late, gate = r.randint(0, 90), r.choice("ABCD") + str(r.randint(1, 40))
        for site in r.sample(sites, k=max(3, len(sites) * 3 // 4)):
            for column, value in zip(table.values(), (site, number, at(minute), at(minute + late), gate), strict=True):
                column.append(value)
    return {k: v[:n] for k, v in table.items()}


def papers(n: int, seed: int) -> Table:
    """Articles: the journal tells its abbreviation and number; titles and authors are free text."""
    r = random.Random(seed)
    journals = [
        (title(r, r.randint(2, 4)), title(r, 2) + ".", f"{r.randint(1000, 9999)}-{r.randint(1000, 9999)}")
        for _ in range(n // 10)
    ]
    table: Table = {
        k: []
        for k in ("id", "title", "journal", "abbreviation", "issn", "volume", "pages", "language", "made", "authors")
    }
    for i in range(n):
        first = r.randint(1, 900)
        row = (
            str(i),
            title(r, r.randint(4, 10)),
            *r.choice(journals),
            str(r.randint(1, 80)),
            f"{first}-{first + r.randint(1, 20)}",
            r.choices(["eng", "fre", "ger", "spa"], [90, 5, 3, 2])[0],
            f"{r.randint(1, 12)}/{r.randint(1, 28)}/{r.randint(0, 15):02}",
            ",".join(f"{word(r).capitalize()} {r.choice(string.ascii_uppercase)}" for _ in range(r.randint(1, 5))),
        )
        for column, value in zip(table.values(), row, strict=True):
            column.append(value)
    return table


def films(n: int, seed: int) -> Table:
    """Films: running time with its unit, votes, prices, genres; nothing tells anything."""
    r = random.Random(seed)
    genres = [word(r, 2).capitalize() for _ in range(15)]
    directors = [f"{word(r, 2).capitalize()} {word(r).capitalize()}" for _ in range(n // 4)]
    table: Table = {k: [] for k in ("name", "year", "minutes", "director", "genre", "score", "votes", "price", "mail")}
    for _ in range(n):
        row = (
            title(r, r.randint(1, 4)),
            str(r.randint(1950, 2015)),
            f"{r.randint(70, 180)} min",
            r.choice(directors),
            ",".join(sorted(r.sample(genres, r.randint(1, 3)))),
            f"{r.gauss(6, 1):.1f}",
            str(round(r.lognormvariate(8, 1.5))),
            f"${r.randint(3, 40)}.{r.randint(0, 99):02}",
            f"{word(r, 2)}@{word(r, 2)}.org",
        )
        for column, value in zip(table.values(), row, strict=True):
            column.append(value)
    return table


TRADES: dict[str, Callable[[int, int], Table]] = {
    "people": people,
    "departures": departures,
    "papers": papers,
    "films": films,
}


def typo(value: str, r: random.Random, column: Sequence[str]) -> str:
    at = r.randrange(len(value)) if value else 0
    letter = r.choice(string.ascii_lowercase)
    return r.choice(
        [value[:at] + letter + value[at + 1 :], value[:at] + value[at + 1 :], value[:at] + letter + value[at:]]
    )


def crossed_out(value: str, r: random.Random, column: Sequence[str]) -> str:
    sign = r.choice([sign for sign in value if sign != "x"] or ["x"])
    return value.replace(sign, "x")


def swapped(value: str, r: random.Random, column: Sequence[str]) -> str:
    return r.choice(column)


def missing(value: str, r: random.Random, column: Sequence[str]) -> str:
    return ""


def with_unit(value: str, r: random.Random, column: Sequence[str]) -> str:
    return value + r.choice(["%", " kg", " units"])


def with_more(value: str, r: random.Random, column: Sequence[str]) -> str:
    return r.choice(["{} (estimated)", "about {}", "12/01/2011 {}"]).format(value)


FAULTS = {
    "typo": typo,
    "crossed out": crossed_out,
    "swapped": swapped,
    "missing": missing,
    "unit": with_unit,
    "more": with_more,
}


def dirtied(table: Table, faults: Mapping[str, Sequence[str]], share: float, seed: int) -> tuple[Table, Cells]:
    """The table with faults in `share` of the cells of the named columns, and which cells those are."""
    r = random.Random(seed)
    dirty, wrong = {name: list(column) for name, column in table.items()}, set()
    for name, kinds in faults.items():
        column = table[name]
        for i in r.sample(range(len(column)), round(share * len(column))):
            dirty[name][i] = FAULTS[r.choice(list(kinds))](column[i], r, column)
            if dirty[name][i] != column[i]:
                wrong.add((i, name))
    return dirty, wrong


def shifted(table: Table, share: float, seed: int) -> tuple[Table, Cells]:
    """The table with the cells of some rows moved by one field to the right, as by an unquoted comma."""
    r = random.Random(seed)
    names, dirty, wrong = list(table), {name: list(column) for name, column in table.items()}, set()
    n = len(table[names[0]])
    for i in r.sample(range(n), round(share * n)):
        at = r.randrange(1, len(names) - 1)
        row = [table[name][i] for name in names]
        row = [*row[:at], "", *row[at:-1]]
        for name, cell in zip(names, row, strict=True):
            dirty[name][i] = cell
            if cell != table[name][i]:
                wrong.add((i, name))
    return dirty, wrong
