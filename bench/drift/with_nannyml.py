"""NannyML's Kolmogorov-Smirnov and Jensen-Shannon over the same windows, each as one chunk; prints the distances."""

import json
import sys
import warnings
from pathlib import Path


def main() -> None:
    """Two distances of the numbers, one of the texts."""
    import nannyml as nml
    import pandas as pd

    warnings.filterwarnings("ignore")
    then, now = (pd.read_parquet(Path(sys.argv[1]) / f"{name}.parquet") for name in ("then", "now"))
    if "few" in sys.argv[2:]:
        then, now = (frame.drop(columns="customer") for frame in (then, now))
    calculator = nml.UnivariateDriftCalculator(
        column_names=list(then.columns),
        continuous_methods=["kolmogorov_smirnov", "jensen_shannon"],
        categorical_methods=["jensen_shannon"],
        chunk_number=1,
    )
    frame = calculator.fit(then).calculate(now).filter(period="analysis").to_df()
    found = {}
    for name in then.columns:
        for method in ("kolmogorov_smirnov", "jensen_shannon"):
            if (name, method, "value") in frame.columns:
                found[f"{name} {method}"] = round(float(frame[(name, method, "value")].iloc[0]), 5)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
