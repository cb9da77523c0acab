"""What pyarrow reads: a path per line on standard input, a line of JSON per path on standard output.

Of each column: "ids", its values as ids are to be read (text without blanks around it, exact digits, ISO times; null for a
missing value, false for bytes that are not UTF-8), and "numbers", the same as doubles, in Python's spelling (null: none);
null where the column has no such values, and the key is missing where pyarrow refuses the column.
"""

import decimal
import json
import re
import sys
import uuid

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# What JavaScript's trim takes off.
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
NANOS = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}
DAY = 86400 * 10**9


def text_of(value, padded):
    if isinstance(value, bytes):
        if padded:
            value = value.rstrip(b"\0")
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return False
    return value.strip(BLANKS)


def date_text(days):
    # The Gregorian calendar repeats after 400 years: numpy gives the day in one of them that it writes plainly.
    eras, day = divmod(days, 146097)
    year, rest = str(np.datetime64(day, "D")).split("-", 1)
    year = int(year) + 400 * eras
    if 0 <= year <= 9999:
        return f"{year:04d}-{rest}"
    return f"{'-' if year < 0 else '+'}{abs(year):06d}-{rest}"


def time_text(nanos):
    days, rest = divmod(nanos, DAY)
    seconds, part = divmod(rest, 10**9)
    text = f"{date_text(days)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if part:
        digits = f"{part:09d}"
        while digits.endswith("000"):
            digits = digits[:-3]
        text += "." + digits
    return text + "Z"


def number_of(text):
    if text and DECIMAL.fullmatch(text):
        return repr(float(text))
    return None


def shortest(value, narrow):
    """The shortest decimal that gives the number of single or half precision, as a double; of two as near the one further from 0."""
    if not np.isfinite(value) or value == 0:
        return float(value)
    exact = decimal.Decimal(float(value))
    # numpy's is the shortest, and of two as near the even one.
    digits = len(decimal.Decimal(str(narrow(value))).normalize().as_tuple().digits)
    rounded = float(decimal.Context(prec=digits, rounding=decimal.ROUND_HALF_UP).plus(exact))
    return rounded if narrow(rounded) == narrow(value) else float(str(narrow(value)))


def raw(array, kind):
    return array.cast(kind).to_pylist()


def ids_and_numbers(array):
    kind = array.type
    if pa.types.is_dictionary(kind):
        return ids_and_numbers(array.cast(kind.value_type))
    # Before the extension's own values, which are objects.
    if kind == pa.uuid():
        storage = pa.chunked_array([chunk.storage for chunk in array.chunks], pa.binary(16))
        return [None if v is None else str(uuid.UUID(bytes=v)) for v in storage.to_pylist()], None
    each = lambda values, use: [None if v is None else use(v) for v in values]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind) or (
        pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    ):
        binary = kind if pa.types.is_fixed_size_binary(kind) else pa.large_binary()
        values = raw(array, binary)
        is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        ids = each(values, lambda v: text_of(v, not is_text))
        return ids, [number_of(id) for id in ids]
    if pa.types.is_integer(kind):
        values = array.to_pylist()
        return each(values, str), each(values, lambda v: repr(float(v)))
    if pa.types.is_decimal(kind):
        values = array.to_pylist()
        ids = each(values, lambda v: format(v, "f")) if kind.scale == 0 else None
        return ids, each(values, lambda v: repr(float(format(v, "f"))))
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        narrow = np.float32 if pa.types.is_float32(kind) else np.float16
        return None, each(array.to_pylist(), lambda v: repr(shortest(v, narrow)))
    if pa.types.is_floating(kind):
        return None, each(array.to_pylist(), lambda v: repr(float(v)))
    if pa.types.is_date32(kind):
        return each(raw(array, pa.int32()), date_text), None
    if pa.types.is_timestamp(kind):
        unit = NANOS[kind.unit]
        return each(raw(array, pa.int64()), lambda v: time_text(v * unit)), None
    return None, None


def opened(path, **options):
    try:
        return pq.ParquetFile(path, page_checksum_verification=True, **options)
    except Exception:
        # What Arrow adds to a file may be damaged while the file is not.
        with open(path, "rb") as file:
            data = file.read().replace(b"ARROW:schema", b"other:schema")
        return pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True, **options)


def int96_nanos(path, name, column):
    # pyarrow's nanoseconds of the old timestamps have lost what 64 bits don't hold; its seconds have not.
    seconds = opened(path, coerce_int96_timestamp_unit="s").read([name], use_threads=False).column(name)
    values = []
    for nano, second in zip(raw(column, pa.int64()), raw(seconds, pa.int64())):
        values.append(None if nano is None else second * 10**9 + (nano - second * 10**9) % 2**64)
    return values


def read(path):
    columns = {}
    try:
        file = opened(path)
        names = file.schema_arrow.names
    except Exception as error:
        return {"error": type(error).__name__}
    for name in ("user_id", "contract_address", "score"):
        if names.count(name) != 1:
            continue
        try:
            column = file.read(columns=[name], use_threads=False).column(name)
            column.validate()
            leaf = file.schema.column(names.index(name)) if len(names) == len(file.schema) else None
            if leaf is not None and leaf.physical_type == "INT96":
                nanos = int96_nanos(path, name, column)
                ids, numbers = [None if v is None else time_text(v) for v in nanos], None
            else:
                ids, numbers = ids_and_numbers(column)
            columns[name] = {"ids": ids, "numbers": numbers}
        except Exception as error:
            columns[name] = {"error": f"{type(error).__name__}: {error}"[:200]}
    return {"columns": columns}


if __name__ == "__main__":
    # A size out of a damaged file must not take the machine's memory.
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    for line in sys.stdin:
        print(json.dumps(read(line.rstrip("\n"))), flush=True)
