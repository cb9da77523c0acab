"""The peers. Each takes a drop, a model and a time limit and returns chosen pairs, or a bound where it has no such thing."""

import os
import time
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from drop import Drop
from model import BONUS, K, Linear, linear_model

MICRO = 1_000_000
THREADS = os.cpu_count() or 1


@dataclass
class Answer:
    """What a peer found: its pairs or none, its bound or none, what it says of them."""

    status: str
    chosen: np.ndarray | None = None
    bound: float | None = None


def cpsat(drop: Drop, model: str, cov_w: list[float], limit: float) -> Answer:
    """OR-Tools CP-SAT on the replaced tool's model, minima hard as there (Divvy's are soft); scores in millionths."""
    from ortools.sat.python import cp_model

    began = time.monotonic()
    m = cp_model.CpModel()
    x = [m.new_bool_var("") for _ in range(len(drop.score))]
    of_user: list[list[int]] = [[] for _ in drop.users]
    of_contract: list[list[int]] = [[] for _ in drop.contracts]
    for p, (u, c) in enumerate(zip(drop.pair_user.tolist(), drop.pair_contract.tolist())):
        of_user[u].append(p)
        of_contract[c].append(p)
    for c, pairs in enumerate(of_contract):
        m.add(cp_model.LinearExpr.sum([x[p] for p in pairs]) <= int(drop.cap[c]))
    of_sponsored = drop.sponsored[drop.pair_contract]
    gains, terms = np.round(drop.score * MICRO).astype(int).tolist(), list(x)
    bonus = round(BONUS * MICRO)
    typed = model == "uniform"
    if not typed:
        gains = [g + bonus * int(s) for g, s in zip(gains, of_sponsored)]
    y = [m.new_bool_var("") for _ in drop.users] if typed else []
    for u, pairs in enumerate(of_user):
        steps = [m.new_bool_var("") for _ in range(K)]
        m.add(cp_model.LinearExpr.sum([x[p] for p in pairs]) == cp_model.LinearExpr.sum(steps))
        for lower, upper in zip(steps, steps[1:]):
            m.add_implication(upper, lower)
        terms += steps
        gains += [round(w * MICRO) for w in cov_w[:K]]
        if not typed:
            continue
        for p in pairs:
            m.add_implication(x[p], y[u] if of_sponsored[p] else ~y[u])
        m.add_bool_or([x[p] for p in pairs if of_sponsored[p]] + [~y[u]])
        terms.append(y[u])
        gains.append(bonus)
    if typed:
        for g, least in enumerate(drop.required.tolist()):
            members = np.flatnonzero(drop.group == g)
            m.add(cp_model.LinearExpr.sum([y[u] for u in members]) >= least)
    m.maximize(cp_model.LinearExpr.weighted_sum(terms, gains))

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(1.0, limit - (time.monotonic() - began))
    solver.parameters.num_workers = THREADS
    status = solver.solve(m)
    name = solver.status_name(status).lower()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(name)
    chosen = np.flatnonzero([solver.value(v) for v in x])
    return Answer(name, chosen, solver.best_objective_bound / MICRO)


def min_cost_flow(drop: Drop, model: str, cov_w: list[float], _limit: float) -> Answer:
    """OR-Tools min-cost flow: model coverage without coverage weights, which are not concave; scores in millionths."""
    from ortools.graph.python import min_cost_flow as flow

    if model != "coverage" or any(cov_w):
        return Answer("not its model")
    users, contracts = len(drop.users), len(drop.contracts)
    source, sink = users + contracts, users + contracts + 1
    of_sponsored = drop.sponsored[drop.pair_contract]
    gain = np.round((drop.score + BONUS * of_sponsored) * MICRO).astype(np.int64)
    solver = flow.SimpleMinCostFlow()
    everybody = np.arange(users)
    solver.add_arcs_with_capacity_and_unit_cost(
        np.full(users, source), everybody, np.full(users, K), np.zeros(users, np.int64))
    pairs = solver.add_arcs_with_capacity_and_unit_cost(
        drop.pair_user, users + drop.pair_contract, np.ones(len(gain), np.int64), -gain)
    solver.add_arcs_with_capacity_and_unit_cost(
        users + np.arange(contracts), np.full(contracts, sink), drop.cap,
        np.zeros(contracts, np.int64))
    # Offers that nobody gets.
    solver.add_arcs_with_capacity_and_unit_cost(
        np.array([source]), np.array([sink]), np.array([users * K]), np.array([0]))
    solver.set_node_supply(source, users * K)
    solver.set_node_supply(sink, -users * K)
    status = solver.solve()
    if status != solver.OPTIMAL:
        return Answer(str(status))
    return Answer("optimal", np.flatnonzero(solver.flows(pairs)), -solver.optimal_cost() / MICRO)


