/**
 * Writes a mixed-integer program for other solvers, as LP, free MPS or JSON, and a table of what its names mean.
 *
 * @module
 */
import type { NamedProgram, ProgramName } from "../../allocator/ilp/named_program.ts";
import { csvText } from "../../base/text/csv_field.ts";

/** Formats that a program is written in. */
const PROGRAM_FORMATS = ["lp", "mps", "json"] as const;

/** One of {@link PROGRAM_FORMATS}. */
export type ProgramFormat = typeof PROGRAM_FORMATS[number];

/** The format that a file's name ends with; null: none of them. */
export function programFormatOf(file: string): ProgramFormat | null {
  return PROGRAM_FORMATS.find((format) => file.toLowerCase().endsWith(`.${format}`)) ?? null;
}

/** The program's text. A number is the shortest text that reads back as the same double. */
export function programText(program: NamedProgram, format: ProgramFormat): string {
  return { lp: lpText, mps: mpsText, json: jsonText }[format](program);
}

/** A row with one bound. */
interface Constraint {
  readonly name: string;
  readonly row: number;
  readonly sense: "=" | "<=" | ">=";
  readonly amount: number;
}

/** The rows as constraints; a row with two different bounds becomes two. */
function constraintsOf({ mip, rows }: NamedProgram): Constraint[] {
  return rows.flatMap(({ name }, row): Constraint[] => {
    const lower = mip.rowLower[row], upper = mip.rowUpper[row];
    if (lower === upper) return [{ name, row, sense: "=", amount: upper }];
    const most: Constraint = { name, row, sense: "<=", amount: upper };
    const least: Constraint = { name: `${name}_l`, row, sense: ">=", amount: lower };
    return [...(upper < Infinity ? [most] : []), ...(lower > -Infinity ? [least] : [])];
  });
}

/** The entries of each row: columns and values. */
function byRow({ mip }: NamedProgram): { columns: number[]; values: number[] }[] {
  const rows = mip.rowLower.map(() => ({ columns: [] as number[], values: [] as number[] }));
  for (let j = 0; j < mip.columns; j++) {
    for (let i = mip.starts[j]; i < mip.starts[j + 1]; i++) {
      rows[mip.indices[i]].columns.push(j);
      rows[mip.indices[i]].values.push(mip.values[i]);
    }
  }
  return rows;
}

/** The terms of a sum, in lines of limited length, since some readers refuse long ones. */
function termsText(
  columns: readonly ProgramName[],
  at: readonly number[],
  values: readonly number[],
) {
  const lines: string[] = [];
  let line = "";
  at.forEach((j, i) => {
    const value = values[i];
    const term = ` ${value < 0 ? "-" : "+"} ${numberText(Math.abs(value))} ${columns[j].name}`;
    if (line.length + term.length > 200) {
      lines.push(line);
      line = "";
    }
    line += term;
  });
  return [...lines, line].join("\n ");
}

/** A number's text without a plus in its exponent, which some readers take for a sum. */
function numberText(value: number): string {
  return String(value).replace("e+", "e");
}

function lpText(program: NamedProgram): string {
  const { mip, columns } = program, rows = byRow(program);
  const priced = mip.cost.flatMap((cost, j) => cost === 0 ? [] : [j]);
  const parts = [
    "\\ A drop: maximise what offers are worth. Names: see the table beside this file.\nMaximize\n obj:",
  ];
  parts.push(
    priced.length === 0
      ? ` + 0 ${columns[0].name}`
      : termsText(columns, priced, priced.map((j) => mip.cost[j])),
  );
  parts.push("\nSubject To\n");
  for (const { name, row, sense, amount } of constraintsOf(program)) {
    const { columns: at, values } = rows[row];
    // LP has no empty sums: a row without entries gets the first column, times 0.
    const sum = at.length === 0 ? ` + 0 ${columns[0].name}` : termsText(columns, at, values);
    parts.push(` ${name}:${sum} ${sense} ${numberText(amount)}\n`);
  }
  parts.push("Bounds\n");
  columns.forEach(({ name }, j) => {
    if (mip.whole[j] === 1 && mip.upper[j] === 1) return;
    parts.push(
      mip.upper[j] === Infinity
        ? ` ${name} >= 0\n`
        : ` 0 <= ${name} <= ${numberText(mip.upper[j])}\n`,
    );
  });
  const whole = columns.filter((_, j) => mip.whole[j] === 1 && mip.upper[j] === 1);
  if (whole.length > 0) parts.push("Binary\n");
  for (const { name } of whole) parts.push(` ${name}\n`);
  parts.push("End\n");
  return parts.join("");
}

