/** Certificates and inputs that somebody changed, so that nothing is proven any more. */
import type { Random } from "../../lib/base/random.ts";
import type { Certificate } from "../../lib/allocator/model/certificate.ts";
import type { CertifiedCase } from "./certified_cases.ts";

/** A changed file. */
export interface Mutant {
  /** What was changed. */
  readonly what: string;
  /** Which file. */
  readonly file: string;
  /** Its text now. */
  readonly text: string;
}

type Files = Readonly<Record<string, string>>;
type Json = Record<string, unknown>;
type Change = (files: Files, one: CertifiedCase, random: Random) => Mutant | null;

function ofCertificate(what: string, files: Files, change: (json: Json) => void): Mutant {
  const json = JSON.parse(files["certificate.json"]);
  change(json);
  return { what, file: "certificate.json", text: JSON.stringify(json) };
}

/** Changes one cell of a table. */
function ofTable(
  files: Files,
  file: string,
  column: string,
  random: Random,
  change: (value: string) => string,
): Mutant {
  const lines = files[file].trimEnd().split("\n");
  const at = lines[0].split(",").indexOf(column);
  let row = 1 + random.below(lines.length - 1);
  // Rows of users held out are of no pair of the drop: nobody can tell what they are worth.
  while (lines[0].endsWith(",holdout") && lines[row].endsWith(",True")) {
    row = row + 1 < lines.length ? row + 1 : 1;
  }
  const cells = lines[row].split(",");
  cells[at] = change(cells[at]);
  lines[row] = cells.join(",");
  return { what: `${file} ${row} ${column} ${cells[at]}`, file, text: `${lines.join("\n")}\n` };
}

const FIGURES = ["objective", "bound", "gap"] as const;
const HASHES = ["caps", "user_groups", "group_ratios", "elig"] as const;

/** The decimal a unit of its last digit lower, or higher. */
function moved(text: string, decimals: number, by: bigint): string {
  const [whole, part = ""] = text.split(".");
  const units = BigInt(whole + part.padEnd(decimals, "0")) + by;
  const size = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const sign = units < 0n ? "-" : "";
  return `${sign}${size.slice(0, size.length - decimals)}.${size.slice(size.length - decimals)}`;
}