def highs(drop: Drop, model: str, cov_w: list[float], limit: float, integer: bool) -> Answer:
    """HiGHS on the whole model, as a MIP or its LP relaxation (a bound alone)."""
    import highspy

    linear = linear_model(drop, model, cov_w)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(linear.gain), len(linear.low)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = linear.gain, np.zeros(lp.num_col_), linear.upper
    lp.row_lower_, lp.row_upper_ = linear.low, linear.high
    order = np.argsort(linear.row, kind="stable")
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    counts = np.bincount(linear.row, minlength=lp.num_row_)
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)])
    lp.a_matrix_.index_ = linear.column[order]
    lp.a_matrix_.value_ = linear.value[order]
    if integer:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", THREADS)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    solver.setOptionValue("time_limit", limit)
    solver.passModel(lp)
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus()).lower()
    info = solver.getInfo()
    if not integer:
        optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return Answer(status, None, info.objective_function_value if optimal else None)
    if info.primal_solution_status != 2:
        return Answer(status)
    values = np.array(solver.getSolution().col_value[: linear.pairs])
    return Answer(status, np.flatnonzero(values > 0.5), info.mip_dual_bound)


def highs_lp(drop: Drop, model: str, cov_w: list[float], limit: float) -> Answer:
    """The LP relaxation in HiGHS: a bound, no assignment."""
    return highs(drop, model, cov_w, limit, integer=False)


def highs_mip(drop: Drop, model: str, cov_w: list[float], limit: float) -> Answer:
    """The whole model in HiGHS."""
    return highs(drop, model, cov_w, limit, integer=True)


def pulp_cbc(drop: Drop, model: str, cov_w: list[float], limit: float) -> Answer:
    """PuLP with CBC, the pair that the replaced tool used for model coverage."""
    import pulp

    linear: Linear = linear_model(drop, model, cov_w)
    problem = pulp.LpProblem("drop", pulp.LpMaximize)
    columns = [
        pulp.LpVariable(f"x{j}", 0, up, pulp.LpInteger) for j, up in enumerate(linear.upper.tolist())
    ]
    problem += pulp.LpAffineExpression(zip(columns, linear.gain.tolist()))
    rows: list[list] = [[] for _ in linear.low]
    for i, j, a in zip(linear.row.tolist(), linear.column.tolist(), linear.value.tolist()):
        rows[i].append((columns[j], a))
    for terms, low, high in zip(rows, linear.low.tolist(), linear.high.tolist()):
        expression = pulp.LpAffineExpression(terms)
        if low == high:
            problem += expression == low
        elif low == -np.inf:
            problem += expression <= high
        else:
            problem += expression >= low
    problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit, gapRel=1e-6, threads=THREADS))
    status = pulp.LpStatus[problem.status].lower()
    found = pulp.LpSolution[problem.sol_status].lower()
    values = np.array([column.value() or 0 for column in columns[: linear.pairs]])
    if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return Answer(f"{status}, {found}")
    return Answer(found, np.flatnonzero(values > 0.5))


# Function and package of each peer.
PEERS = {
    "cpsat": (cpsat, "ortools"),
    "min_cost_flow": (min_cost_flow, "ortools"),
    "highs_lp": (highs_lp, "highspy"),
    "highs_mip": (highs_mip, "highspy"),
    "pulp_cbc": (pulp_cbc, "PuLP"),
}


def version_of(peer: str) -> str:
    """The peer's package and version."""
    package = PEERS[peer][1]
    return f"{package} {version(package)}"
