"""Runs one peer on one drop and prints what came of it as JSON.

    python run.py --dir DROP --peer cpsat --model uniform --limit 60 --out assignments.csv
"""

import argparse
import json
import time

from drop import read_drop, write_assignments
from solvers import PEERS, version_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--peer", required=True, choices=PEERS)
    parser.add_argument("--model", required=True, choices=["coverage", "uniform"])
    parser.add_argument("--cov-w", default="0.0003,0.0006,0.001")
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    drop = read_drop(args.dir)
    cov_w = [float(w) for w in args.cov_w.split(",")]
    began = time.monotonic()
    answer = PEERS[args.peer][0](drop, args.model, cov_w, args.limit)
    seconds = time.monotonic() - began
    if answer.chosen is not None:
        write_assignments(args.out, drop, answer.chosen)
    print(json.dumps({
        "peer": args.peer,
        "version": version_of(args.peer),
        "model": args.model,
        "status": answer.status,
        "seconds": round(seconds, 3),
        "assignments": None if answer.chosen is None else len(answer.chosen),
        "bound": answer.bound,
    }))


if __name__ == "__main__":
    main()
