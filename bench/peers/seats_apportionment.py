"""Apportions the seats on standard input with the package apportionment; prints milliseconds of processor time per run
(the median, after a first one) and seats as JSON."""

import json
import statistics
import sys
import time

import apportionment.methods as apportionment

problem = json.load(sys.stdin)
method, runs = sys.argv[1], int(sys.argv[2])
parties = [str(i) for i in range(len(problem["votes"]))]


def solve():
    return apportionment.compute(
        method, problem["votes"], problem["seats"], fractions=False, parties=parties, verbose=False
    )


seats = solve()
seconds = []
for _ in range(runs):
    start = time.process_time()
    seats = solve()
    seconds.append(time.process_time() - start)
units = [int(n) for n in seats]
json.dump({"milliseconds": 1000 * statistics.median(seconds), "units": units}, sys.stdout)