/** As free MPS. Not every reader knows how to maximise in MPS, so the costs are negated and minimised. */
function mpsText(program: NamedProgram): string {
  const { mip, columns } = program, constraints = constraintsOf(program);
  const ofRow = new Map<number, string[]>();
  const parts = ["* A drop; values are negated, minimise.\nNAME DROP\nROWS\n N COST\n"];
  const letter = { "=": "E", "<=": "L", ">=": "G" };
  for (const { name, row, sense } of constraints) {
    parts.push(` ${letter[sense]} ${name}\n`);
    ofRow.set(row, [...(ofRow.get(row) ?? []), name]);
  }
  parts.push("COLUMNS\n");
  let inWhole = false, markers = 0;
  const mark = (whole: boolean) => {
    if (whole === inWhole) return;
    inWhole = whole;
    parts.push(` M${markers++} 'MARKER' '${whole ? "INTORG" : "INTEND"}'\n`);
  };
  columns.forEach(({ name }, j) => {
    mark(mip.whole[j] === 1);
    // Written even where it is 0, so that a column without entries is not lost.
    parts.push(` ${name} COST ${numberText(mip.cost[j] === 0 ? 0 : -mip.cost[j])}\n`);
    for (let i = mip.starts[j]; i < mip.starts[j + 1]; i++) {
      for (const row of ofRow.get(mip.indices[i]) ?? []) {
        parts.push(` ${name} ${row} ${numberText(mip.values[i])}\n`);
      }
    }
  });
  mark(false);
  parts.push("RHS\n");
  for (const { name, amount } of constraints) {
    if (amount !== 0) parts.push(` RHS ${name} ${numberText(amount)}\n`);
  }
  parts.push("BOUNDS\n");
  columns.forEach(({ name }, j) => {
    if (mip.upper[j] < Infinity) parts.push(` UP BND ${name} ${numberText(mip.upper[j])}\n`);
  });
  parts.push("ENDATA\n");
  return parts.join("");
}

function jsonText({ mip, rows, columns }: NamedProgram): string {
  const finite = (value: number) => Number.isFinite(value) ? value : null;
  const list = (lines: unknown[]) => lines.map((line) => `    ${JSON.stringify(line)}`).join(",\n");
  const ofColumn = (j: number) =>
    mip.indices.slice(mip.starts[j], mip.starts[j + 1]).map((r, i) => [
      rows[r].name,
      mip.values[mip.starts[j] + i],
    ]);
  return `{\n  "sense": "maximize",\n  "rows": [\n${
    list(
      rows.map((row, r) => ({
        ...row,
        lower: finite(mip.rowLower[r]),
        upper: finite(mip.rowUpper[r]),
      })),
    )
  }\n  ],\n  "columns": [\n${
    list(columns.map((column, j) => ({
      ...column,
      cost: mip.cost[j],
      upper: finite(mip.upper[j]),
      whole: mip.whole[j] === 1,
      entries: ofColumn(j),
    })))
  }\n  ]\n}\n`;
}

const NAME_COLUMNS = [
  "name",
  "kind",
  "user_id",
  "contract_address",
  "group_id",
  "sponsored",
  "unsponsored",
  "limit",
] as const;

/** A CSV table of what the program's names mean: its columns, then its rows. */
export function programNames({ rows, columns }: NamedProgram): string {
  const fields = (one: ProgramName) => NAME_COLUMNS.map((name) => one[name as keyof ProgramName]);
  return csvText([NAME_COLUMNS, ...[...columns, ...rows].map(fields)]);
}
