import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { type Scenario, whatIf } from "../../../lib/allocator/explain/whatif.ts";
import { type Certificate, policyOfCertificate } from "../../../lib/allocator/model/certificate.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { parseCertificate } from "../../../lib/io/documents/certificate_file.ts";
import { parseScenarios } from "../../../lib/io/documents/scenario_file.ts";
import { whatIfFacts } from "../../../lib/report/facts/compare/whatif_facts.ts";
import { Session, type SessionStart } from "../../../lib/studio/session/session.ts";
import type { UserExplanation } from "../../../lib/allocator/explain/user.ts";
import type { StudioDetails } from "../../../lib/studio/session/drop_for_page.ts";
import type { Change, StudioEvents, StudioResult } from "../../../lib/studio/session/messages.ts";
import { cleanInput } from "../../support/report_drop.ts";
import { randomInstance } from "../../support/random_instance.ts";

const instance = randomInstance({ seed: 3, users: 400, contracts: 24, groups: 6, density: 0.3 });
const drop = new Drop(instance, cleanInput(instance));
const details: StudioDetails = {
  title: "Test",
  files: {},
  further: { columns: ["brand name"], rows: { [instance.contracts[0]]: ["Tea & Co"] } },
  served: true,
  options: { caps: "my caps.csv", elig: "elig.csv", top_n: 4 },
  gap: 1e-6,
};
const [group] = instance.groups, [contract] = instance.contracts;

/** A session, and everything that it said. */
function open(certificate?: Certificate, patience?: number) {
  const events: { name: keyof StudioEvents; event: unknown }[] = [];
  const session = new Session(
    { drop, policy: defaultPolicy, certificate, workers: 1, patience, details },
    (name, event) => events.push({ name, event }),
  );
  const last = (name: keyof StudioEvents) => events.findLast((one) => one.name === name)?.event;
  const change = async (change: Change): Promise<StudioResult> => {
    await session.call("change", { change });
    await session.settled();
    assertEquals(last("failed"), undefined);
    return last("result") as StudioResult;
  };
  return { session, events, last, change };
}

/** What whatif says of a change, from a certificate. */
async function whatIfSays(change: Change, certificate: Certificate) {
  const scenarios: Scenario[] = [{ name: "as it is" }, { ...change, name: "changed" }];
  const solved = await whatIf(instance, policyOfCertificate(certificate), scenarios, {
    startPrices: certificate,
  });
  return whatIfFacts(solved).scenarios.map(({ groups: _, seconds: __, name: ___, ...row }) => row);
}

const CHANGES: Change[] = [
  { setRatio: { [group]: 0.05 } },
  { ratioScale: 0.5, capScale: { sponsored: 1.5 } },
  { setCap: { [contract]: 3 }, k: 2 },
  { policy: { mixTail: true } },
];

Deno.test("studio: a change's figures are those of whatif to the last digit, whichever way it is reached", async () => {
  const one = open();
  await one.session.settled();
  const { text } = await one.session.call("save", { kind: "start" });
  const certificate = parseCertificate(text, "start.json");
  for (const change of CHANGES) {
    const [asItIs, changed] = await whatIfSays(change, certificate);
    const { row: { key: _, change: __, name: ___, seconds: ____, ...figures }, version } = await one
      .change(change);
    assertEquals(figures, changed);
    const { result } = await one.session.call("open", null);
    assertEquals(result!.version, version);
    const { rows } = await one.session.call("open", null);
    assertEquals(rows[0].score, asItIs.score);
    assertEquals(rows[0].bound, asItIs.bound);
  }
  // Another session, straight to the last change, from the certificate.
  const other = open(certificate);
  const direct = await other.change(CHANGES.at(-1)!);
  const { rows } = await one.session.call("open", null);
  assertEquals({ ...direct.row, seconds: 0 }, { ...rows.at(-1)!, seconds: 0 });
});

