"""Gwet's standard errors by irrCAC 0.4.4: `python with_irrcac.py`, in an environment that has it.

The figures stand in tests/oracles/test_agreement.py.
"""

import pandas as pd
from irrCAC.raw import CAC

PSYCHIATRIC = [
    *("00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006"),
    *("10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203"),
    *("00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"),
]

ratings = [[str(label) for label, n in enumerate(row) for _ in range(int(n))] for row in PSYCHIATRIC]
found = CAC(pd.DataFrame(ratings), digits=6)
for name in ("fleiss", "gwet", "krippendorff"):
    estimate = getattr(found, name)()["est"]
    print(name, estimate["coefficient_value"], estimate["se"])
