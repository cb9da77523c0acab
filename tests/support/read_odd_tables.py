"""Reads the tables that a list on standard input names, with the csv module: rows and their lines as JSON, a list per table.

Blanks at the ends of fields are taken off and rows without anything left out, as Divvy has it. Where lines end in CR alone, a CR
is a line break inside quotes too.
"""

import csv
import io
import json
import sys

csv.field_size_limit(1 << 30)

# White space as ECMAScript has it.
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


def read(table):
    with open(table["path"], encoding=table["encoding"], newline="") as file:
        text = file.read()
    lines = io.StringIO(text, newline="")
    for _ in range(table["skip"]):
        next(lines)
    reader = csv.reader(lines, delimiter=table["separator"], strict=True)
    rows, header = [], None
    while True:
        line = reader.line_num + 1 + table["skip"]
        try:
            fields = next(reader)
        except StopIteration:
            return rows
        if table["crOnly"]:
            fields = [field.replace("\r", "\n") for field in fields]
        fields = [field.strip(BLANKS) for field in fields]
        if not any(fields):
            continue
        if header is None:
            header = fields
        else:
            rows.append([line, fields[header.index("user_id")], fields[header.index("group_id")]])


json.dump([read(table) for table in json.load(sys.stdin)], sys.stdout)
