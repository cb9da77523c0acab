"""Solvers of flows and assignments on a drop in columns, as bench/shapes.ts writes it; prints what came of it as JSON.

    python flow.py --dir DROP --peer min_cost_flow
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

MICRO = 1_000_000


class Columns:
    """Pairs by user, caps, and the most offers of a user."""

    def __init__(self, folder: str) -> None:
        path = Path(folder)
        start = np.fromfile(path / "start.u32", np.uint32)
        self.contract = np.fromfile(path / "contract.u32", np.uint32).astype(np.int64)
        self.score = np.fromfile(path / "score.f64", np.float64)
        self.cap = np.fromfile(path / "cap.f64", np.float64).astype(np.int64)
        self.k = json.loads((path / "drop.json").read_text())["k"]
        self.users = len(start) - 1
        self.user = np.repeat(np.arange(self.users), np.diff(start.astype(np.int64)))


def min_cost_flow(drop: Columns) -> tuple[float, float, float | None]:
    """OR-Tools min-cost flow, scores in millionths: seconds to build, seconds to solve, the objective."""
    from ortools.graph.python import min_cost_flow as flow

    began = time.monotonic()
    contracts = len(drop.cap)
    source, sink = drop.users + contracts, drop.users + contracts + 1
    gain = np.round(drop.score * MICRO).astype(np.int64)
    solver = flow.SimpleMinCostFlow()
    everybody = np.arange(drop.users)
    solver.add_arcs_with_capacity_and_unit_cost(
        np.full(drop.users, source), everybody, np.full(drop.users, drop.k),
        np.zeros(drop.users, np.int64))
    solver.add_arcs_with_capacity_and_unit_cost(
        drop.user, drop.users + drop.contract, np.ones(len(gain), np.int64), -gain)
    solver.add_arcs_with_capacity_and_unit_cost(
        drop.users + np.arange(contracts), np.full(contracts, sink), drop.cap,
        np.zeros(contracts, np.int64))
    # Offers that nobody gets.
    units = drop.users * drop.k
    solver.add_arcs_with_capacity_and_unit_cost(
        np.array([source]), np.array([sink]), np.array([units]), np.array([0]))
    solver.set_node_supply(source, units)
    solver.set_node_supply(sink, -units)
    built = time.monotonic()
    status = solver.solve()
    solved = time.monotonic()
    objective = -solver.optimal_cost() / MICRO if status == solver.OPTIMAL else None
    return built - began, solved - built, objective


def dense_scores(drop: Columns) -> np.ndarray:
    """Scores by user and contract, 0 where a user is not eligible."""
    assert drop.k == 1 and (drop.cap == 1).all() and (drop.score >= 0).all()
    matrix = np.zeros((drop.users, len(drop.cap)))
    matrix[drop.user, drop.contract] = drop.score
    return matrix


def lapjv(drop: Columns) -> tuple[float, float, float | None]:
    """The Jonker-Volgenant algorithm of lapx on the same matrix."""
    import lap

    began = time.monotonic()
    matrix = dense_scores(drop)
    cost = matrix.max() - matrix
    built = time.monotonic()
    _, column, _ = lap.lapjv(cost, extend_cost=True)
    solved = time.monotonic()
    return built - began, solved - built, float(matrix[np.arange(drop.users), column].sum())


def milp(drop: Columns) -> tuple[float, float, float | None]:
    """HiGHS by scipy's milp: a variable for each pair, a row for each user and each cap."""
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.optimize import milp as solve
    from scipy.sparse import csr_array

    began = time.monotonic()
    pairs = len(drop.score)
    row = np.concatenate([drop.user, drop.users + drop.contract])
    column = np.tile(np.arange(pairs), 2)
    most = np.concatenate([np.full(drop.users, drop.k), drop.cap])
    matrix = csr_array((np.ones(2 * pairs), (row, column)), shape=(len(most), pairs))
    built = time.monotonic()
    found = solve(-drop.score, constraints=LinearConstraint(matrix, ub=most),
                  integrality=np.ones(pairs), bounds=Bounds(0, 1), options={"mip_rel_gap": 1e-9})
    solved = time.monotonic()
    return built - began, solved - built, None if found.fun is None else -float(found.fun)


def assignment(drop: Columns) -> tuple[float, float, float | None]:
    """scipy's linear_sum_assignment on a dense matrix, for one offer of one unit each; what is not eligible counts 0."""
    from scipy.optimize import linear_sum_assignment

    began = time.monotonic()
    matrix = dense_scores(drop)
    built = time.monotonic()
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return built - began, time.monotonic() - built, float(matrix[rows, columns].sum())


PEERS = {"min_cost_flow": min_cost_flow, "assignment": assignment, "lapjv": lapjv, "milp": milp}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--peer", required=True, choices=PEERS)
    args = parser.parse_args()
    build, seconds, objective = PEERS[args.peer](Columns(args.dir))
    print(json.dumps({"build": build, "seconds": seconds, "objective": objective}))


if __name__ == "__main__":
    main()
