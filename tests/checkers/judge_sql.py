"""Judges files by checkers/check.sql: judge_sql.py duckdb|clickhouse; a line of folder and changed file a subject, a verdict each."""
import os, re, sys, tempfile

CHECKERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "checkers")
NAMES = ["caps.csv", "elig.csv", "user_groups.csv", "group_ratios.csv", "assignments.csv", "certificate.json",
         "pins.csv", "previous.csv"]


def text(name):
    with open(os.path.join(CHECKERS, name), encoding="utf-8") as file:
        return file.read()


def in_duckdb():
    import duckdb
    script = text("duckdb.sql") + text("check.sql")

    def judge():
        with duckdb.connect(config={"threads": 1}) as connection:
            return connection.execute(script).fetchone()[0]
    return judge


def in_clickhouse():
    import chdb
    statements = re.split(r";\n", text("clickhouse.sql") + text("check.sql").rstrip().rstrip(";"))

    def judge():
        connection = chdb.connect(":memory:")
        try:
            connection.query("SET max_threads = 1")
            for statement in statements:
                result = connection.query(statement, "TabSeparatedRaw")
            return str(result).strip()
        finally:
            connection.close()
    return judge


judge = in_duckdb() if sys.argv[1] == "duckdb" else in_clickhouse()
for line in sys.stdin:
    paths = line.rstrip("\n").split("\t")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in zip(NAMES, paths):
            if os.path.exists(path):
                os.symlink(path, os.path.join(folder, name))
        os.chdir(folder)
        try:
            print(judge())
        except Exception as error:
            print("REFUSED:", " ".join(str(error).split())[:200])
        os.chdir("/")
