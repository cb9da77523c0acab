"""Solves programs that divvy export wrote, by one of several solvers: a line SOLVER TAB FILE in, the optimum out."""
import math, os, sys

os.environ.setdefault("PYTHONWARNINGS", "ignore")


def highs(path):
    import highspy
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("threads", 1)
    solver.readModel(path)
    solver.run()
    return solver.getObjectiveValue()


def cbc(path):
    import pulp
    _, problem = pulp.LpProblem.fromMPS(path)
    problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0, gapAbs=0, threads=1))
    return pulp.value(problem.objective)


def scip(path):
    from pyscipopt import Model
    model = Model()
    model.hideOutput()
    model.readProblem(path)
    model.setParam("limits/gap", 0)
    model.optimize()
    return model.getObjVal()


def ortools(path):
    from ortools.linear_solver import pywraplp
    from ortools.linear_solver.python import model_builder
    model = model_builder.Model()
    (model.import_from_lp_file if path.endswith(".lp") else model.import_from_mps_file)(path)
    solver = model_builder.Solver("scip")
    solver.solve(model)
    return solver.objective_value


def from_json(path):
    """The program of the JSON form, built anew for HiGHS."""
    import json
    import highspy
    with open(path) as file:
        program = json.load(file)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    infinity = highspy.kHighsInf
    place = {row["name"]: i for i, row in enumerate(program["rows"])}
    for row in program["rows"]:
        solver.addRow(-infinity if row["lower"] is None else row["lower"],
                      infinity if row["upper"] is None else row["upper"], 0, [], [])
    for j, column in enumerate(program["columns"]):
        entries = column["entries"]
        solver.addCol(column["cost"], 0, infinity if column["upper"] is None else column["upper"], len(entries),
                      [place[name] for name, _ in entries], [value for _, value in entries])
        if column["whole"]:
            solver.changeColIntegrality(j, highspy.HighsVarType.kInteger)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.run()
    return solver.getObjectiveValue()


for line in sys.stdin:
    name, path = line.rstrip("\n").split("\t")
    value = globals()[name](path)
    print(repr(float(value) if value is not None else math.nan), flush=True)