Deno.test("studio: what there is after a moment is shown as such, and the last word is whatif's", async () => {
  const { session, events, change } = open(undefined, 1e-6);
  await session.settled();
  const { text } = await session.call("save", { kind: "start" });
  const [, said] = await whatIfSays(CHANGES[0], parseCertificate(text, "start.json"));
  const { row: { score, bound } } = await change(CHANGES[0]);
  assertEquals([score, bound], [said.score, said.bound]);
  const results = events.filter(({ name }) => name === "result")
    .map(({ event }) => event as StudioResult).filter(({ version }) => version === 1);
  assertEquals(results.map(({ preliminary }) => preliminary), [true, false]);
  const [early] = results;
  assert(early.row.bound! >= said.objective, "an early bound is one too");
  const { rows } = await session.call("open", null);
  assertEquals(rows.length, 2, "what is preliminary is not among the results");
});

Deno.test("studio: a solve ends when the next change is sent, and begins again where that changes nothing", async () => {
  const moves = new Int32Array(new SharedArrayBuffer(4));
  const results: StudioResult[] = [], failures: unknown[] = [];
  const session = new Session({ drop, policy: defaultPolicy, details, moves }, (name, event) => {
    if (name === "result") results.push(event as StudioResult);
    if (name === "failed") failures.push(event);
  });
  const send = (change: Change) => {
    Atomics.add(moves, 0, 1);
    return session.call("change", { change });
  };
  await session.settled();
  await send({ k: 2 });
  // Sent, and still on its way: what is being solved ends without a result.
  Atomics.add(moves, 0, 1);
  await session.settled();
  assertEquals(results.filter(({ version }) => version === 1), []);
  // It comes, and is the same change again.
  await session.call("change", { change: { k: 2 } });
  await session.settled();
  assertEquals(results.at(-1)!.row.changes, "k = 2");
  await assertRejects(() => send({ k: 0 }), UsageError);
  await session.settled();
  await send({});
  await session.settled();
  assertEquals([results.at(-1)!.version, failures], [2, []]);
});

Deno.test("studio: a move that asks for nothing ends no solve after it, and levers under way begin again", async () => {
  const moves = new Int32Array(new SharedArrayBuffer(4));
  const results: StudioResult[] = [], levers: StudioEvents["levers"][] = [];
  const session = new Session({ drop, policy: defaultPolicy, details, moves }, (name, event) => {
    if (name === "result") results.push(event as StudioResult);
    if (name === "levers") levers.push(event as StudioEvents["levers"]);
  });
  const send = (name: "change" | "undo", ask: unknown) => {
    Atomics.add(moves, 0, 1);
    return session.call(name, ask as never);
  };
  await session.settled();
  for (const ask of [null, 3, {}, { change: {}, drag: 3 }]) {
    await assertRejects(() => send("change", ask), UsageError);
  }
  await send("change", { change: { capScale: { all: 0.2 } } });
  await session.settled();
  assertEquals([results.at(-1)!.version, results.at(-1)!.preliminary], [1, false]);
  await session.call("levers", null);
  await assertRejects(() => send("change", { change: { k: 0 } }), UsageError);
  await session.settled();
  assertEquals(levers.at(-1)!.left, 0);
  assert(levers.at(-1)!.levers.length > 3);
  // What is done is not begun again.
  const told = levers.length;
  await assertRejects(() => send("change", { change: { k: 0 } }), UsageError);
  await session.settled();
  assertEquals(levers.length, told);
});

/** A session whose page asks to stop when `isTime` says so of what it hears, and what it heard. */
function stoppedWhen(
  isTime: (name: keyof StudioEvents, event: unknown) => boolean,
  more: Partial<SessionStart> = {},
) {
  const results: StudioResult[] = [], stops = more.stops;
  const session: Session = new Session(
    { drop, policy: defaultPolicy, workers: 1, details, ...more },
    (name, event) => {
      if (name === "result") results.push(event as StudioResult);
      if (!isTime(name, event)) return;
      if (stops === undefined) queueMicrotask(() => session.call("stop", null));
      // Sent, and not heard while the session solves.
      else Atomics.add(stops, 0, 1);
    },
  );
  return { session, results };
}

