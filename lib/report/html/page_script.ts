/**
 * The script of every page: sorting and filtering of tables, copying of lists, and the values of a chart's mark under the pointer.
 * The page is whole without it. Plain browser JavaScript, kept as text because it never runs here.
 *
 * @module
 */

/** The page's script. */
export const pageScript = `
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const status = table.closest(".card").querySelector("[role=status]");
  const tools = table.closest(".card").querySelector(".tools");

  // Sorting: a button in every header; its second use turns the order round.
  const value = (row, i) => row.cells[i].dataset.v ?? row.cells[i].textContent.trim();
  const order = (a, b) => {
    if (a === b) return 0;
    // Cells without a value come last in both directions.
    if (a === "" || b === "") return a === "" ? 2 : -2;
    const x = Number(a), y = Number(b);
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x === y ? 0 : x < y ? -1 : 1;
    return a < b ? -1 : 1;
  };
  [...table.tHead.rows[0].cells].forEach((header, i) => {
    const button = document.createElement("button");
    button.type = "button";
    // Paper repeats headers on each sheet, but not buttons in them.
    header.dataset.title = header.textContent.trim();
    button.append(...header.childNodes);
    header.append(button);
    const numeric = header.classList.contains("n");
    button.addEventListener("click", () => {
      const now = header.getAttribute("aria-sort");
      const next = now === null ? (numeric ? "descending" : "ascending")
        : now === "ascending" ? "descending" : "ascending";
      for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      const keyed = rows.map((row) => [value(row, i), row]);
      keyed.sort((a, b) => {
        const o = order(a[0], b[0]);
        return Math.abs(o) === 2 ? o : sign * o;
      });
      body.append(...keyed.map((k) => k[1]));
    });
  });

  // Filtering: rows that hold every word. A few rows are seen at once.
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "Filter";
  input.setAttribute("aria-label", "Filter " + table.caption.textContent);
  if (rows.length > 8) tools.prepend(input);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  // Rows beyond those shown are found by their words.
  const rest = table.closest(".card").querySelector("script.found");
  const found = rest === null ? [] : JSON.parse(rest.textContent);
  const foundTexts = found.map((cells) => cells.join(" ").toLowerCase());
  const total = rows.length + found.length;
  let extra = [];
  const showFound = (words) => {
    for (const row of extra) row.remove();
    extra = [];
    if (words.length === 0) return 0;
    let matches = 0;
    foundTexts.forEach((text, i) => {
      if (!words.every((word) => text.includes(word)) || ++matches > 200) return;
      const row = rows[0].cloneNode(true);
      [...row.cells].forEach((cell, j) => {
        cell.textContent = found[i][j];
        cell.removeAttribute("title");
        delete cell.dataset.v;
      });
      row.hidden = false;
      extra.push(row);
    });
    body.append(...extra);
    return matches;
  };
  const say = (shown) => {
    const all = total.toLocaleString("en-US") + (total === 1 ? " row" : " rows");
    status.textContent = shown === total ? all : shown.toLocaleString("en-US") + " of " + all;
  };
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      if (!row.hidden) shown++;
    });
    say(shown + (words.length === 0 ? found.length : showFound(words)));
    if (words.length === 0) showFound(words);
  });
  say(total);
}

for (const list of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy list";
  list.before(button);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(list.textContent);
    } catch {
      getSelection().selectAllChildren(list);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => button.textContent = "Copy list", 1500);
  });
}

// A mark's values, beside the pointer.
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);
document.addEventListener("pointermove", (event) => {
  const mark = event.target.closest ? event.target.closest("figure svg [data-tip]") : null;
  tip.hidden = mark === null;
  if (mark === null) return;
  tip.textContent = mark.dataset.tip;
  const x = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8);
  tip.style.left = x + "px";
  tip.style.top = (event.clientY + 16 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 8 : event.clientY + 16) + "px";
});
`.trim();
