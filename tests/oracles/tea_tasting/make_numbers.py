"""The moments and the results of tea-tasting's own documentation: `python make_numbers.py > numbers.json`.

Needs tea-tasting and numpy 2, which are not needed otherwise: made in an environment apart.
"""

import json
import sys

import tea_tasting as tt

COLUMNS = ["orders", "sessions", "revenue", "orders_covariate", "sessions_covariate", "revenue_covariate"]


def moments(frame):
    values = frame[COLUMNS]
    return {"n": len(frame), "means": values.mean().tolist(), "covariances": values.cov().to_numpy().tolist()}


def numbers():
    experiment = tt.Experiment(
        orders=tt.Mean("orders", "orders_covariate"),
        revenue=tt.Mean("revenue", "revenue_covariate"),
        orders_per_session=tt.RatioOfMeans("orders", "sessions", "orders_covariate", "sessions_covariate"),
        plain_orders=tt.Mean("orders"),
    )
    data = tt.make_users_data(rng=42, covariates=True)
    frame = data.to_pandas()
    planning = tt.make_users_data(rng=42, sessions_uplift=0, orders_uplift=0, revenue_uplift=0, covariates=True)
    power = {}
    for name, metric in {
        "orders": ("orders", "orders_covariate"),
        "orders_per_session": ("orders", "sessions", "orders_covariate", "sessions_covariate"),
    }.items():
        kind = tt.Mean if len(metric) == 2 else tt.RatioOfMeans
        power[name] = {
            "effect_at_10000": kind(*metric, n_obs=10_000).solve_power(planning, "effect_size")[0].effect_size,
            "relative_at_10000": kind(*metric, n_obs=10_000)
            .solve_power(planning, "rel_effect_size")[0]
            .rel_effect_size,
            "n_for_5_percent": kind(*metric, rel_effect_size=0.05).solve_power(planning, "n_obs")[0].n_obs,
        }
    return {
        "tea_tasting": tt.__version__,
        "columns": COLUMNS,
        "control": moments(frame[frame.variant == 0]),
        "treatment": moments(frame[frame.variant == 1]),
        "planning": moments(planning.to_pandas()),
        "results": {name: dict(found._asdict()) for name, found in experiment.analyze(data).items()},
        "power": power,
    }


json.dump(numbers(), sys.stdout, indent=1)
