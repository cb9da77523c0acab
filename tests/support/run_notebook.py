"""Runs a notebook through its kernel and prints the outputs of its code cells as JSON.

Usage: python run_notebook.py NOTEBOOK FOLDER (the folder that the kernel runs in)
"""
import json
import sys

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(
    notebook,
    timeout=240,
    # Results come after the reply: a chart is drawn first, which takes a while on a busy machine.
    iopub_timeout=240,
    kernel_name="deno",
    resources={"metadata": {"path": sys.argv[2]}},
).execute()
print(json.dumps([cell.outputs for cell in notebook.cells if cell.cell_type == "code"]))
