"""Writes Parquet files of many kinds: write_files.py FOLDER FIRST COUNT.

File i of every run is the same: its columns, types, encodings, compression and missing values come from the number i
alone. Beside the files, files.json says of each column whether it holds ids or numbers. pyarrow writes most files,
DuckDB every fifth.
"""

import datetime
import decimal
import json
import random
import sys
import uuid

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

DAY = datetime.date(1970, 1, 1)
TIME = datetime.datetime(1970, 1, 1)


def words(r, n):
    stem = r.choice(["u", "user-", "0x9f", " é ", "", "ü" * 20])
    return [stem + str(r.randrange(10 ** r.randint(1, 12))) for _ in range(n)]


def whole(low, high):
    return lambda r, n: [r.randint(low, high) if r.random() < 0.7 else r.randint(0, 9) for _ in range(n)]


def decimals(precision, scale):
    most = 10**precision - 1
    return lambda r, n: [
        decimal.Decimal(r.randint(-most, most)).scaleb(-scale, decimal.Context(prec=80)) for _ in range(n)
    ]


def fixed(r, n):
    return [str(r.randrange(10 ** r.randint(0, 7))).encode().ljust(8, b"\0") for _ in range(n)]


def dates(r, n):
    return [DAY + datetime.timedelta(days=r.randint(-700000, 2000000)) for _ in range(n)]


