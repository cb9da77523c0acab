"""Writes an eligibility file as pandas does by itself: python write_parquet.py ELIG_CSV OUT_PARQUET"""

import json
import sys

import pandas

frame = pandas.read_csv(sys.argv[1], dtype={"user_id": str, "contract_address": str})
frame.to_parquet(sys.argv[2], index=False)
print(json.dumps({"rows": len(frame)}))