for (const shared of [false, true]) {
  Deno.test(
    `studio: stop ends a solve with the best so far, the first too, and none after it; ${
      shared ? "through shared memory" : "by its call"
    }`,
    async () => {
      const stops = shared ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
      const stopped = new Set<number>();
      const { session, results } = stoppedWhen((name, event) => {
        const { version } = event as StudioEvents["progress"];
        return name === "progress" && version < 2 && stopped.size < stopped.add(version).size;
      }, { stops });
      await session.settled();
      const full = open();
      await full.session.settled();
      const best = full.last("result") as StudioResult;
      const first = results.at(-1)!;
      assertEquals([first.version, first.preliminary, first.row.timed_out], [0, false, true]);
      assertStringIncludes(first.headline.proof, "stopped before it was finished");
      assert(first.row.bound! >= best.row.objective && first.row.objective <= best.row.bound!);
      await assertRejects(() => session.call("levers", null), UsageError, "was stopped");

      await session.call("change", { change: { k: 2 } });
      await session.settled();
      const cut = results.at(-1)!;
      assertEquals([cut.version, cut.preliminary, cut.row.timed_out], [1, false, true]);
      // Returned to, it is solved again; the drop as it is is not, as others started from it.
      await session.call("undo", null);
      await session.settled();
      assertEquals(results.at(-1)!.row, first.row);
      await session.call("redo", null);
      await session.settled();
      const again = results.at(-1)!;
      assertEquals([again.version, again.row.changes, again.row.timed_out], [3, "k = 2", false]);
      assert(again.row.objective >= cut.row.objective);
      const { rows } = await session.call("open", null);
      assertEquals(rows.map(({ timed_out }) => timed_out), [true, false]);

      await assertRejects(() => session.call("solve", null), UsageError, "was not stopped");
      await session.call("undo", null);
      await session.call("solve", null);
      await assertRejects(() => session.call("solve", null), UsageError, "still being solved");
      await session.settled();
      const end = await session.call("open", null), { row } = end.result!;
      assertEquals(end.rows, [row]);
      assertEquals([row.key, row.timed_out, end.result!.preliminary], ["{}", false, false]);
      assert(row.objective >= first.row.objective);
      // What is solved from now on starts from the prices that it came to, as whatif's would.
      await session.call("redo", null);
      await session.settled();
      const { text } = await session.call("save", { kind: "start" });
      const [, said] = await whatIf(
        drop.instance,
        policyOfCertificate(parseCertificate(text, "")),
        [
          { name: "as it is" },
          { name: "k = 2", k: 2 },
        ],
        { startPrices: parseCertificate(text, "") },
      );
      assertEquals(results.at(-1)!.row.objective, said.allocation.objective);
      assertEquals(results.at(-1)!.row.bound, said.allocation.bound);
    },
  );
}

Deno.test("studio: stopped after a first result was shown, it ends with nothing worse", async () => {
  const { session, results } = stoppedWhen(
    (name, event) => name === "result" && (event as StudioResult).preliminary,
    { patience: 0.02 },
  );
  await session.settled();
  const [shown, ...more] = results, last = more.at(-1)!;
  assertEquals([shown.preliminary, last.preliminary, last.row.timed_out], [true, false, true]);
  assert(last.row.objective >= shown.row.objective);
});

Deno.test("studio: levers under way end where they are stopped", async () => {
  const levers: StudioEvents["levers"][] = [];
  const { session } = stoppedWhen((name, event) => {
    if (name !== "levers") return false;
    return levers.push(event as StudioEvents["levers"]) === 2;
  });
  await session.settled();
  await session.call("change", { change: { capScale: { all: 0.2 } } });
  await session.settled();
  await session.call("levers", null);
  await session.settled();
  assertEquals(levers.map((event) => event.levers.length), [0, 1, 1]);
  assertEquals(levers.at(-1)!.left, 0);
});

Deno.test("studio: levers are not looked for before the result is final", async () => {
  const refused: Promise<unknown>[] = [];
  const session: Session = new Session(
    { drop, policy: defaultPolicy, patience: 1e-6, details },
    (name, event) => {
      if (name !== "result" || !(event as StudioResult).preliminary) return;
      refused.push(assertRejects(() => session.call("levers", null), UsageError, "not there yet"));
    },
  );
  await session.settled();
  assert(refused.length > 0);
  await Promise.all(refused);
});