def ticks(nanos):
    # Times that 64 bits of nanoseconds hold, as DuckDB wants them; whole seconds among them.
    return lambda r, n: [r.choice([1, 1000, 10**6, 10**9]) * r.randint(-(10**9), 10**9) // nanos for _ in range(n)]


def floats(r, n):
    return [r.choice([r.random(), round(r.random(), 2), r.gauss(0, 1e9), float(r.randint(0, 9))]) for _ in range(n)]


# Name, type, values; the first half can be ids.
IDS = [
    ("text", pa.string(), words),
    ("large text", pa.large_string(), words),
    ("int8", pa.int8(), whole(-128, 127)),
    ("int16", pa.int16(), whole(-(2**15), 2**15 - 1)),
    ("int32", pa.int32(), whole(-(2**31), 2**31 - 1)),
    ("int64", pa.int64(), whole(-(2**63), 2**63 - 1)),
    ("uint8", pa.uint8(), whole(0, 255)),
    ("uint32", pa.uint32(), whole(0, 2**32 - 1)),
    ("uint64", pa.uint64(), whole(0, 2**64 - 1)),
    ("decimal 5", pa.decimal128(5, 0), decimals(5, 0)),
    ("decimal 18", pa.decimal128(18, 0), decimals(18, 0)),
    ("decimal 38", pa.decimal128(38, 0), decimals(38, 0)),
    ("decimal 76", pa.decimal256(76, 0), decimals(76, 0)),
    ("fixed", pa.binary(8), fixed),
    ("binary", pa.binary(), lambda r, n: [word.encode() for word in words(r, n)]),
    ("uuid", pa.uuid(), lambda r, n: [uuid.UUID(int=r.getrandbits(128)).bytes for _ in range(n)]),
    ("date", pa.date32(), dates),
    ("timestamp s", pa.timestamp("s"), lambda r, n: [r.randint(-(10**9), 10**10) for _ in range(n)]),
    ("timestamp ms", pa.timestamp("ms"), ticks(10**6)),
    ("timestamp us", pa.timestamp("us", "UTC"), ticks(1000)),
    ("timestamp ns", pa.timestamp("ns"), ticks(1)),
]
NUMBERS = [
    ("double", pa.float64(), floats),
    ("float", pa.float32(), floats),
    ("half", pa.float16(), lambda r, n: [round(r.random() * 100, 2) for _ in range(n)]),
    ("int32", pa.int32(), whole(-(2**31), 2**31 - 1)),
    ("int64", pa.int64(), whole(-(2**63), 2**63 - 1)),
    ("uint64", pa.uint64(), whole(0, 2**64 - 1)),
    ("decimal 9,2", pa.decimal128(9, 2), decimals(9, 2)),
    ("decimal 18,4", pa.decimal128(18, 4), decimals(18, 4)),
    ("decimal 38,10", pa.decimal128(38, 10), decimals(38, 10)),
    ("number text", pa.string(), lambda r, n: [repr(v) for v in floats(r, n)]),
]


def column(r, kinds, rows):
    name, kind, make = r.choice(kinds)
    values = make(r, rows)
    if r.random() < 0.5:
        few = values[: r.randint(1, 9)]
        values = [r.choice(few) for _ in values]
    if r.random() < 0.2:
        values.sort()
    share = r.choice([0, 0, 0, 0.1, 0.9, 1 if rows < 100 else 0])
    values = [None if r.random() < share else value for value in values]
    nullable = share > 0 or r.random() < 0.5
    if name == "uuid":
        array = pa.ExtensionArray.from_storage(kind, pa.array(values, pa.binary(16)))
    elif name == "half":
        array = pa.array(values, pa.float32()).cast(pa.float16())
    else:
        array = pa.array(values, kind)
    if name in ("text", "int32") and r.random() < 0.2:
        array = array.dictionary_encode()
    return name, array, nullable


def encoding_of(r, name, kind):
    choices = {"PLAIN"}
    if pa.types.is_integer(kind):
        choices |= {"DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"}
    if name in ("text", "large text", "binary", "number text"):
        choices |= {"DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"}
    if pa.types.is_floating(kind) or pa.types.is_fixed_size_binary(kind):
        choices |= {"BYTE_STREAM_SPLIT"}
    if name.startswith("int") and kind.bit_width < 32 or name.startswith("uint8"):
        choices = {"PLAIN", "DELTA_BINARY_PACKED"}
    return r.choice(sorted(choices))


def write_arrow(r, path, table):
    options = {
        "compression": r.choice(["none", "snappy", "gzip", "brotli", "zstd", "lz4"]),
        "data_page_version": r.choice(["1.0", "2.0"]),
        "row_group_size": r.choice([7, 50, 1000]),
        "data_page_size": r.choice([64, 400, 1 << 20]),
        "write_batch_size": r.choice([8, 64, 1024]),
        "write_page_checksum": r.random() < 0.5,
        "store_schema": r.random() < 0.5,
        "write_statistics": r.random() < 0.5,
        "write_page_index": r.random() < 0.2,
        "store_decimal_as_integer": r.random() < 0.5,
    }
    if r.random() < 0.15:
        options["use_deprecated_int96_timestamps"] = True
    if r.random() < 0.5:
        options["use_dictionary"] = True
        if r.random() < 0.3:
            options["dictionary_pagesize_limit"] = 64
    else:
        options["use_dictionary"] = False
        names = dict(zip(table.column_names, KINDS[path]))
        options["column_encoding"] = {
            field.name: encoding_of(r, names[field.name], field.type)
            for field in table.schema
            if not pa.types.is_dictionary(field.type)
        }
    pq.write_table(table, path, **options)


# What DuckDB makes of a column beside its own type.
DUCKDB_TYPES = [
    "hash(%s)::HUGEINT",
    "('e' || (hash(%s) % 5)::VARCHAR)::ENUM('e0', 'e1', 'e2', 'e3', 'e4')",
    "TIME '00:00:00' + INTERVAL 1 SECOND * (hash(%s) % 86400)::INT",
    "INTERVAL 1 SECOND * (hash(%s) % 86400)::INT",
    "encode((%s)::VARCHAR)",
]


def write_duckdb(r, path, table):
    codec = r.choice(["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4", "lz4_raw"])
    version = r.choice(["V1", "V2"])
    con = duckdb.connect()
    con.register("arrow_table", table)
    columns = []
    for name in table.column_names:
        cast = r.choice(["%s", "%s", "%s", *DUCKDB_TYPES])
        columns.append(cast.replace("%s", f'"{name}"') + f' AS "{name}"')
    # Without threads, so that row groups and their order are the same each time.
    con.execute("SET threads = 1")
    con.execute(
        f"COPY (SELECT {', '.join(columns)} FROM arrow_table) TO '{path}' "
        f"(FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version}, ROW_GROUP_SIZE 2048)"
    )


KINDS = {}


def write(path, number):
    r = random.Random(number)
    rows = r.choice([1, 5, 60, 300, 3000 if r.random() < 0.2 else 300])
    made = [column(r, IDS, rows), column(r, IDS, rows), column(r, NUMBERS, rows)]
    names = ["user_id", "contract_address", "score"]
    KINDS[path] = [kind for kind, _, _ in made]
    schema = pa.schema([pa.field(n, a.type, nullable) for n, (_, a, nullable) in zip(names, made)])
    table = pa.table([array for _, array, _ in made], schema=schema)
    if number % 5 == 4:
        # DuckDB knows neither of these.
        table = pa.table(
            [
                c.cast(pa.string()) if kind == "decimal 76" else c.cast(pa.float32()) if kind == "half" else c
                for kind, c in zip(KINDS[path], table.columns)
            ],
            names=names,
        )
        write_duckdb(r, path, table)
    else:
        write_arrow(r, path, table)
    return {"path": path, "kinds": KINDS[path], "rows": rows}


if __name__ == "__main__":
    folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    files = [write(f"{folder}/{number}.parquet", number) for number in range(first, first + count)]
    with open(f"{folder}/files.json", "w") as out:
        json.dump(files, out)
