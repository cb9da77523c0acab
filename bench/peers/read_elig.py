"""Reads an eligibility file once with one tool, into its own columns, and prints what it took as JSON.

python read_elig.py {pandas,polars,duckdb} FILE
"""

import json
import resource
import sys
import time


def clocks():
    return time.perf_counter(), time.process_time()


def since(started):
    return tuple(now - before for now, before in zip(clocks(), started))


def read_pandas(path):
    import pandas

    started = clocks()
    frame = pandas.read_parquet(path) if path.endswith(".parquet") else pandas.read_csv(path, engine="c")
    return since(started), len(frame)


def read_polars(path):
    import polars

    started = clocks()
    frame = polars.read_parquet(path) if path.endswith(".parquet") else polars.read_csv(path)
    return since(started), len(frame)


def read_duckdb(path):
    import duckdb

    connection = duckdb.connect()
    started = clocks()
    connection.execute("create table elig as select * from '" + path.replace("'", "''") + "'")
    took = since(started)
    return took, connection.execute("select count(*) from elig").fetchone()[0]


tool, path = sys.argv[1:]
(seconds, cpu), rows = {"pandas": read_pandas, "polars": read_polars, "duckdb": read_duckdb}[tool](path)
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "rows": rows, "rss": rss}))
