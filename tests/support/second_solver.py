"""Solves programs by SCIP: a line of JSON in (foreign_model.ts's ForeignProgram), the columns' values or null out."""
import json, sys
from pyscipopt import Model, quicksum

SECONDS = float(sys.argv[1])


def solve(program):
    model = Model()
    model.hideOutput()
    model.setParam("limits/gap", 0)
    model.setParam("limits/time", SECONDS)
    model.setParam("numerics/feastol", 1e-9)
    model.setParam("parallel/maxnthreads", 1)
    columns = [model.addVar(vtype="I" if whole else "C", lb=0, ub=upper, obj=cost)
               for cost, upper, whole in zip(program["cost"], program["upper"], program["whole"])]
    rows = [[] for _ in program["rowLower"]]
    for j, column in enumerate(columns):
        for i in range(program["starts"][j], program["starts"][j + 1]):
            rows[program["indices"][i]].append(program["values"][i] * column)
    for terms, lower, upper in zip(rows, program["rowLower"], program["rowUpper"]):
        if not terms:
            continue
        total = quicksum(terms)
        if lower is not None and lower == upper:
            model.addCons(total == lower)
            continue
        if lower is not None:
            model.addCons(total >= lower)
        if upper is not None:
            model.addCons(total <= upper)
    model.setMaximize()
    model.optimize()
    return [model.getVal(column) for column in columns] if model.getNSols() > 0 else None


for line in sys.stdin:
    print(json.dumps(solve(json.loads(line))), flush=True)
