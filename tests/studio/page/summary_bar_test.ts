import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import type { VNode } from "../../../lib/deps/preact.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import type { Store } from "../../../lib/studio/page/store.ts";
import { SummaryBar } from "../../../lib/studio/page/summary_bar.ts";
import type { StudioDetails } from "../../../lib/studio/session/drop_for_page.ts";
import type { Change } from "../../../lib/studio/session/messages.ts";
import { Session } from "../../../lib/studio/session/session.ts";

const IDS = ["ann", "bob", "cy", "dot"];
const details: StudioDetails = {
  title: "Test",
  files: {},
  further: { columns: [], rows: {} },
  served: true,
  options: {},
  gap: 1e-6,
};

/** Four users who all like tea best, of which there are so many cups. */
function dropOfTea(cups: number): Drop {
  return Drop.from({
    users: IDS.map((id) => ({ id, group: "all" })),
    contracts: [
      { id: "tea", cap: cups, sponsored: true },
      { id: "pie", cap: 4, sponsored: false },
    ],
    groups: [{ id: "all", ratio: 1 }],
    pairs: IDS.flatMap((user) => [
      { user, contract: "tea", score: 0.9 },
      { user, contract: "pie", score: 0.1 },
    ]),
  });
}

/** The top of the page as HTML, when a change is solved. */
async function barAfter(cups: number, change: Change): Promise<string> {
  const session = new Session(
    { drop: dropOfTea(cups), policy: { ...defaultPolicy, k: 1 }, workers: 1, details },
    () => {},
  );
  await session.settled();
  await session.call("change", { change });
  await session.settled();
  const opening = await session.call("open", null);
  assert(opening.result !== null && !opening.result.preliminary);
  const shown = {
    ...opening,
    draft: change,
    bound: null,
    progress: null,
    levers: null,
    gone: false,
  };
  return htmlOf(SummaryBar({ store: { stale: false } as Store, shown }));
}

Deno.test("studio's page: a change made while the drop as it is is solved says that it waits, and what ends that", async () => {
  const session = new Session(
    { drop: dropOfTea(2), policy: defaultPolicy, workers: 1, details },
    () => {},
  );
  await session.settled();
  const opening = await session.call("open", null);
  const saying = (version: number, isKnown: boolean) => {
    const shown = {
      ...opening,
      state: { ...opening.state, version },
      rows: isKnown ? opening.rows : [],
      draft: {},
      bound: null,
      progress: { version: 0, phase: "core" },
      levers: null,
      gone: false,
    };
    return htmlOf(SummaryBar({ store: { stale: true } as Store, shown }));
  };
  const words = "as changes start from its prices; Stop ends that.";
  assertStringIncludes(saying(1, false), words);
  assertEquals([saying(0, false), saying(1, true)].map((bar) => bar.includes(words)), [
    false,
    false,
  ]);
});

/** What a tree of nodes draws, of components without a state of their own. */
function htmlOf(node: unknown): string {
  if (Array.isArray(node)) return node.map(htmlOf).join("");
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (typeof node !== "object" || node === null) return "";
  const { type, props } = node as VNode<Record<string, unknown>>;
  if (typeof type === "function") {
    return htmlOf((type as (props: unknown) => unknown)(props));
  }
  const named = props.class === undefined ? "" : ` class="${props.class}"`;
  return `<${type}${named}>${htmlOf(props.children)}</${type}>`;
}

/** A tile by its name: its figures and words, with their classes. */
function tileOf(bar: string, name: string): string {
  const from = bar.indexOf(`<dt>${name}</dt>`);
  assert(from >= 0, name);
  return bar.slice(from, bar.indexOf("</dd>", from));
}

Deno.test("studio's page: sponsored users are compared in numbers, though bans leave fewer users", async () => {
  const asItIs = tileOf(await barAfter(4, {}), "Sponsored users");
  assertStringIncludes(asItIs, `<span class="n">4</span>`);
  assert(!asItIs.includes("change"), asItIs);
  const bans = IDS.slice(0, 2).map((user) => ({ user }));
  const fewer = tileOf(await barAfter(4, { bans }), "Sponsored users");
  assertStringIncludes(fewer, `<span class="n">2</span> <span class="change">−2</span>`);
  assertStringIncludes(fewer, "100.0 % of users");
});

Deno.test("studio's page: under coverage a missed minimum is told as not asked for, and is nothing bad", async () => {
  const uniform = await barAfter(1, {});
  const missed = `<span class="n">3 missing</span>`;
  assertStringIncludes(uniform, "model uniform");
  assertStringIncludes(tileOf(uniform, "Minima"), missed);
  assertStringIncludes(
    tileOf(uniform, "Minima"),
    `<span class="more bad">the only minimum missed</span>`,
  );
  const coverage = await barAfter(1, { policy: { model: "coverage" } });
  assertStringIncludes(coverage, "model coverage");
  assertStringIncludes(tileOf(coverage, "Minima"), missed);
  assertStringIncludes(
    tileOf(coverage, "Minima"),
    `<span class="more">the only minimum missed, not asked for</span>`,
  );
  const met = tileOf(await barAfter(4, {}), "Minima");
  assertEquals(met.includes(`<span class="more good">1 group</span>`), true, met);
  const none = tileOf(await barAfter(4, { ratioScale: 0 }), "Minima");
  assertStringIncludes(none, `<span class="n">none</span>`);
  assertStringIncludes(none, `<span class="more">no group has one</span>`);
});
