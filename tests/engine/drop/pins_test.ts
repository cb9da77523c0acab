/** Pins in DuckDB are given first, and the rest is as good as beside them on one machine. */
import { type Instance, userOfPair } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { engineBefore, writeTables } from "../../support/engine_before.ts";
import { assertNear, judgeRows } from "../../support/engine_judge.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { assertTallied } from "../../support/engine_tally.ts";
import { judgeInDuckDb } from "../../support/judge_in_duckdb.ts";
import { engineInstance, tinyInstance } from "../../support/engine_instance.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { testEngines } from "../../support/tried_engines.ts";
import { solveHere } from "../../support/local_solution.ts";

const CASES: [name: string, change: Partial<Policy>, minScore?: number][] = [
  ["model coverage", { model: "coverage" }],
  ["model uniform, a least score that pins pass", {}, 0.3],
  ["one of a brand, mixed", { maxPerBrand: 1, mixTail: true }],
  ["assignment ratio", { enforceAssignmentRatio: true, maxSponsoredRatio: 0.6 }],
];

/** Pins of one pair of every seventh user, of two of a type of every eleventh. */
function pinsOf({ users, contracts, start, middle, contract, brand, cap }: Instance, seed: number) {
  const given = new Float64Array(cap.length);
  const random = seededRandom(seed), lines = ["user_id,contract_address"];
  users.toArray().forEach((id, u) => {
    const wanted = u % 11 === 0 ? 2 : u % 7 === 0 ? 1 : 0;
    const [from, to] = random.below(3) === 0 ? [start[u], middle[u]] : [middle[u], start[u + 1]];
    const seen = new Set<number>();
    for (let p = from; p < to && seen.size < wanted; p++) {
      const c = contract[p];
      if (seen.has(brand![c]) || given[c] === cap[c]) continue;
      given[c]++;
      seen.add(brand![c]);
      lines.push(`${id},${contracts[c]}`);
    }
  });
  return `${lines.join("\n")}\n`;
}

Deno.test("DuckDB: pins are given, and the rest is near the local solver's result", async (t) => {
  for (const [n, [name, change, minScore]] of CASES.entries()) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = randomInstance({
          seed: 150 + n,
          users: 200,
          contracts: 20,
          groups: 3,
          brands: 6,
          capShare: 0.5,
          density: 0.5,
          ratios: [0, 0.1],
        });
        const policy = { ...defaultPolicy, ...change };
        const { engine, sources } = await writeTables(instance, folder);
        const pins = `${folder}/pins.csv`;
        await Deno.writeTextFile(pins, pinsOf(instance, n));
        const { instance: drop } = await readDrop({ ...sources, pins }, { minScore });
        const local = await solveHere(drop, policy, 1e-3);
        const before = await engineBefore({ history: [], pins }, {});
        await judgeInDuckDb(drop, local, { ...engine, policy, before }, n, { minScore });
      }));
  }
});

testEngines(
  "pins of any size of scores leave the bound as near as on one machine",
  (t, engine) =>
    withFolder(async (folder) => {
      const files = {
        caps: `${folder}/caps.csv`,
        elig: `${folder}/elig.csv`,
        userGroups: `${folder}/user_groups.csv`,
        groupRatios: `${folder}/group_ratios.csv`,
        pins: `${folder}/pins.csv`,
      };
      for (const size of [1e-9, 1, 1e13]) {
        await t.step(`${size}`, async () => {
          const texts: Record<keyof typeof files, string> = {
            caps: "contract_address,cap_face,is_sponsored\nc1,5,false\nc2,5,false\n",
            elig: "user_id,contract_address,score\n" +
              `u1,c1,${size}\nu1,c2,${9 * size}\nu2,c1,${3 * size}\nu3,c2,${4 * size}\n`,
            userGroups: "user_id,group_id\nu1,g\nu2,g\nu3,g\n",
            groupRatios: "group_id,sponsorship_ratio\ng,0\n",
            pins: "user_id,contract_address\nu1,c1\n",
          };
          for (const [name, text] of Object.entries(texts)) {
            await Deno.writeTextFile(files[name as keyof typeof files], text);
          }
          const before = await engineBefore({ history: [], pins: files.pins }, {});
          const input = {
            ...await engineLimits(files),
            policy: { ...defaultPolicy, k: 1 },
            before,
          };
          const { result } = await engine(files, folder, input, {});
          assert(result.gap <= 1e-9, `${result.gap}`);
        });
      }
    }),
  "DuckDB",
);

