"""Runs statements of Divvy in Spark: requests are lines of JSON on standard input, answers are lines on standard output.

    python3 driver.py WORK [MASTER] [NAME=VALUE ...]
    DIVVY_AT=HOST:PORT/WORD spark-submit [--master MASTER] driver.py WORK "" [NAME=VALUE ...]

Programs that spark-submit runs have neither of the two. There requests and answers go through a connection to HOST:PORT, on
which WORD is said first.

WORK is a folder that all of Spark can write to (file:, hdfs:, s3a:), MASTER as spark-submit has it, the rest is
configuration. A request is {"op": ..., ...}; its answer {"ok": ...} or {"error": "one line"}. Needs PySpark 3.5 or later.
"""
import json
import os
import socket
import sys
import threading

if os.environ.get("DIVVY_AT"):
    place_of_divvy, word = os.environ["DIVVY_AT"].split("/", 1)
    host, port = place_of_divvy.rsplit(":", 1)
    link = socket.create_connection((host, int(port)))
    requests, answers = link.makefile("r", encoding="utf-8"), link.makefile("w", encoding="utf-8")
    answers.write(word + "\n")
    answers.flush()
else:
    # Only answers may stand on standard output: what Spark and its processes print goes to standard error.
    requests, answers = sys.stdin, os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

from pyspark.sql import SparkSession  # noqa: E402
from pyspark.sql.functions import broadcast, to_json  # noqa: E402

work, master, settings = sys.argv[1], (sys.argv[2:3] or [""])[0], sys.argv[3:]
build = SparkSession.builder.appName("divvy")
if master:
    build = build.master(master)
defaults = ["spark.ui.enabled=false", "spark.sql.ansi.enabled=false", "spark.log.level=ERROR",
            "spark.sql.session.timeZone=UTC", "spark.sql.parquet.compression.codec=zstd",
            "spark.sql.codegen.wholeStage=true",
            # Names of the run's tables are its own: a cluster's catalog may have tables that are called the same.
            "spark.sql.catalogImplementation=in-memory"]
for setting in defaults + settings:
    name, value = setting.split("=", 1)
    build = build.config(name, value)
spark = build.getOrCreate()
jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()


def path_of(name):
    path = jvm.org.apache.hadoop.fs.Path(name)
    return path, path.getFileSystem(conf)


def place(table):
    return work.rstrip("/") + "/" + table


def attach(table, columns):
    spark.sql(f"CREATE TABLE IF NOT EXISTS {table} ({columns}) USING parquet LOCATION '{place(table)}'")


def make(table, columns):
    spark.sql(f"DROP TABLE IF EXISTS {table}")
    path, system = path_of(place(table))
    system.delete(path, True)
    attach(table, columns)


def cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return repr(value) if isinstance(value, float) else str(value)


def with_text(rows):
    """Lists as JSON made where Spark works: Python would take them apart and put them together again."""
    return rows.toDF(*[f"c{at}" for at in range(len(rows.columns))]).select(
        [to_json(f"c{at}") if kind.startswith("array") else f"c{at}" for at, (_, kind) in enumerate(rows.dtypes)])


def typed(text, kind):
    if kind == "STRING":
        return text
    if kind.startswith("ARRAY"):
        return json.loads(text)
    return float(text) if kind == "DOUBLE" else int(text)


def frame(columns, rows):
    """Rows as a constant of a statement: no Python has to run where Spark works, and their size is known to it."""
    schema = ", ".join(f"{name}: {kind}" for name, kind in columns)
    items = [{name: typed(text, kind) for (name, kind), text in zip(columns, row)} for row in rows]
    return spark.sql(f"SELECT inline(from_json(:rows, 'ARRAY<STRUCT<{schema}>>'))", args={"rows": json.dumps(items)})


def move(source, target):
    """Puts a folder in a place; what was there before goes when the new one stands."""
    (old, system), (new, _), (aside, _) = path_of(target), path_of(source), path_of(target + ".divvy-before")
    system.delete(aside, True)
    if system.exists(old) and not system.rename(old, aside):
        raise OSError(f"{target} can't be moved aside")
    if not system.rename(new, old):
        system.rename(aside, old)
        raise OSError(f"{source} can't be renamed to {target}")
    system.delete(aside, True)


def mended(target):
    """A run that died between the two halves of a move left the old folder aside: it gets its name back."""
    (old, system), (aside, _) = path_of(target), path_of(target + ".divvy-before")
    if system.exists(aside) and not system.exists(old):
        system.rename(aside, old)


def answer(request):
    op = request["op"]
    if op == "run":
        spark.sql(request["sql"])
    elif op == "rows":
        return [[cell(value) for value in row] for row in with_text(spark.sql(request["sql"])).collect()]
    elif op == "make":
        make(request["table"], request["columns"])
    elif op == "attach":
        attach(request["table"], request["columns"])
    elif op == "view":
        reader = spark.read.format(request["format"]).options(**request["options"])
        reader.load(request["path"]).createOrReplaceTempView(request["table"])
        return [[name, kind] for name, kind in spark.table(request["table"]).dtypes]
    elif op == "small":
        # Every executor has it whole: the rows that it is joined with stay where they are.
        broadcast(frame(request["columns"], request["rows"])).createOrReplaceTempView(request["table"])
    elif op == "insert":
        frame(request["columns"], request["rows"]).write.insertInto(request["table"])
    elif op == "write":
        spark.sql(request["sql"]).write.mode("overwrite").format(request["format"]) \
            .options(**request["options"]).save(request["path"])
    elif op == "move":
        move(request["from"], request["to"])
    elif op == "mend":
        mended(request["path"])
    elif op == "exists":
        path, system = path_of(request["path"])
        return system.exists(path)
    elif op == "delete":
        path, system = path_of(request["path"])
        system.delete(path, True)
    return True


def said(error):
    """The first line of what Spark says that tells something."""
    text = str(getattr(error, "java_exception", None) or error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0][:500]


def work_on(line):
    try:
        reply = {"ok": answer(json.loads(line))}
    except Exception as error:  # what went wrong is the other side's to tell
        reply = {"error": said(error)}
    answers.write(json.dumps(reply) + "\n")
    answers.flush()


answers.write(json.dumps({"ok": spark.version}) + "\n")
answers.flush()
worker = None
for line in requests:
    if json.loads(line).get("op") == "cancel":
        spark.sparkContext.cancelAllJobs()
        continue
    if worker is not None:
        worker.join()
    worker = threading.Thread(target=work_on, args=(line,))
    worker.start()
if worker is not None:
    # Nobody waits for the answer any more.
    spark.sparkContext.cancelAllJobs()
    worker.join()
spark.stop()