Deno.test("studio: limits are scaled as whatif scales them", async () => {
  const limited = Drop.from({
    users: Array.from({ length: 30 }, (_, u) => ({ id: `u${u}`, group: `g${u % 3}` })),
    contracts: ["a", "b", "c", "d"].map((id, c) => ({ id, cap: 15, sponsored: c < 2 })),
    groups: [0, 1, 2].map((g) => ({ id: `g${g}`, ratio: 0.3 })),
    pairs: Array.from({ length: 120 }, (_, p) => ({
      user: `u${p >> 2}`,
      contract: "abcd"[p % 4],
      score: (p * 37 % 101) / 100,
    })),
    limits: [{ limit: "market", per: "group_id+contract_address", atMost: 2 }],
  });
  const results: StudioResult[] = [];
  const session = new Session({ drop: limited, policy: defaultPolicy, details }, (name, event) => {
    if (name === "result") results.push(event as StudioResult);
  });
  await session.settled();
  const { text } = await session.call("save", { kind: "start" });
  const certificate = parseCertificate(text, "start.json");
  await session.call("change", { change: { limitScale: { market: 1.5 } } });
  await session.settled();
  const { row, limits, totals } = results.at(-1)!;
  const [, said] = await whatIf(limited.instance, policyOfCertificate(certificate), [
    { name: "as it is" },
    { name: "more", limitScale: { market: 1.5 } },
  ], { startPrices: certificate });
  assertEquals([row.score, row.bound], [said.allocation.score, said.allocation.bound]);
  assertEquals(new Set(limits!.rows.map(({ amount }) => amount)), new Set([3]));
  assert(totals.score > results[0].totals.score);
  await session.call("levers", null);
  await session.settled();
});

Deno.test("studio: undo and redo go through the list; a new step drops what was undone", async () => {
  const { session, change, last } = open();
  const before = await change({});
  await change({ k: 2 });
  const two = await change({ k: 2, setRatio: { [group]: 0.1 } });
  assertEquals(two.row.changes, `ratio of ${group} = 10.0 %, k = 2`);
  let state = await session.call("undo", null);
  assertEquals(state.steps, ["k = 2", `ratio of ${group} = 10.0 %`]);
  assertEquals([state.at, state.words], [1, ["k = 2"]]);
  state = await session.call("undo", null);
  await session.settled();
  const back = last("result") as StudioResult;
  assertEquals(back.row, before.row);
  assertEquals((await session.call("undo", null)).version, state.version, "nothing before it");
  state = await session.call("redo", null);
  assertEquals(state.words, ["k = 2"]);
  await change({ k: 4 });
  assertEquals((await session.call("open", null)).state.steps, ["k = 2", "k = 4"]);
  await change({});
  assertEquals((await session.call("open", null)).state.steps.at(-1), "k as it was");
});

Deno.test("studio: a bound comes first and is one; a newer change ends the solve before it", async () => {
  const { session, events, last } = open();
  await session.settled();
  const ratios = [0.3, 0.25, 0.2, 0.15, 0.1];
  for (const ratio of ratios) {
    await session.call("change", { change: { setRatio: { [group]: ratio } } });
  }
  await session.settled();
  const result = last("result") as StudioResult;
  assertEquals(result.version, ratios.length);
  const solved = events.filter(({ name }) => name === "result").map(({ event }) =>
    (event as StudioResult).version
  );
  assert(solved.length < 2 + ratios.length, `solved ${solved}`);
  const bound = last("bound") as StudioEvents["bound"];
  assertEquals(bound.version, ratios.length);
  assert(bound.bound >= result.row.objective);
  assert(
    events.findIndex(({ event }) => event === bound) <
      events.findIndex(({ event }) => event === result),
  );
});