Deno.test("DuckDB: pins that can't be given are one line", () =>
  withFolder(async (folder) => {
    const instance = tinyInstance({ seed: 5, contracts: 6, brands: 2, density: 1 });
    const { engine } = await writeTables(instance, folder);
    const [user] = instance.users.toArray(), { contracts } = instance;
    const run = async (pins: string, bans?: string, topN?: number) => {
      await Deno.writeTextFile(`${folder}/pins.csv`, `user_id,contract_address\n${pins}`);
      if (bans !== undefined) await Deno.writeTextFile(`${folder}/bans.csv`, bans);
      const before = await engineBefore({
        history: [],
        pins: `${folder}/pins.csv`,
        bans: bans && `${folder}/bans.csv`,
      }, {});
      return await allocateInDuckDb({ ...engine, policy: defaultPolicy, before }, { topN });
    };
    const pin = `${user},${contracts[0]}\n`;
    const refused = (what: string) =>
      `pins.csv:2: the pinned pair of ${user} and ${contracts[0]} ${what}`;
    await assertRejects(
      () => run(`${user},nothing\n`),
      InputError,
      'contract_address is "nothing"',
    );
    await assertRejects(
      () => run(`nobody,${contracts[0]}\n`),
      InputError,
      'pinned user_id is "nobody", expected a user that has a group',
    );
    await assertRejects(
      () => run(pin, `user_id\n${user}\n`),
      InputError,
      refused(`is banned by ${folder}/bans.csv:2`),
    );
    await Deno.writeTextFile(
      `${folder}/pins.csv`,
      `user_id,contract_address,score\n${user},${contracts[0]},\n`,
    );
    const none = await engineBefore({ history: [], pins: `${folder}/pins.csv` }, {});
    const without = { ...engine, caps: { ...engine.caps }, policy: defaultPolicy };
    await Deno.writeTextFile(
      engine.elig,
      (await Deno.readTextFile(engine.elig)).split("\n").filter((line) =>
        !line.startsWith(`${user},${contracts[0]},`)
      ).join("\n"),
    );
    await assertRejects(
      () => allocateInDuckDb({ ...without, before: { ...none, pinsCreate: true } }),
      InputError,
      `${refused("is not eligible, expected a score beside it, to be one")}`,
    );
    const left = (await Deno.readTextFile(engine.elig)).split("\n")
      .filter((line) => line.startsWith(`${user},`)).map((line) => line.split(",")[1]);
    const all = [...new Set(left)].slice(0, 4).map((id) => `${user},${id}\n`);
    assertEquals(all.length, 4);
    await assertRejects(() => run(all.join("")), InputError, "is one more than k = 3");
  }));

interface Beside {
  readonly name: string;
  readonly limits: string | null;
  readonly topN?: number;
  readonly change?: Partial<Policy>;
  readonly isCompared?: boolean;
  readonly creates?: boolean;
}

/** The first has nearly everything at once. */
const BESIDE: readonly Beside[] = [
  {
    name: "brands in markets, the best of each user, a cost of changes, created pins",
    limits: LIMITS[0][1],
    topN: 4,
    change: { changeCost: 0.1 },
    isCompared: true,
    creates: true,
  },
  { name: "budgets and weights", limits: LIMITS[1][1] },
  { name: "shares of offers", limits: LIMITS[3][1], change: { model: "coverage" } },
  { name: "fewer of the best than pins", limits: null, topN: 1 },
  { name: "created pins, one of a brand", limits: null, change: { maxPerBrand: 1 }, creates: true },
];

/** Pins of some users, of brands of their own each; with `creates` also of pairs that are not eligible. */
function somePins(instance: Instance, creates: boolean): string {
  const { users, contracts, start, contract, brand, cap, sponsoredContracts } = instance;
  const lines = ["user_id,contract_address,score"], given = new Float64Array(cap.length);
  const hasRoom = (c: number) => given[c] < cap[c] / 2;
  users.toArray().forEach((id, u) => {
    const own = [...contract.subarray(start[u], start[u + 1])];
    const wanted = u % 11 === 0 ? 2 : u % 9 === 0 ? 1 : 0;
    const chosen = own.filter((c, i) =>
      hasRoom(c) && (c < sponsoredContracts) === (own[0] < sponsoredContracts) &&
      own.findIndex((other) => brand![other] === brand![c]) === i
    ).slice(0, wanted);
    for (const c of chosen) {
      given[c]++;
      lines.push(`${id},${contracts[c]},`);
    }
    if (!creates || u % 13 !== 1 || wanted > 0) return;
    const c = contracts.findIndex((_, other) => hasRoom(other) && !own.includes(other));
    if (c < 0) return;
    given[c]++;
    lines.push(`${id},${contracts[c]},0.${100 + u}`);
  });
  return `${lines.join("\n")}\n`;
}

testEngines(
  "pins stand beside limits, previous offers and the best of each user",
  async (t, engine, few) => {
    for (const [n, one] of BESIDE.slice(0, few ? 1 : undefined).entries()) {
      await t.step(one.name, () =>
        withFolder(async (folder) => {
          const { limits, topN, change = {}, isCompared, creates = false } = one;
          const instance = engineInstance({
            seed: 610 + n,
            users: 240,
            capShare: 0.8,
            ratios: [0, 0.1],
            density: 0.5,
          });
          const { files } = await writeLimited(instance, folder, n, limits);
          const pins = `${folder}/pins.csv`, previous = `${folder}/previous.csv`;
          await Deno.writeTextFile(pins, somePins(instance, creates));
          if (isCompared) await Deno.writeTextFile(previous, somePins(instance, false));
          const policy = { ...defaultPolicy, ...change };
          const own = { ...files, ...(isCompared && { previous }) };
          const before = { ...await engineBefore({ history: [], pins }, {}), pinsCreate: creates };
          const { result, rows } = await engine(own, folder, {
            ...await engineLimits(files),
            policy,
            before,
          }, { topN, sampleUsers: 240, togetherUsers: 240, gap: 1e-4 });
          const { instance: drop, input } = await readDrop({ ...own, pins }, {
            topN,
            ...(creates && { pinsCreate: true }),
          });
          assertEquals(result.gathered.pairs, drop.score.length);
          assertEquals(result.gathered.beyondTopN, input.elig.pairs_beyond_top_n);
          assertTallied(result, input);
          assertEquals(result.pins!.created > 0, creates);
          const given = new Set(rows.map(([user, contract]) => `${user} ${contract}`));
          const { users, contracts, contract } = drop;
          for (const pair of drop.pins!.pair) {
            const id = `${users.at(userOfPair(drop, pair))} ${contracts[contract[pair]]}`;
            assertEquals(given.has(id), true, id);
          }
          judgeRows(drop, policy, rows, result);
          assertNear(await solveHere(drop, policy, 1e-4), result, true);
        }));
    }
  },
);
