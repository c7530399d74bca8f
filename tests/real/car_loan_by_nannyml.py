r"""What NannyML says of its own car loans; run where nannyml 0.13.1 is, it prints CAR_LOANS of `test_drift.py`.

pip install nannyml==0.13.1 "pandas<2.3" "numpy<2" "scikit-learn<1.6" "scipy<1.14" category-encoders==2.6.4 statsmodels
NML_DISABLE_USAGE_LOGGING=1 python car_loan_by_nannyml.py
"""

CHUNK = 5000
NUMBERS = ("car_value", "loan_length", "debt_to_income_ratio")
WORDS = ("salary_range", "repaid_loan_on_prev_car", "size_of_downpayment")


def main() -> None:
    """Print all figures, by chunk."""
    import nannyml as nml  # ty: ignore

    reference, analysis, truth = nml.load_synthetic_car_loan_dataset()
    named = {"problem_type": "classification_binary", "y_true": "repaid", "chunk_size": CHUNK}
    named |= {"y_pred": "y_pred", "y_pred_proba": "y_pred_proba", "metrics": ["accuracy", "roc_auc"]}
    found = {"estimated": nml.CBPE(**named).fit(reference).estimate(analysis)}
    realised = nml.PerformanceCalculator(**named).fit(reference)
    found["realised"] = realised.calculate(analysis.assign(repaid=truth["repaid"]))
    for how, result in found.items():
        frame = result.filter(period="analysis").to_df()
        for metric in named["metrics"]:
            print(how, metric, frame[(metric, "value")].round(6).tolist())
    drift = nml.UnivariateDriftCalculator(
        column_names=[*NUMBERS, *WORDS],
        continuous_methods=["kolmogorov_smirnov", "wasserstein"],
        categorical_methods=["jensen_shannon"],
        chunk_size=CHUNK,
    ).fit(reference)
    frame = drift.calculate(analysis).filter(period="analysis").to_df()
    for name in (*NUMBERS, *WORDS):
        for method in ("kolmogorov_smirnov", "wasserstein", "jensen_shannon"):
            if (name, method, "value") in frame.columns:
                print(name, method, frame[(name, method, "value")].round(6).tolist())


if __name__ == "__main__":
    main()