Deno.test("studio: what can't be changed is said, and nothing moves", async () => {
  const { session } = open();
  const fails = (change: unknown, words: string) =>
    assertRejects(() => session.call("change", { change: change as Change }), UsageError, words);
  await fails({ setRatio: { gone: 0.5 } }, "group gone is not in the drop");
  await fails({ setRatio: { [group]: 1.5 } }, "expected an object of group ids and numbers");
  await fails({ setCap: { [contract]: 1.5 } }, "whole numbers");
  await fails({ policy: { mixTail: 1 } }, "mixTail is 1, expected true or false");
  await fails({ ratio: 1 }, 'has no option "ratio"');
  await fails({ pins: [{ user: instance.users.at(0) }] }, "expected a list of pins");
  await fails({ bans: [{ user: "gone" }] }, "user gone is not in the drop");
  await assertRejects(() => session.call("gone" as "undo", null), UsageError);
  await assertRejects(() => session.call("user", { id: "nobody" }), UsageError);
  assertEquals((await session.call("open", null)).state.version, 0);
  await session.settled();
});

Deno.test("studio: levers are solved, and better than nothing by what they say", async () => {
  const { session, last, change } = open();
  const before = await change({ capScale: { all: 0.2 } });
  await session.call("levers", null);
  await session.settled();
  const { levers, left } = last("levers") as StudioEvents["levers"];
  assertEquals(left, 0);
  assert(levers.length > 3);
  const each = levers.map(({ objective, units }) => objective / units);
  assertEquals(each, each.toSorted((a, b) => b - a));
  const [best] = levers;
  assert(best.objective > 0);
  const after = await change(best.change);
  const gained = after.row.objective - before.row.objective;
  assert(Math.abs(gained - best.objective) <= 2e-6 * Math.abs(after.row.objective));
  for (const { objective, price, units } of levers) {
    assert(objective <= price * units + 2e-6 * Math.abs(after.row.objective));
  }
});

Deno.test("studio: what is saved reads back, and users are found and explained", async () => {
  const { session, change } = open();
  await change({ setCap: { [contract]: 3 }, policy: { mixTail: true } });
  const file = (kind: Parameters<typeof session.call<"save">>[1]["kind"]) =>
    session.call("save", { kind });
  const [scenario] = parseScenarios((await file("scenario")).text, "scenario.json");
  assertEquals(scenario.setCap, { [contract]: 3 });
  assertEquals(scenario.policy, { mixTail: true });
  const certificate = parseCertificate((await file("certificate")).text, "certificate.json");
  assertEquals(certificate.mix_tail, true);
  const config = JSON.parse((await file("config")).text);
  assertEquals([config.caps, config.mix_tail], ["my caps.csv", true]);
  assertEquals(config.allocate, { scenario: "scenario.json" });
  const { text } = await file("assignments");
  const { result } = await session.call("open", null);
  assertEquals(text.trim().split("\n").length, 1 + result!.row.assignments);
  assert((await file("report")).text.startsWith("<!DOCTYPE html>"));
  assert((await file("comparison")).text.includes("mix_tail = true"));

  const user = instance.users.at(7);
  const found = await session.call("users", { text: user.slice(1) });
  assert(found.includes(user));
  assertEquals((await session.call("user", { id: user }) as { user_id: string }).user_id, user);
  const who = await session.call("contract", { id: contract }) as { cap: number };
  assertEquals(who.cap, 3);
  const command = await session.call("command", null);
  assert(command.allocate.includes('--caps "my caps.csv"'), command.allocate);
  assert(command.allocate.includes("--scenario scenario.json"));
  assertEquals(command.files, ["scenario", "start", "prices"]);
  const svg = await session.call("curve", null);
  assert(svg.startsWith("<svg"));
});

