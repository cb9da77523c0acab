"""Runs a notebook through its kernel and saves it with its outputs: what a code host shows.

Usage: python save_notebook.py NOTEBOOK...

Frames are left out of what is saved: a page that nobody without trust is shown, several times as large as all the rest.
So are counters of runs, so that running it again changes nothing that has not changed.
"""
import re
import sys
from pathlib import Path

import nbformat

from run_notebook import run

for name in sys.argv[1:]:
    notebook = nbformat.read(name, as_version=4)
    run(notebook, str(Path(name).resolve().parent))
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.execution_count = None
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = None
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = re.sub(r"<iframe .*?</iframe>", "", data["text/html"], flags=re.S)
    nbformat.write(notebook, name)
