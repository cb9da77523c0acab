"""Runs a notebook through its kernel and prints the outputs of its code cells as JSON.

Usage: python run_notebook.py NOTEBOOK FOLDER (the folder that the kernel runs in)
"""
import json
import sys

import nbformat
from nbclient import NotebookClient


def run(notebook, folder):
    """Executes all cells; their outputs are in the notebook afterwards."""

    async def take_late_result(cell, cell_index, execute_reply):
        """Deno's kernel may say that a cell is done before it has sent the cell's result; nbclient would pass it over."""
        if cell.source.startswith("import"):
            return
        parent = execute_reply["parent_header"]["msg_id"]
        while not any(
            output.output_type in ("execute_result", "error") for output in cell.outputs
        ):
            message = await client.kc.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") == parent:
                client.process_message(message, cell, cell_index)

    client = NotebookClient(
        notebook,
        timeout=240,
        # A chart is drawn before its result is sent, which takes a while on a busy machine.
        iopub_timeout=240,
        kernel_name="deno",
        resources={"metadata": {"path": folder}},
        on_cell_executed=take_late_result,
    )
    client.execute()


if __name__ == "__main__":
    read = nbformat.read(sys.argv[1], as_version=4)
    run(read, sys.argv[2])
    print(json.dumps([cell.outputs for cell in read.cells if cell.cell_type == "code"]))
