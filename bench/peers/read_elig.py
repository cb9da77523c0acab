"""Reads an eligibility file once with one tool, into its own columns, and prints what it took as JSON.

python read_elig.py {pandas,polars,duckdb} FILE

Ids are read as text, as the rules for them ask (001 and 1 are two users): left to guess, the tools make them numbers.
"""

import json
import resource
import sys
import time

IDS = ["user_id", "contract_address"]


def clocks():
    return time.perf_counter(), time.process_time()


def since(started):
    return tuple(now - before for now, before in zip(clocks(), started))


def read_pandas(path):
    import pandas

    started = clocks()
    if path.endswith(".parquet"):
        frame = pandas.read_parquet(path)
    else:
        frame = pandas.read_csv(path, engine="c", dtype=dict.fromkeys(IDS, str))
    return since(started), len(frame)


def read_polars(path):
    import polars

    started = clocks()
    if path.endswith(".parquet"):
        frame = polars.read_parquet(path)
    else:
        frame = polars.read_csv(path, schema_overrides=dict.fromkeys(IDS, polars.String))
    return since(started), len(frame)


def read_duckdb(path):
    import duckdb

    connection = duckdb.connect()
    started = clocks()
    name = "'" + path.replace("'", "''") + "'"
    if not path.endswith(".parquet"):
        name = f"read_csv({name}, types={dict.fromkeys(IDS, 'VARCHAR')})"
    connection.execute("create table elig as select * from " + name)
    took = since(started)
    return took, connection.execute("select count(*) from elig").fetchone()[0]


tool, path = sys.argv[1:]
(seconds, cpu), rows = {"pandas": read_pandas, "polars": read_polars, "duckdb": read_duckdb}[tool](path)
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "rows": rows, "rss": rss}))