Deno.test("studio: pins and bans are told in words, undone, solved as whatif does, and saved", async () => {
  const { session, change } = open();
  await session.settled();
  const { text } = await session.call("save", { kind: "start" });
  const certificate = parseCertificate(text, "start.json");
  const user = instance.users.at(7), id = user;
  const why = async () => await session.call("user", { id }) as UserExplanation;
  const options = (await why()).options;
  const wanted = options.find(({ taken }) => !taken)!.contract_address;
  const got = options.find(({ taken }) => taken)!.contract_address;
  const pins = [{ user, contract: wanted }], bans = [{ user, contract: got }];
  // What is said twice is said once.
  const { row: { key: _, change: __, name: ___, seconds: ____, ...figures } } = await change({
    pins: [...pins, ...pins],
    bans,
  });
  const [, said] = await whatIfSays({ pins, bans }, certificate);
  assertEquals(figures, said);
  const after = await why();
  const option = after.options.find(({ contract_address }) => contract_address === wanted)!;
  assertEquals([option.taken, option.pinned], [true, true]);
  assertEquals(
    after.held_back!.map(({ contract_address, because }) => [contract_address, because]),
    [
      [got, "the scenario"],
    ],
  );
  const words = [`pin of ${wanted} for ${user}`, `ban of ${got} for ${user}`];
  const { state } = await session.call("open", null);
  assertEquals([state.words, state.steps], [words, [words.join(", ")]]);
  const { text: saved } = await session.call("save", { kind: "scenario" });
  const [{ name: _____, ...read }] = parseScenarios(saved, "scenario.json");
  assertEquals(JSON.parse(JSON.stringify(read)), { pins, bans });
  const config = JSON.parse((await session.call("save", { kind: "config" })).text);
  assertEquals(config.allocate, { scenario: "scenario.json" });
  assert((await session.call("command", null)).allocate.includes("--scenario scenario.json"));

  await change({ bans });
  assertEquals((await session.call("open", null)).state.steps.at(-1), `no ${words[0]}`);
  await session.call("undo", null);
  assertEquals((await session.call("undo", null)).words, []);
  assertEquals((await session.call("redo", null)).words, words);
  await session.settled();
});

Deno.test("studio: a user that is banned from everything is told, and can be let in again", async () => {
  const { session, change } = open();
  const id = instance.users.at(3), before = instance.groupSize[instance.group[3]];
  const { groups } = await change({ bans: [{ user: id }] });
  const own = groups.find(({ group_id }) => group_id === instance.groups[instance.group[3]])!;
  assertEquals(own.users, before - 1);
  const told = await session.call("user", { id });
  assertEquals("options" in told, false);
  assertEquals(told.held_back!.length, instance.start[4] - instance.start[3]);
  await change({});
  assert("options" in await session.call("user", { id }));
});

Deno.test("studio: what a call is asked with is checked, whoever asks", async () => {
  const { session } = open();
  await session.settled();
  const odd: [name: string, ask: unknown, said: string][] = [
    ["change", null, "what is asked is null, expected an object"],
    ["change", { change: { k: 2 }, drag: {} }, "drag is an object, expected a text"],
    ["change", {}, "the options of a change are undefined, expected an object"],
    ["users", null, "what is asked is null, expected an object"],
    ["users", { text: 3 }, "text is 3, expected a text"],
    ["user", {}, "id is undefined, expected a text"],
    ["contract", { id: [contract] }, "expected a text"],
    ["group", 3, "what is asked is 3, expected an object"],
    ["save", {}, "kind is undefined, expected one of scenario, config,"],
    ["save", { kind: "zip" }, 'kind is "zip", expected one of scenario, config,'],
    ["save", { kind: "toString" }, 'kind is "toString", expected one of'],
  ];
  for (const [name, ask, said] of odd) {
    await assertRejects(() => session.call(name as "save", ask as never), UsageError, said);
  }
  assertEquals((await session.call("open", null)).state.version, 0);
});

Deno.test("studio: minima come first under another k too, as where it is saved and allocated", async () => {
  const others = Array.from({ length: 40 }, (_, i) => `t${i}`);
  const one = Drop.from({
    users: [{ id: "ann", group: "g" }],
    contracts: [
      { id: "s", cap: 1, sponsored: true },
      ...others.map((id) => ({ id, cap: 1, sponsored: false })),
    ],
    groups: [{ id: "g", ratio: 1 }],
    pairs: ["s", ...others].map((contract) => ({ user: "ann", contract, score: 0.9 })),
  });
  const results: StudioResult[] = [];
  const session = new Session(
    { drop: one, policy: defaultPolicy, workers: 1, details },
    (name, event) => name === "result" && results.push(event as StudioResult),
  );
  await session.settled();
  await session.call("change", { change: { k: 30 } });
  await session.settled();
  assertEquals(results.map(({ row }) => [row.shortfall, row.score]).at(-1), [0, 0.9]);
});
