/**
 * What proofs cost: hashes, the bound in doubles and in whole numbers, by pairs. `deno run -A bench/proof.ts FOLDER [REPEATS]`
 * for a folder with the four inputs (`divvy generate`); a certificate is made first.
 */
import { allocate, readDrop } from "../mod.ts";
import { boundFromPrices } from "../lib/allocator/check/bound/bound.ts";
import { claimedPrices } from "../lib/allocator/check/bound/claimed_prices.ts";
import { demandsOf } from "../lib/allocator/check/rules/demands.ts";
import { exactFigures } from "../lib/allocator/check/exact/exact.ts";
import { inputHashes } from "../lib/allocator/drop/input_hashes.ts";
import { policyOfCertificate } from "../lib/allocator/model/certificate.ts";
import { issueCertificate } from "../lib/api/certificate.ts";
import { dropFiles } from "./divvy_run.ts";

const [folder, repeats = "3", scores = "as they are"] = Deno.args;
const drop = await readDrop(dropFiles(folder));
const { instance } = drop;
// Scores of 17 digits, as a model writes them.
if (scores === "long") {
  instance.score.forEach((s, p) => instance.score[p] = s * (1 + 1e-9 * Math.PI));
}
const begun = performance.now();
const allocation = await allocate(drop, { workers: 2 });
const solving = performance.now() - begun;
const certificate = issueCertificate(drop, allocation);
const policy = policyOfCertificate(certificate), demands = demandsOf(instance, policy);
const claimed = claimedPrices(instance, demands, null, certificate);
const none = { pair: new Uint32Array(0), user: new Uint32Array(0) };
const parts: Record<string, () => unknown> = {
  hashes: () => inputHashes(instance),
  "bound in doubles": () =>
    boundFromPrices(instance, policy, demands, claimed.prices, { limits: null }),
  "exact figures": () => exactFigures(instance, policy, demands, claimed, none, { declared: null }),
};
const pairs = instance.score.length;
console.log(`${pairs} pairs, solved in ${(solving / 1000).toFixed(2)} s`);
for (const [name, run] of Object.entries(parts)) {
  const times = Array.from({ length: Number(repeats) }, () => {
    const from = performance.now();
    run();
    return performance.now() - from;
  });
  const best = Math.min(...times);
  console.log(
    `${name.padEnd(18)} ${(best / 1000).toFixed(3)} s, ${
      (best * 1e6 / pairs).toFixed(1)
    } ns a pair`,
  );
}
