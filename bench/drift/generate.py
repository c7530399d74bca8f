"""Two windows of 20 columns: 12 continuous numbers, 3 whole ones, 5 texts, one of them with very many values."""

from pathlib import Path

NUMBERS = tuple(f"x{i}" for i in range(12))
WHOLE = tuple(f"k{i}" for i in range(3))
WORDS = ("channel", "region", "product", "grade", "customer")


def make(path: Path, rows: int, *, moved: bool) -> None:
    """Write a window; x0 to x2 and the channel move, a tenth of x3 goes missing."""
    import duckdb

    shift = 0.3 if moved else 0.0
    seed = 2 if moved else 1

    def uniform(salt: str) -> str:
        return f"(hash(i, '{salt}', {seed}) / 18446744073709551616.0)"

    def normal(name: str) -> str:
        u, v = (f"greatest({uniform(name + part)}, 1e-12)" for part in "uv")
        drawn = f"sqrt(-2 * ln({u})) * cos(2 * pi() * {v})"
        if name in ("x0", "x1", "x2"):
            return f"{drawn} + {shift} as {name}"
        if name == "x3" and moved:
            return f"case when {uniform('gap')} >= 0.1 then {drawn} end as {name}"
        return f"{drawn} as {name}"

    columns = [normal(name) for name in NUMBERS]
    columns += [f"cast(floor({uniform(name)} * 40) as integer) as {name}" for name in WHOLE]
    columns += [f"'{name} ' || cast(floor(8 * {uniform(name)}) as integer) as {name}" for name in WORDS[1:4]]
    channel = f"cast(floor(6 * pow({uniform('channel')}, {1.2 if moved else 1.0})) as integer)"
    columns += [
        f"'channel ' || {channel} as channel",
        f"'c' || cast(floor(200000 * {uniform('customer')}) as integer) as customer",
    ]
    duckdb.sql(f"copy (select {', '.join(columns)} from range({rows}) as r(i)) to '{path}' (format parquet)")
