"""Solves the split on standard input with cvxpy and the solver named; prints milliseconds of processor time per
run (the median, after a first one) and units as JSON."""

import json
import statistics
import sys
import time

import cvxpy as cp
import numpy as np


def weights(values: np.ndarray, t_min: float) -> np.ndarray:
    return 1.0 / np.maximum(values, t_min)


def solve(solver, total, lower, upper, target, gamma, t_min):
    x = cp.Variable(len(target))
    objective = gamma * cp.sum(cp.multiply(weights(target, t_min), cp.square(x - target)))
    constraints = [cp.sum(x) == total]
    if np.sum(upper) >= total:
        constraints.append(x <= upper)
    else:
        objective += cp.sum(cp.multiply(weights(upper, t_min), cp.square(cp.pos(x - upper))))
    if np.sum(lower) <= total:
        constraints.append(x >= lower)
    else:
        objective += cp.sum(cp.multiply(weights(lower, t_min), cp.square(cp.pos(lower - x))))
    cp.Problem(cp.Minimize(objective), constraints).solve(solver=solver)
    return x.value


problem = json.load(sys.stdin)
columns = [np.array(problem[name]) for name in ("lower", "upper", "target")]
solver, runs = sys.argv[1], int(sys.argv[2])
units = solve(solver, problem["total"], *columns, problem["gamma"], problem["tMin"])
seconds = []
for _ in range(runs):
    start = time.process_time()
    units = solve(solver, problem["total"], *columns, problem["gamma"], problem["tMin"])
    seconds.append(time.process_time() - start)
json.dump({"milliseconds": 1000 * statistics.median(seconds), "units": units.tolist()}, sys.stdout)
