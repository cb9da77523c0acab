/** Certificates and inputs with one change each, after which nothing is proven any more. */
import type { Random } from "../../lib/base/numbers/random.ts";
import type { CertifiedCase } from "./certified_cases.ts";

/** What is changed. */
export const MUTANT_KINDS = [
  "price",
  "bound",
  "objective",
  "offer",
  "cap",
  "ratio",
  "other input",
  "hash",
  "policy field",
  "limit",
  "NaN",
  "text for a number",
  "missing field",
  "cases",
] as const;

/** One of {@link MUTANT_KINDS}. */
export type MutantKind = typeof MUTANT_KINDS[number];

/** A changed file. */
export interface Mutant {
  /** The kind of change. */
  readonly kind: MutantKind;
  /** What was changed. */
  readonly what: string;
  /** Which file. */
  readonly file: string;
  /** Its text now. */
  readonly text: string;
}

type Files = Readonly<Record<string, string>>;
type Json = Record<string, unknown>;

/** What a change may look at. */
interface Subject {
  readonly files: Files;
  readonly one: CertifiedCase;
  readonly random: Random;
  /** A fresh copy of the certificate for each change. */
  readonly json: Json;
}

/** A change: of the certificate where it returns what was done, else a file; null: there is nothing to change so. */
type Change = (subject: Subject) => string | { what: string; file: string; text: string } | null;

const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)];

/** Names of the parts of a case. */
const PARTS = ["with", "without", "at_most", "at_least"];

/** Ends of the cases: objects with prices; the certificate itself where it has none. */
function endsOf(json: Json): Json[] {
  const ends = (node: Json): Json[] =>
    PARTS.some((part) => part in node)
      ? PARTS.flatMap((part) => part in node ? ends(node[part] as Json) : [])
      : [node];
  return json.branches === undefined ? [json] : ends((json.branches as Json).tree as Json);
}

/** Every value in the certificate with what holds it. */
function leavesOf(json: Json): { holder: Json; name: string; path: string }[] {
  const found: { holder: Json; name: string; path: string }[] = [];
  const walk = (holder: Json, path: string) => {
    for (const [name, value] of Object.entries(holder)) {
      found.push({ holder, name, path: `${path}${name}` });
      if (typeof value === "object" && value !== null) walk(value as Json, `${path}${name}.`);
    }
  };
  walk(json, "");
  return found;
}

/** A row of a table: its cells by column. */
function changedCell(
  { files, random }: Subject,
  file: string,
  column: string,
  change: (value: string) => string | null,
): ReturnType<Change> {
  if (files[file] === undefined) return null;
  const lines = files[file].trimEnd().split("\n");
  const at = lines[0].split(",").indexOf(column);
  if (at < 0 || lines.length < 2) return null;
  // Rows of users held out are of no pair of the drop: nobody can tell what they are worth.
  const rows = [...lines.keys()].slice(1)
    .filter((row) => !lines[0].endsWith(",holdout") || !lines[row].endsWith(",True"));
  if (rows.length === 0) return null;
  const row = pick(random, rows), cells = lines[row].split(","), changed = change(cells[at]);
  if (changed === null) return null;
  cells[at] = changed;
  lines[row] = cells.join(",");
  return { what: `${file} ${row} ${column} ${changed}`, file, text: `${lines.join("\n")}\n` };
}

/** A table with a row less, or one twice. */
function changedRows(
  { files, random }: Subject,
  file: string,
  change: "gone" | "twice",
  may: (cells: string[]) => boolean = () => true,
): ReturnType<Change> {
  if (files[file] === undefined) return null;
  const lines = files[file].trimEnd().split("\n");
  const rows = [...lines.keys()].slice(1).filter((row) => may(lines[row].split(",")));
  if (rows.length === 0) return null;
  const row = pick(random, rows);
  if (change === "gone") lines.splice(row, 1);
  else lines.push(lines[row]);
  return { what: `${file}: row ${row} ${change}`, file, text: `${lines.join("\n")}\n` };
}

