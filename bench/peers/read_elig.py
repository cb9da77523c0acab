"""Reads an eligibility file once with one tool, into its own columns, and prints what it took as JSON.

python read_elig.py {pandas,polars,duckdb} FILE
"""

import json
import resource
import sys
import time


def read_pandas(path):
    import pandas

    started = time.perf_counter()
    frame = pandas.read_parquet(path) if path.endswith(".parquet") else pandas.read_csv(path, engine="c")
    return time.perf_counter() - started, len(frame)


def read_polars(path):
    import polars

    started = time.perf_counter()
    frame = polars.read_parquet(path) if path.endswith(".parquet") else polars.read_csv(path)
    return time.perf_counter() - started, len(frame)


def read_duckdb(path):
    import duckdb

    connection = duckdb.connect()
    started = time.perf_counter()
    connection.execute("create table elig as select * from '" + path.replace("'", "''") + "'")
    seconds = time.perf_counter() - started
    return seconds, connection.execute("select count(*) from elig").fetchone()[0]


tool, path = sys.argv[1:]
seconds, rows = {"pandas": read_pandas, "polars": read_polars, "duckdb": read_duckdb}[tool](path)
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "rows": rows, "rss": rss}))
