"""Moments of two data sets of R's clubSandwich: `python make_moments.py FOLDER/clubSandwich/data > moments.json`.

Reads R's lazy-load database without R; needs rdata and pandas, which are not needed otherwise. Only sums of products
per cluster are kept, no rows.
"""

import bz2
import gzip
import json
import lzma
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import rdata


def read(name):
    folder = Path(sys.argv[1])
    index = rdata.conversion.convert(rdata.parser.parse_data(gzip.decompress((folder / "Rdata.rdx").read_bytes())))
    start, length = (int(x) for x in index["variables"][name])
    stored = (folder / "Rdata.rdb").read_bytes()[start : start + length]
    table = unpacked(stored)
    assert len(table) == struct.unpack(">I", stored[:4])[0]
    return rdata.conversion.convert(rdata.parser.parse_data(table))


def unpacked(stored):
    """Four bytes of length, a letter for the method (2 or Z) or none, and the compressed bytes."""

    if stored[4:5] == b"2":
        return bz2.decompress(stored[5:])
    if stored[4:5] == b"Z":
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 26}]
        return lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=filters).decompress(stored[5:])
    return zlib.decompress(stored[4:])


def awards():
    """Schools of 1999: pupils, treated or not, and how many had the certificate. `lagscore` is 0 for all that year."""
    pupils = read("AchievementAwardsRCT")
    pupils = pupils[pupils.year.astype(str) == "1999"]
    assert (pupils.lagscore == 0).all()
    schools = pupils.groupby("school_id")
    return [
        [len(school), int(school.treated.iloc[0]), int(school.Bagrut_status.sum())]
        for _, school in schools
        if school.treated.nunique() == 1
    ]


def deaths():
    """Deaths in traffic 1970 to 1983, fifty states: products of legal age, beer tax and 13 years, less state means."""
    rows = read("MortalityRates")
    rows = rows[(rows.cause == "Motor Vehicle") & rows.beertaxa.notna() & (rows.year.astype(int) <= 1983)]
    years = pd.get_dummies(rows.year.astype(int)).iloc[:, 1:].astype(float)
    columns = pd.concat([rows[["legal", "beertaxa"]].astype(float), years, rows.mrate.astype(float)], axis=1)
    states = rows.state.astype(str)
    centred = (columns - columns.groupby(states).transform("mean")).to_numpy()
    products = {state: centred[states == state].T @ centred[states == state] for state in sorted(states.unique())}
    common = products["1"][2:-1, 2:-1]
    assert all(np.allclose(p[2:-1, 2:-1], common) for p in products.values())
    return {
        "years": common.tolist(),
        "states": [{"covariates": p[:2, :-1].tolist(), "outcome": p[-1, :-1].tolist()} for p in products.values()],
    }


json.dump({"awards": awards(), "deaths": deaths()}, sys.stdout)
