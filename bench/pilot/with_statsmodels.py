"""The same with statsmodels, all rows in memory: `python with_statsmodels.py units.parquet`. Its errors are CR1."""

import json
import sys

import numpy as np
import pandas as pd
import statsmodels.api as sm

table = pd.read_parquet(sys.argv[1], columns=["cluster", "treated", "before_1", "value_1"])
design = np.column_stack([np.ones(len(table)), table["treated"], table["before_1"]])
fitted = sm.OLS(table["value_1"].to_numpy(), design).fit(
    cov_type="cluster", cov_kwds={"groups": table["cluster"].to_numpy()}
)
print(json.dumps({"effect": fitted.params[1], "error": fitted.bse[1]}))
