/**
 * Writes tests/fixtures/verdicts.json: `deno run -A tests/fuzz/record_verdicts.ts`. Run it after a change that means to change
 * verdicts, and look at the difference. Exact bounds, those of made-up prices too, must pass checkers/check.py, and be refused
 * a unit lower where all numbers are whole units.
 */
import { DeclaredLimits, highestPrice } from "../../lib/allocator/check/rules/limits.ts";
import { demandsOf, mixes, priceOfMissing } from "../../lib/allocator/check/rules/demands.ts";
import { withExactFigures } from "../../lib/allocator/check/exact/exact.ts";
import {
  type Certificate,
  limitPrices,
  policyOfCertificate,
} from "../../lib/allocator/model/certificate.ts";
import { check } from "../../lib/api/check.ts";
import type { Random } from "../../lib/base/numbers/random.ts";
import { dropTables } from "../../lib/io/documents/drop_tables.ts";
import { writeAssignments } from "../../lib/io/tables/results/assignments_writer.ts";
import { rowsOf } from "../support/assignment_table.ts";
import { type CertifiedCase, certifiedCases } from "../support/certified_cases.ts";
import {
  oddRows,
  randomOf,
  type Recorded,
  RECORDS,
  verdictOn,
} from "../support/recorded_verdicts.ts";

const CHECKER = new URL("../../checkers/check.py", import.meta.url).pathname;
const FIRST = 1, COUNT = 72;

/** Prices of everything that has one, of up to three decimals: what they prove is whole units. */
function withOtherPrices(one: CertifiedCase, random: Random): Certificate {
  const { drop: { instance }, certificate, allocation } = one;
  const policy = policyOfCertificate(certificate), demands = demandsOf(instance, policy);
  const price = () => random.next() < 0.2 ? 0 : random.below(400) / 1000;
  const missing = priceOfMissing(instance, policy);
  const groups = Object.fromEntries(instance.groups.map((id, g) => [id, {
    ...(policy.model === "uniform" && { min_sponsored: Math.min(missing, price()) }),
    ...(demands[g].most !== null && { max_sponsored: price() }),
    ...(demands[g].share !== null && random.below(2) === 0 && { assignment_ratio: price() }),
    ...(mixes(policy) && demands[g].mixed !== null && { mixed_share: price() }),
  }]));
  const declared = DeclaredLimits.of(instance);
  const byRow = instance.limits &&
    Float64Array.from(instance.limits.rows.family, (_, r) => {
      const { families, rows } = instance.limits!, { limit, per } = families[rows.family[r]];
      const values = Object.fromEntries(per.map((column, i) => [column, rows.key[r][i]]));
      const l = declared!.find(limit, values, rows.sense[r] > 0 ? "at_most" : "at_least");
      return Math.min(price(), highestPrice(declared!.limits[l], missing));
    });
  const { branches: _, search_bound: __, ...rest } = certificate;
  const user = Uint32Array.from(
    allocation.offerPair,
    (pair) => instance.start.findIndex((from, u) => from <= pair && pair < instance.start[u + 1]),
  );
  return withExactFigures(instance, {
    ...rest,
    contracts: Object.fromEntries(instance.contracts.map((id) => [id, price()])),
    groups,
    ...(instance.limits && { limits: limitPrices(instance.limits, byRow) }),
  }, { pair: allocation.offerPair, user });
}

async function python(one: CertifiedCase, certificate: Certificate): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "divvy-record-" });
  for (const [name, text] of dropTables(one.read.instance)) {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
  }
  await writeAssignments(`${folder}/assignments.csv`, one.drop.instance, one.allocation);
  Deno.writeTextFileSync(`${folder}/certificate.json`, JSON.stringify(certificate));
  const { stdout, stderr } = await new Deno.Command("python3", {
    args: [CHECKER, "--dir", folder, "assignments.csv", "certificate.json"].map((arg, i) =>
      i > 2 ? `${folder}/${arg}` : arg
    ),
  }).output();
  await Deno.remove(folder, { recursive: true });
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

const records: Recorded[] = [];
for (const [at, one] of (await certifiedCases(COUNT, FIRST)).entries()) {
  const seed = FIRST + at, random = randomOf(seed);
  const rows = rowsOf(one.drop.instance, one.allocation);
  const { certificate } = one;
  const add = (what: Recorded["what"], certificate: Certificate, own = rows) => {
    const record = { seed, at, what, certificate, rows: own };
    records.push({ ...record, report: verdictOn(record) });
  };
  add("issued", certificate);
  const other = withOtherPrices(one, random);
  for (const judged of [certificate, other]) {
    const said = await python(one, judged);
    if (!said.startsWith("certified")) console.log(`check.py: ${one.name}: ${said}`);
    const ours = check(one.drop, one.allocation, { certificate: judged }).certificate!;
    if (!ours.certified) console.log(`divvy check: ${one.name}: ${ours.problems}`);
  }
  add("other prices", other);
  add("in doubles", { ...certificate, exact: null, branches: undefined, search_bound: undefined });
  add("other offers", certificate, oddRows(one.drop, random));
}
await Deno.writeTextFile(
  RECORDS,
  `[\n${records.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`,
);
console.log(`${records.length} verdicts`);