const CHANGES: readonly Change[] = [
  (files, _, random) => {
    const name = FIGURES[random.below(3)];
    return ofCertificate(`${name} a last digit lower`, files, (json) => {
      const value = json[name] as number;
      json[name] = value === 0 ? -Number.MIN_VALUE : value - Math.abs(value) * 2 ** -52;
    });
  },
  (files, _, random) => {
    const name = FIGURES[random.below(3)];
    return ofCertificate(`${name} as text`, files, (json) => json[name] = String(json[name]));
  },
  (files, _, random) => {
    const name = FIGURES[random.below(3)], json = JSON.parse(files["certificate.json"]);
    const text = JSON.stringify({ ...json, [name]: "@" }).replace('"@"', "NaN");
    return { what: `${name} NaN`, file: "certificate.json", text };
  },
  (files, { certificate }) =>
    ofCertificate("exact.objective up", files, (json) => {
      const exact = json.exact as Certificate["exact"];
      exact!.objective = moved(exact!.objective, Math.max(0, certificate.exact!.decimals), 1n);
    }),
  (files, { certificate }) =>
    certificate.exact!.objective !== certificate.exact!.bound
      ? null
      : ofCertificate("exact.bound down", files, (json) => {
        const exact = json.exact as Certificate["exact"];
        exact!.bound = moved(exact!.bound, Math.max(0, certificate.exact!.decimals), -1n);
      }),
  // A field that is gone.
  (files, { certificate }, random) => {
    const names = Object.keys(certificate).filter((name) =>
      !["search_bound", "limits", "limit_families"].includes(name)
    );
    const name = names[random.below(names.length)];
    return ofCertificate(`${name} gone`, files, (json) => delete json[name]);
  },
  // A hash of something else.
  (files, _, random) => {
    const name = HASHES[random.below(4)];
    return ofCertificate(`hash of ${name}`, files, (json) => {
      const inputs = json.inputs as Record<string, string>;
      const at = random.below(64), digit = inputs[name][at] === "0" ? "1" : "0";
      inputs[name] = inputs[name].slice(0, at) + digit + inputs[name].slice(at + 1);
    });
  },
  // Prices that are none.
  (files, { certificate }, random) => {
    const names = Object.keys(certificate.contracts);
    if (names.length === 0) return null;
    const name = names[random.below(names.length)],
      value = [-1e-9, "0.5", null, [], true][random.below(5)];
    return ofCertificate(`price of ${name} ${value}`, files, (json) => {
      (json.contracts as Json)[name] = value;
    });
  },
  (files, { certificate }, random) => {
    const [name] = Object.keys(certificate.groups);
    if (name === undefined) return null;
    const value = [-1, "1", null, true][random.below(4)];
    return ofCertificate(`price of ${name} ${value}`, files, (json) => {
      (json.groups as Record<string, Json>)[name].min_sponsored = value;
    });
  },
  // Prices that prove less than was claimed: of the dearest contract, gone.
  (files, { certificate, allocation }) => {
    const { contracts } = certificate;
    const names = Object.keys(contracts);
    // Cases have prices of their own.
    if (
      names.length === 0 || certificate.branches !== undefined ||
      certificate.exact!.objective !== certificate.exact!.bound
    ) {
      return null;
    }
    const size = Math.max(1e-6, allocation.objective);
    return ofCertificate("all prices ten thousand", files, (json) => {
      json.contracts = Object.fromEntries(names.map((name) => [name, 1e4 * size]));
    });
  },
  // Cases that are gone, one-sided, or of other prices.
  (files, { certificate }, random) => {
    if (certificate.branches === undefined) return null;
    const kind = random.below(4);
    return ofCertificate(`cases ${kind}`, files, (json) => {
      const branches = json.branches as { price: unknown; tree: Json };
      if (kind === 0) delete json.branches;
      else if (kind === 1) delete branches.tree.without;
      else if (kind === 2) branches.price = "10";
      else dearer(branches.tree);
    });
  },
  (files) =>
    ofCertificate("price of a stranger", files, (json) => (json.contracts as Json).stranger = 0.5),
  (files) => ofCertificate("k", files, (json) => json.k = 0),
  (files) => ofCertificate("k as text", files, (json) => json.k = String(json.k)),
  (files) => ofCertificate("model", files, (json) => json.model = "best"),
  (files) =>
    ofCertificate(
      "bonus",
      files,
      (json) => json.sponsored_bonus = (json.sponsored_bonus as number) + 1000,
    ),
  (files) =>
    ofCertificate("flag as a number", files, (json) => json.mix_tail = Number(json.mix_tail)),
  (files) => ofCertificate("format", files, (json) => json.format = 3),
  // Another drop.
  (files, _, random) =>
    ofTable(files, "caps.csv", "cap_face", random, (cap) => String(Number(cap) + 1)),
  (files, _, random) =>
    ofTable(
      files,
      "group_ratios.csv",
      "sponsorship_ratio",
      random,
      (r) => String(Number(r) === 1 ? 0.5 : Number(r) + 0.001),
    ),
  (files, _, random) =>
    ofTable(files, "elig.csv", "score", random, (score) => String(Number(score) + 0.001)),
  // Another allocation.
  (files, _, random) => {
    const lines = files["assignments.csv"].trimEnd().split("\n");
    if (lines.length < 2) return null;
    lines.splice(1 + random.below(lines.length - 1), 1);
    return { what: "an offer gone", file: "assignments.csv", text: `${lines.join("\n")}\n` };
  },
  (files, _, random) => {
    const lines = files["assignments.csv"].trimEnd().split("\n");
    if (lines.length < 2) return null;
    lines.push(lines[1 + random.below(lines.length - 1)]);
    return { what: "an offer twice", file: "assignments.csv", text: `${lines.join("\n")}\n` };
  },
  (files, _, random) =>
    files["assignments.csv"].trimEnd().includes("\n")
      ? ofTable(files, "assignments.csv", "score", random, (score) => String(Number(score) + 0.5))
      : null,
];

/** Prices of every case that prove nothing. */
function dearer(node: Json): void {
  if (node.offer === undefined) node.contracts = {}, node.groups = {}, node.limits = [];
  else for (const part of ["with", "without"]) dearer(node[part] as Json);
}

/** `count` changes of a case, as many kinds as can be. */
export function mutants(one: CertifiedCase, files: Files, random: Random, count: number): Mutant[] {
  const made: Mutant[] = [];
  let at = random.below(CHANGES.length);
  for (let tries = 0; made.length < count && tries < 3 * count; tries++, at++) {
    const mutant = CHANGES[at % CHANGES.length](files, one, random);
    if (mutant !== null && mutant.text !== files[mutant.file]) made.push(mutant);
  }
  return made;
}