/** The decimal some units of its last digit higher. */
function moved(text: string, decimals: number, by: bigint): string {
  const [whole, part = ""] = text.split(".");
  const digits = Math.max(0, decimals);
  const units = BigInt(whole + part.padEnd(digits, "0")) + by * 10n ** BigInt(digits - decimals);
  const size = (units < 0n ? -units : units).toString().padStart(digits + 1, "0");
  const sign = units < 0n ? "-" : "", at = size.length - digits;
  return digits === 0 ? `${sign}${size}` : `${sign}${size.slice(0, at)}.${size.slice(at)}`;
}

const FIGURES = ["objective", "bound", "gap"];
const NUMBERS = ["NaN", "Infinity", "-Infinity", "1e999"];

/** What a policy field can't be. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  format: [1, 3, 2.5],
  model: ["best", "Uniform", null],
  k: [0, -1, 1.5, 65536, null],
  cov_w: [0.5, null, [null], [[]], { 0: 1 }],
  cov_mode: ["y", null, true],
  sponsored_bonus: [null, [], {}],
  shortfall_penalty: [-0.5, null],
  shortfall_price: [-1, null],
  max_sponsored_ratio: [-0.1, 1.1, false],
  enforce_assignment_ratio: [0, 1, null, "true"],
  assignment_ratio_guard: ["soft", null],
  ratio_slack: [-0.1, 1.1, null],
  mix_tail: [0, 1, null],
  third_slot_only_mixing: [0, 1, null],
  sponsored_first_rounds: [-1, 0.5, null],
  max_mixed_share: [-0.1, 1.5, null],
  max_per_brand: [0, -1, 0.5, true],
  divvy: [1, null],
};

/** Names that a certificate must have. */
const NEEDED = [...Object.keys(WRONG), ...FIGURES, "inputs", "exact", "contracts", "groups"];

