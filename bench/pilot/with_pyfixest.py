"""The same with pyfixest, all rows in memory: `python with_pyfixest.py units.parquet`. Its errors are CR1."""

import json
import sys

import pandas as pd
import pyfixest as pf

table = pd.read_parquet(sys.argv[1], columns=["cluster", "treated", "before_1", "value_1"])
fitted = pf.feols("value_1 ~ treated + before_1", data=table, vcov={"CRV1": "cluster"})
print(json.dumps({"effect": float(fitted.coef()["treated"]), "error": float(fitted.se()["treated"])}))
