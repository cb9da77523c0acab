import { allocate, check, Drop, preview, report } from "../../../../mod.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { feasibilityInWords } from "../../../../lib/report/facts/preview/feasibility_words.ts";
import { capacityChart } from "../../../../lib/report/charts/feasibility_charts.ts";
import { demandChart } from "../../../../lib/report/charts/preview_charts.ts";
import { feasibilityText } from "../../../../lib/report/text/feasibility_text.ts";
import { checkText } from "../../../../lib/report/text/check_text.ts";

/** Users u and v, who may get so many offers and have so many unsponsored options; k is 3. */
async function told(users: [k: number | undefined, options: number][]) {
  const ids = ["u", "v"];
  const drop = Drop.from({
    users: users.map(([k], u) => ({ id: ids[u], group: "g", k })),
    contracts: ["a", "b", "c", "d"].map((id) => ({ id, cap: 2, sponsored: false })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: users.flatMap(([, options], u) =>
      ["a", "b", "c", "d"].slice(0, options).map((contract) => ({
        user: ids[u],
        contract,
        score: 1,
      }))
    ),
  });
  const allocation = await allocate(drop, { k: 3 });
  const { facts } = report(drop, allocation);
  return {
    options: feasibilityInWords(facts.feasibility, facts.k).find((line) =>
      /ha(s|ve) .*option/.test(line)
    ),
    headline: facts.headline.why,
    checked: /Users with fewer[^:]*: \d/.exec(checkText(check(drop, allocation)))![0],
  };
}

Deno.test("few options are counted against what each user may get, and said so", async () => {
  const all = await told([[undefined, 3], [undefined, 4]]);
  assertEquals(all.options, "Every user has 3 options or more.");
  assertEquals(all.checked, "Users with fewer than 3 options: 0");
  const own = await told([[1, 1], [2, 2]]);
  assertEquals(own.options, "Every user has as many options as it may get offers, or more.");
  assertEquals(own.checked, "Users with fewer options than offers they may get: 0");
  const few = await told([[1, 1], [4, 3]]);
  assertEquals(
    few.options,
    "1 user has fewer options than offers it may get.",
  );
  assertEquals(few.checked, "Users with fewer options than offers they may get: 1");
});

Deno.test("where users have a k of their own that adds up to k each, k is not what they have", async () => {
  const { options, headline } = await told([[2, 1], [4, 4]]);
  assertEquals(
    options,
    "1 user has fewer options than offers it may get.",
  );
  assertEquals(/fewer than 3/.test(headline ?? ""), false);
});

Deno.test("what the minima ask for in units goes by what each user may get: with a k of their own, at least the least of them", () => {
  const saying = (ks: (number | undefined)[], k: number) => {
    const users = ks.map((own, u) => ({ id: `u${u}`, group: "g", k: own }));
    const drop = Drop.from({
      users,
      contracts: [{ id: "a", cap: 9, sponsored: true }],
      groups: [{ id: "g", ratio: 0.5 }],
      pairs: users.map(({ id }) => ({ user: id, contract: "a", score: 1 })),
    });
    const { facts } = preview(drop, { k });
    const charts = JSON.stringify([demandChart(facts), capacityChart(facts)]);
    return [
      facts.feasibility.sponsored_demand,
      /sponsored demand +(.*)/.exec(feasibilityText(facts))![1],
      /ask for ([^.]*)\./.exec(charts)![1],
    ];
  };
  const none = undefined;
  assertEquals(saying([none, none, none, none], 3), [
    6,
    "2 users; 6 units at 3 each",
    "2 sponsored users, 6 units if each is to get 3",
  ]);
  // The two with one offer each may be the sponsored ones, and all with their own k may be.
  const least = "2 users; at least 2 units at as many as each may get";
  const chart = "2 sponsored users, at least 2 units if each is to get as many as it may";
  assertEquals(saying([1, 1, 5, none], 3), [2, least, chart]);
  assertEquals(saying([none, 4, 4, none], 1), [2, least, chart]);
  assertEquals(saying([2, 5, 5, 5], 3)[0], 7);
});

Deno.test("contracts that are too small are told by their names, cut as names are, or by their ids", () => {
  const name = "A large cup of coffee for two, with cake", id = `0x${"0123456789".repeat(4)}`;
  const saying = (attributes?: { name: string }) => {
    const drop = Drop.from({
      users: [{ id: "u", group: "g" }, { id: "v", group: "g" }],
      contracts: [{ id, cap: 1, sponsored: true, attributes }],
      groups: [{ id: "g", ratio: 1 }],
      pairs: ["u", "v"].map((user) => ({ user, contract: id, score: 1 })),
    });
    const { facts } = preview(drop);
    return feasibilityInWords(facts.feasibility, facts.k)[0];
  };
  assertEquals(saying({ name }).endsWith(`are too small for 1: ${name}.`), true, saying({ name }));
  assertEquals(saying().endsWith("are too small for 1: 0x012345…6789."), true, saying());
});

Deno.test("where all contracts are of one type and nobody must be sponsored, nothing is said of the other", async () => {
  const told = async (other: boolean, ratio: number) => {
    const types = [false, false, other];
    const drop = Drop.from({
      users: ["u", "v"].map((id) => ({ id, group: "g" })),
      contracts: types.map((sponsored, c) => ({ id: `c${c}`, cap: 2, sponsored })),
      groups: [{ id: "g", ratio }],
      pairs: ["u", "v"].flatMap((user) =>
        types.map((_, c) => ({ user, contract: `c${c}`, score: 1 + c }))
      ),
    });
    const made = report(drop, await allocate(drop, { k: 2 }));
    const page = (await made.html()).replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, "");
    const { capacity, options_per_user } = made.charts();
    const parts = feasibilityText(made.facts) + JSON.stringify([capacity, options_per_user]);
    const before = preview(drop, { k: 2 }).text();
    return {
      words: /sponsored (capacity|option)|Under-used|of offers;/i.test(page + parts + before),
      bars: options_per_user.data.values.length,
    };
  };
  assertEquals(await told(false, 0), { words: false, bars: 3 });
  assertEquals(await told(true, 0), { words: true, bars: 6 });
  // Users who must be sponsored, and no contract that could be given to them: that is to be said.
  assertEquals(await told(false, 0.5), { words: true, bars: 6 });
});