const CHANGES: Readonly<Record<MutantKind, readonly Change[]>> = {
  price: [
    // So high a price that a unit of its cap is worth more than everything.
    ({ json, one, random }) => {
      const c = random.below(one.drop.instance.contracts.length);
      if (one.drop.instance.cap[c] === 0) return null;
      const name = one.drop.instance.contracts[c], ends = endsOf(json);
      for (const end of ends) {
        (end.contracts as Json)[name] = 1e5 * (1 + Math.abs(one.allocation.objective));
      }
      return `${name} is dear`;
    },
    ({ json, one, random }) => {
      const name = pick(random, one.drop.instance.contracts);
      const value = pick(random, [-1e-9, -1, "0.5", null, [], true]);
      (pick(random, [json, ...endsOf(json)]).contracts as Json)[name] = value;
      return `price of ${name} ${value}`;
    },
    ({ json, one, random }) => {
      const name = pick(random, one.drop.instance.groups);
      const rule = pick(random, ["min_sponsored", "max_sponsored", "assignment_ratio"]);
      const value = pick(random, [-1, "1", null, true, []]);
      const end = pick(random, [json, ...endsOf(json)]);
      (end.groups as Record<string, Json>)[name] = { [rule]: value };
      return `price of ${name} ${rule} ${value}`;
    },
    ({ json, one, random }) => {
      const name = pick(random, one.drop.instance.groups);
      const price = (json.shortfall_price as number) * 1.01 + 1e-6;
      (json.groups as Record<string, Json>)[name] = { min_sponsored: price };
      return `min_sponsored of ${name} above what a missing user costs`;
    },
    ({ json }) => ((json.contracts as Json).stranger = 0.5, "price of a stranger"),
    ({ json }) => ((json.groups as Json).strangers = { min_sponsored: 0.5 }, "strangers' price"),
  ],
  bound: [
    ({ json, random }) => {
      const name = pick(random, ["bound", "gap"]), value = json[name] as number;
      json[name] = value === 0 ? -Number.MIN_VALUE : value - Math.abs(value) * 2 ** -52;
      return `${name} a last digit lower`;
    },
    // Below the objective, in all its figures.
    ({ json, random }) => {
      const exact = json.exact as { decimals: number; objective: string; bound: string };
      exact.bound = moved(exact.objective, exact.decimals, -1n - BigInt(random.below(9)));
      json.bound = Number(exact.bound);
      json.gap = 0;
      return "exact.bound below the objective";
    },
    ({ json }) => {
      const exact = json.exact as { decimals: number; objective: string; bound: string };
      if (exact.objective !== exact.bound) return null;
      exact.bound = moved(exact.bound, exact.decimals, -1n);
      return "exact.bound down";
    },
    ({ json }) => {
      json.search_bound = (json.objective as number) - 1 - Math.abs(json.objective as number);
      return "search_bound below the objective";
    },
  ],
  objective: [
    ({ json, random }) => {
      const exact = json.exact as { decimals: number; objective: string; bound: string };
      exact.objective = moved(exact.objective, exact.decimals, random.below(2) === 0 ? 1n : -1n);
      json.objective = Number(exact.objective);
      return "exact.objective moved by a unit";
    },
    ({ json }) => {
      const value = json.objective as number;
      json.objective = value === 0 ? 1e-9 : value * (1 + 2 ** -51);
      return "objective's last digits";
    },
  ],
  offer: [
    // One that was worth something.
    (subject) => changedRows(subject, "assignments.csv", "gone", (cells) => Number(cells[2]) > 0),
    (subject) => changedRows(subject, "assignments.csv", "twice"),
    (subject) => changedCell(subject, "assignments.csv", "user_id", () => "stranger"),
    (subject) => changedCell(subject, "assignments.csv", "contract_address", () => "stranger"),
    (subject) =>
      changedCell(subject, "assignments.csv", "score", (score) => String(Number(score) + 0.5)),
    (subject) => changedCell(subject, "assignments.csv", "score", () => "nan"),
  ],
  cap: [
    (subject) => changedCell(subject, "caps.csv", "cap_face", (cap) => String(Number(cap) + 1)),
    (subject) =>
      changedCell(
        subject,
        "caps.csv",
        "cap_face",
        (cap) => Number(cap) > 1 ? String(Number(cap) - 1) : null,
      ),
  ],
  ratio: [
    (subject) =>
      changedCell(
        subject,
        "group_ratios.csv",
        "sponsorship_ratio",
        (r) => String(Number(r) === 1 ? 0.5 : Number(r) + 0.001),
      ),
    (subject) =>
      changedCell(
        subject,
        "group_ratios.csv",
        "sponsorship_ratio",
        (r) => Number(r) > 0 ? "0" : "1",
      ),
  ],
  "other input": [
    (subject) =>
      changedCell(subject, "elig.csv", "score", (score) => String(Number(score) + 0.001)),
    (subject) => changedRows(subject, "elig.csv", "gone"),
    (subject) =>
      changedCell(subject, "caps.csv", "is_sponsored", (is) => is === "true" ? "false" : "true"),
    (subject) => changedCell(subject, "caps.csv", "brand_id", (brand) => `${brand}x`),
    (subject) => changedCell(subject, "user_groups.csv", "k", (k) => k === "2" ? "3" : "2"),
    (subject) => changedRows(subject, "pins.csv", "gone"),
    (subject) => changedRows(subject, "previous.csv", "gone"),
  ],
  hash: [
    ({ json, random }) => {
      const inputs = json.inputs as Record<string, string>;
      const name = pick(random, Object.keys(inputs));
      const at = random.below(64), digit = inputs[name][at] === "0" ? "1" : "0";
      inputs[name] = inputs[name].slice(0, at) + digit + inputs[name].slice(at + 1);
      return `hash of ${name}`;
    },
    ({ json, random }) => {
      const inputs = json.inputs as Record<string, unknown>;
      const name = pick(random, Object.keys(inputs));
      inputs[name] = pick<unknown>(random, ["", null, 7, `${inputs[name]}0`]);
      return `hash of ${name} ${inputs[name]}`;
    },
    ({ json }) => {
      const inputs = json.inputs as Record<string, unknown>;
      if (inputs.caps === inputs.elig) return null;
      [inputs.caps, inputs.elig] = [inputs.elig, inputs.caps];
      return "hashes in each other's place";
    },
  ],
  "policy field": [
    ({ json, random }) => {
      const name = pick(random, Object.keys(WRONG));
      json[name] = pick(random, WRONG[name]);
      return `${name} ${JSON.stringify(json[name])}`;
    },
    // What offers are worth.
    ({ json, one }) => {
      if (json.cov_mode !== "z" || one.allocation.offerPair.length === 0) return null;
      const [first = 0, ...rest] = json.cov_w as number[];
      json.cov_w = [first + 0.001, ...rest];
      return "cov_w";
    },
    ({ json, one }) => {
      const { contract, sponsoredContracts } = one.drop.instance;
      const isSponsored = (pair: number) => contract[pair] < sponsoredContracts;
      if (!one.allocation.offerPair.some(isSponsored)) return null;
      json.sponsored_bonus = (json.sponsored_bonus as number) + 0.01;
      return "sponsored_bonus";
    },
    ({ json, one }) => {
      const { previous } = one.drop.instance;
      if (!one.allocation.offerPair.some((pair) => previous?.given[pair] === 0)) return null;
      json.change_cost = (json.change_cost as number ?? 0) + 0.01;
      return "change_cost";
    },
  ],
  limit: [
    ({ json, random }) => {
      const families = json.limit_families as Json[] ?? [];
      if (families.length === 0) return null;
      const family = pick(random, families);
      family.counts = "strange";
      return `${family.limit} counts what there is not`;
    },
    ({ json, random }) => {
      const families = json.limit_families as Json[] ?? [];
      if (families.length === 0) return null;
      const family = pick(random, families);
      family.per = [...family.per as string[], "strange"];
      return `${family.limit} per what there is not`;
    },
    ({ json }) => {
      const price = { limit: "strange", side: "at_most", price: 0.5 };
      json.limits = [...json.limits as Json[] ?? [], price];
      return "price of no limit";
    },
    ({ json, random }) => {
      const priced = json.limits as Json[] ?? [];
      if (priced.length === 0) return null;
      const one = pick(random, priced);
      one.side = "beside";
      return `${one.limit}: side`;
    },
    ({ json, random }) => {
      const priced = json.limits as Json[] ?? [];
      if (priced.length === 0) return null;
      const one = pick(random, priced);
      one.price = pick(random, [-1e-9, null, []]);
      return `price of ${one.limit} ${one.price}`;
    },
  ],
  NaN: [
    ({ json, random, files }) => {
      const numbers = leavesOf(json).filter(({ holder, name }) => typeof holder[name] === "number");
      const { holder, name, path } = pick(random, numbers);
      holder[name] = "@";
      const text = JSON.stringify(json).replace('"@"', pick(random, NUMBERS));
      if (text === files["certificate.json"]) return null;
      return { what: `${path} is no number`, file: "certificate.json", text };
    },
    ({ json, random }) => {
      const name = pick(random, FIGURES);
      const text = JSON.stringify({ ...json, [name]: "@" }).replace('"@"', pick(random, NUMBERS));
      return { what: `${name} is no number`, file: "certificate.json", text };
    },
  ],
  "text for a number": [
    ({ json, random }) => {
      const numbers = leavesOf(json).filter(({ holder, name }) => typeof holder[name] === "number");
      const { holder, name, path } = pick(random, numbers);
      holder[name] = String(holder[name]);
      return `${path} as text`;
    },
    ({ json, random }) => {
      const name = pick(random, FIGURES);
      json[name] = String(json[name]);
      return `${name} as text`;
    },
    ({ json, random }) => {
      const name = pick(random, ["objective", "bound"]), exact = json.exact as Json;
      exact[name] = pick<unknown>(random, [Number(exact[name]), `${exact[name]}e0`, `+1`, ""]);
      return `exact.${name} ${JSON.stringify(exact[name])}`;
    },
  ],
  "missing field": [
    ({ json, random }) => {
      const name = pick(random, NEEDED);
      delete json[name];
      return `${name} gone`;
    },
    ({ json, random }) => {
      const holder = pick(random, [json.exact, json.inputs] as Json[]);
      const name = pick(random, Object.keys(holder));
      delete holder[name];
      return `${name} of ${holder === json.exact ? "exact" : "inputs"} gone`;
    },
    ({ json, random }) => {
      const lists = [...json.limit_families as Json[] ?? [], ...json.limits as Json[] ?? []];
      if (lists.length === 0) return null;
      const holder = pick(random, lists), name = pick(random, Object.keys(holder));
      delete holder[name];
      return `${name} of a limit gone`;
    },
    ({ json, random }) => {
      const end = pick(random, endsOf(json)), name = pick(random, ["contracts", "groups"]);
      delete end[name];
      return `${name} of prices gone`;
    },
  ],
  cases: [
    ({ json, random }) => {
      if (json.branches === undefined) return null;
      const branches = json.branches as { price: unknown; tree: Json };
      const kind = random.below(5), of = branches.tree.offer === undefined ? 2 : 0;
      const part = PARTS[of + random.below(2)];
      if (kind === 0) delete json.branches;
      else if (kind === 1) delete branches.tree[part];
      else if (kind === 2) branches.price = pick(random, ["10", -1, null]);
      else if (kind === 3 && of === 0) branches.tree.offer = ["stranger", "c0"];
      else if (kind === 3 && "sponsored_users" in (branches.tree.count as Json)) {
        (branches.tree.count as Json).group_id = "stranger";
      } else if (kind === 3) (branches.tree.count as Json).contracts = ["stranger"];
      else branches.tree = { contracts: {}, groups: {} };
      return `cases ${kind} ${part}`;
    },
    ({ json, random }) => {
      const counted = endsOf(json).filter(({ counts }) => counts !== undefined);
      if (counted.length === 0) return null;
      const end = pick(random, counted), counts = end.counts as unknown[];
      const changed = [[...counts, 0.5], counts.slice(1), ["1", ...counts.slice(1)], null, [-1]];
      end.counts = pick<unknown>(random, changed.slice(0, counts.length > 1 ? 4 : 5));
      return `prices of numbers of offers ${JSON.stringify(end.counts)}`;
    },
    ({ json, random }) => {
      const tree = (json.branches as Json | undefined)?.tree as Json | undefined;
      if (tree?.count === undefined) return null;
      const count = tree.count as Json, kind = random.below(4);
      if ("sponsored_users" in count) {
        if (kind < 2) count.sponsored_users = pick<unknown>(random, ["1", -1, 0.5, null]);
        else if (kind === 2) count.group_id = pick<unknown>(random, ["stranger", 1, undefined]);
        else count.offers = count.sponsored_users;
      } else if (kind === 0) count.offers = pick<unknown>(random, ["1", -1, 0.5, null]);
      else if (kind === 1) count.group_id = pick<unknown>(random, ["stranger", 1]);
      else if (kind === 2) count.least_score = pick<unknown>(random, ["1", []]);
      else count.contracts = pick<unknown>(random, ["c0", [1]]);
      return `a number of offers: ${JSON.stringify(count)}`;
    },
    ({ json }) => {
      if (json.branches === undefined) return null;
      for (const end of endsOf(json)) end.contracts = {}, end.groups = {}, end.limits = [];
      return "cases without prices";
    },
  ],
};

/** Changes of a case, up to `each` of every kind. */
export function mutants(one: CertifiedCase, files: Files, random: Random, each: number): Mutant[] {
  return MUTANT_KINDS.flatMap((kind) => {
    const made: Mutant[] = [], changes = CHANGES[kind];
    const first = random.below(changes.length);
    for (let tries = 0; made.length < each && tries < 3 * changes.length; tries++) {
      const json = JSON.parse(files["certificate.json"]);
      const change = changes[(first + tries) % changes.length]({ files, one, random, json });
      if (change === null) continue;
      const mutant = typeof change === "string"
        ? { what: change, file: "certificate.json", text: JSON.stringify(json) }
        : change;
      if (mutant.text !== files[mutant.file]) made.push({ kind, ...mutant });
    }
    return made;
  });
}
