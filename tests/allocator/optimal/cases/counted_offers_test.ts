import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../../lib/api/certificate.ts";
import { check } from "../../../../lib/api/check.ts";
import type { CertificateNode } from "../../../../lib/allocator/model/certificate.ts";
import {
  KindsOfOffers,
  withCountLimits,
} from "../../../../lib/allocator/optimal/cases/counted_offers.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { certifiedCases, mustCase } from "../../../support/certified_cases.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

const noPins = () => false;

/** Two groups of two users who may all have two contracts; the first contract is a must. */
function twoByTwo(scores: readonly [number, number], atLeast?: number) {
  const users = ["u0", "u1", "u2", "u3"];
  return Drop.from({
    users: users.map((id, u) => ({ id, group: `g${u % 2}` })),
    contracts: [{ id: "a", cap: 4, sponsored: true }, { id: "b", cap: 4, sponsored: false }],
    groups: [{ id: "g0", ratio: 0 }, { id: "g1", ratio: 0 }],
    pairs: users.flatMap((user) => [
      { user, contract: "a", score: scores[0] },
      { user, contract: "b", score: scores[1] },
    ]),
    ...(atLeast !== undefined && {
      limits: [{ limit: "least", per: "contract_address", atLeast, price: 1 }],
    }),
  }).instance;
}

Deno.test("counted offers: a mixture of musts lies between two whole numbers, in all before it does in a group or of a contract", () => {
  const instance = twoByTwo([1e6, 1]);
  const kinds = new KindsOfOffers(instance, noPins);
  // Pairs in order: a and b of u0, of u1, …
  const one = kinds.between(new Map([[0, 0.5], [1, 0.25], [2, 1]]))!;
  assertEquals([one.of, one.most], [{ leastScore: 1e6, contracts: null, group: null }, 1]);
  assertEquals([...one.counted], [1, 0, 1, 0, 1, 0, 1, 0]);
  // Half an offer in each group is one in all.
  const other = kinds.between(new Map([[0, 0.5], [2, 0.5]]))!;
  assertEquals([other.of, other.most], [{ leastScore: 1e6, contracts: null, group: 0 }, 0]);
  assertEquals(kinds.between(new Map([[0, 1], [1, 1]])), null);
  // Offers of any score come last.
  const all = kinds.between(new Map([[0, 1], [1, 0.5]]))!;
  assertEquals([all.of, all.most], [{ leastScore: null, contracts: null, group: null }, 1]);
});

Deno.test("counted offers: pinned ones don't count, scores near one another are no kind of their own, leasts count any score first", () => {
  const musts = new KindsOfOffers(twoByTwo([1e6, 1]), (pair) => pair === 0);
  assertEquals(musts.between(new Map([[0, 0.5]])), null);
  const alike = new KindsOfOffers(twoByTwo([50, 1]), noPins).between(new Map([[0, 0.5]]))!;
  assertEquals(alike.of.leastScore, null);
  const leasts = new KindsOfOffers(twoByTwo([1e6, 1], 2), noPins);
  assertEquals(leasts.between(new Map([[0, 0.5], [1, 0.5], [2, 0.5]]))!.of, {
    leastScore: null,
    contracts: null,
    group: null,
  });
});

Deno.test("counted offers: limits of cases are rows after those of the drop, of which nothing changes", () => {
  const { instance } = limitedDrop(1, [{ limit: "all", per: "city", atMost: 3 }]);
  const counted = Uint8Array.from(instance.score, (_, p) => p % 2);
  const of = { leastScore: null, contracts: null, group: null };
  const { rows } = withCountLimits(instance, [
    { of, counted, side: "at_most", amount: 4 },
    { of, counted, side: "at_least", amount: 5 },
  ], 7).limits!;
  const own = instance.limits!.rows, first = own.amount.length;
  assertEquals([...rows.amount], [...own.amount, 4, -5]);
  assertEquals([...rows.price].slice(first), [7, 7]);
  assertEquals([...rows.sense].slice(first), [1, -1]);
  instance.score.forEach((_, p) => {
    const entries = ({ start, row, coefficient, item }: typeof rows) =>
      Array.from(
        { length: start[item[p] + 1] - start[item[p]] },
        (_, e) => [row[start[item[p]] + e], coefficient[start[item[p]] + e]],
      );
    const further = counted[p] === 1 ? [[first, 1], [first + 1, -1]] : [];
    assertEquals(entries(rows), [...entries(own), ...further]);
    assertEquals(rows.contract[rows.item[p]], instance.contract[p]);
  });
  // A drop without limits has none but these.
  const bare = withCountLimits(twoByTwo([1, 1]), [
    { of, counted: new Uint8Array(8).fill(1), side: "at_most", amount: 1 },
  ], 2);
  assertEquals([...bare.limits!.rows.amount], [1]);
  assertEquals([...bare.limits!.rows.contract], [0, 1]);
});

Deno.test("counted offers: musts beside budgets and leasts are proven, to the last digit or a billionth", async () => {
  let exact = 0, counting = 0;
  for (const { drop, allocation, certificate } of await certifiedCases(10, 1, mustCase)) {
    const report = check(drop, allocation, { certificate }).certificate!;
    assert(report.certified, report.problems.join("\n"));
    assert(certificate.gap < 1e-8, `${certificate.gap}`);
    if (certificate.gap === 0) exact++;
    if (JSON.stringify(certificate.branches ?? null).includes('"count":')) counting++;
  }
  assert(exact >= 7 && counting >= 5, `${exact}, ${counting}`);
});

Deno.test("counted offers: of a number of offers both parts, so many prices and things that exist are needed", async () => {
  const { drop } = mustCase(2);
  const allocation = await allocate(drop, { maxPerBrand: null });
  const certificate = issueCertificate(drop, allocation), { branches } = certificate;
  assert(branches !== undefined && "count" in branches.tree);
  const { tree } = branches, { count } = tree;
  assert("offers" in count);
  const isRefused = (tree: CertificateNode) => {
    const changed = { ...certificate, branches: { ...branches, tree } };
    return check(drop, allocation, { certificate: changed }).certificate!.certified === false;
  };
  assertEquals(isRefused(tree), false);
  assert(isRefused({ ...tree, count: { ...tree.count, group_id: "stranger" } }));
  assert(isRefused({ ...tree, count: { ...tree.count, contracts: ["stranger"] } }));
  // Of fewer offers more are made.
  assert(isRefused({ ...tree, count: { ...count, offers: count.offers + 1 } }));
  assert(isRefused({ ...tree, at_most: tree.at_least }));
  const without = (node: CertificateNode): CertificateNode =>
    "count" in node
      ? { ...node, at_most: without(node.at_most), at_least: without(node.at_least) }
      : "offer" in node
      ? { ...node, with: without(node.with), without: without(node.without) }
      : { ...node, counts: undefined };
  assert(isRefused(without(tree)));
});
