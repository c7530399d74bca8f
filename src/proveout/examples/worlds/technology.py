"""The world of technology first: a demonstration that pleases everybody, of something that nobody asked for.

The assistant was bought, then shown to the departments, which said of each answer whether they liked it.
"""

from collections.abc import Mapping

from proveout.examples.chance import Chance

SEED = 20260131
N_SHOWN, N_LIKED = 40, 38
JUDGES = ("marketing", "finance", "legal", "works council", "board")


def files() -> Mapping[str, str]:
    """The judgements of the demonstration, as of `DAY`: of 40 answers exactly 38 are liked."""
    chance = Chance(SEED)
    order = sorted(range(N_SHOWN), key=lambda _: chance.share())
    disliked = set(order[N_LIKED:])
    rows = [f"T{i + 1:02},{chance.one_of(JUDGES)},{'no' if i in disliked else 'yes'}" for i in range(N_SHOWN)]
    return {"data/demonstration.csv": "".join(f"{row}\n" for row in ("task,judge,liked", *rows))}
