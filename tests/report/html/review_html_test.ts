/** Every number of a review's page is counted anew from the input files, with code of this test's own. */
import { type DomElement, parseDocument } from "../../../lib/deps/linkedom.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy } from "../../support/cli.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

/** Random numbers from 0 to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Pair = readonly [user: string, contract: string];
type Event = readonly [user: string, contract: string, day: string];

/** What the files say. */
interface Week {
  readonly users: readonly string[];
  readonly contracts: readonly string[];
  readonly group: Readonly<Record<string, string>>;
  readonly target: Readonly<Record<string, number>>;
  readonly sponsored: Readonly<Record<string, boolean>>;
  readonly brand: Readonly<Record<string, string>>;
  readonly scores: ReadonlyMap<string, number>;
  readonly heldOut: ReadonlySet<string>;
  readonly offers: readonly Pair[];
  readonly selections: readonly Event[];
  readonly redemptions: readonly Event[] | null;
  /** Whether tables of users and of caps are given. */
  readonly knowsUsers: boolean;
  readonly knowsCaps: boolean;
}

/** The groups' targets, as pages tell what somebody gave. */
const TARGETS: Readonly<Record<string, string>> = { g0: "50.0 %", g1: "33.33 %", g2: "0.0 %" };
const UNTIL = "2025-01-31";
const keyOf = ([user, contract]: Pair | Event) => `${user} ${contract}`;

/** A week with offers to users held out, repeated rows, events of nobody's offers, of unknown users and of other days. */
function weekOf(seed: number): Week {
  const random = randomOf(seed),
    pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const names = (letter: string, n: number) => Array.from({ length: n }, (_, i) => letter + i);
  const users = names("u", 5 + Math.floor(60 * random()));
  const contracts = names("c", 2 + Math.floor(6 * random()));
  const of = <T>(ids: readonly string[], value: (id: string) => T) =>
    Object.fromEntries(ids.map((id) => [id, value(id)]));
  const heldOut = new Set(seed % 3 === 0 ? [] : users.filter(() => random() < 0.2));
  const offers = users.flatMap((user) =>
    contracts.filter(() => random() < (heldOut.has(user) ? 0.03 : 0.5))
      .map((contract): Pair => [user, contract])
  );
  const events = (share: number): Event[] => {
    // Nobody chooses c1, and of group g0 nobody c0.
    const day = () => pick(["2025-01-01", "2025-01-31T23:59:59Z", "2025-02-01"]);
    const made = offers.filter(([, contract]) => contract !== "c1" && random() < share);
    const odd: Pair[] = [[pick(users), pick(contracts)], ["nobody", "c0"], made[0] ?? offers[0]];
    return [...made, ...odd].map(([user, contract]) => [user, contract, day()]);
  };
  return {
    users,
    contracts,
    group: of(users, () => pick(["g0", "g1", "g2"])),
    target: { g0: 0.5, g1: 0.3333, g2: 0 },
    sponsored: of(contracts, (id) => id === "c0" || random() < 0.5),
    brand: of(contracts, () => pick(["b0", "b1", ""])),
    scores: new Map(offers.map((pair) => [keyOf(pair), pick([0.25, 0.5, 1])])),
    heldOut,
    offers,
    selections: events(0.4),
    redemptions: seed % 4 === 0 ? null : events(0.2),
    knowsUsers: seed % 2 === 0,
    knowsCaps: seed % 5 !== 0,
  };
}

/** The files of a week. */
function filesOf(week: Week): Record<string, string> {
  const table = (header: string, rows: readonly (readonly unknown[])[]) =>
    [header, ...rows.map((row) => row.join(","))].join("\n") + "\n";
  const { offers, group, target, sponsored, scores, heldOut, contracts, brand } = week;
  const assigned = [...offers, offers[0]].map((pair) => {
    const [user, contract] = pair, own = group[user];
    return [user, contract, scores.get(keyOf(pair)), sponsored[contract], own, target[own]];
  });
  const event = "user_id,contract_address,at";
  return {
    assigned: table(
      "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio",
      assigned,
    ),
    selections: table(event, week.selections),
    redemptions: table(event, week.redemptions ?? []),
    held_out: table("user_id", [...heldOut].map((user) => [user])),
    users: table("user_id,group_id", week.users.map((user) => [user, group[user]])),
    ratios: table("group_id,sponsorship_ratio", Object.entries(target)),
    caps: table(
      "contract_address,cap_face,is_sponsored,brand_id",
      contracts.map((id) => [id, 3, sponsored[id], brand[id]]),
    ),
  };
}

/** A percentage as pages have it. */
function percent(share: number): string {
  const text = (100 * share).toFixed(1);
  if (share < 1 && text === "100.0") return "99.9 %";
  return share > 0 && text === "0.0" ? "<0.1 %" : `${text} %`;
}

/** Wilson's interval at 95 %, by its formula. */
function interval(hits: number, n: number): [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.959963984540054, p = hits / n, root = Math.sqrt(p * (1 - p) / n + z * z / 4 / n / n);
  const ends = [-1, 1].map((side) => (p + z * z / 2 / n + side * z * root) / (1 + z * z / n));
  return [hits === 0 ? 0 : ends[0], hits === n ? 1 : ends[1]];
}

/** A share with its interval. */
function share(hits: number, n: number): string {
  if (n === 0) return "–";
  const [low, high] = interval(hits, n).map((end) => percent(end).replace(" %", ""));
  return `${percent(hits / n)} (${low}–${high})`;
}

const digits = (value: number) => `${Number(value.toPrecision(4))}`;
const points = (value: number) => {
  const size = Math.abs(100 * value).toFixed(1);
  return size === "0.0" ? size : `${value < 0 ? "−" : "+"}${size}`;
};
const many = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** The events that count: those of reviewed days, as pairs. */
function inTime(events: readonly Event[]): Event[] {
  return events.filter(([, , day]) => day.slice(0, 10) <= UNTIL);
}

/** What is counted of a week's offers, as the page has it. */
class Counted {
  readonly offers: readonly Pair[];
  readonly selected: ReadonlySet<string>;
  readonly redeemed: ReadonlySet<string> | null;
  readonly users: readonly string[];
  readonly withOffers: ReadonlySet<string>;

  constructor(readonly week: Week) {
    const { offers, heldOut, selections, redemptions, users, knowsUsers } = week;
    this.offers = offers.filter(([user]) => !heldOut.has(user));
    this.selected = new Set(inTime(selections).map(keyOf));
    this.redeemed = redemptions && new Set(inTime(redemptions).map(keyOf));
    this.withOffers = new Set(this.offers.map(([user]) => user));
    this.users = users.filter((id) => !heldOut.has(id) && (knowsUsers || this.withOffers.has(id)));
  }

  isChosen(pair: Pair): boolean {
    return this.selected.has(keyOf(pair)) || this.redeemed?.has(keyOf(pair)) === true;
  }

  /** How many of some offers there are, were selected and redeemed. */
  counts(offers: readonly Pair[]): [offered: number, selected: number, redeemed: number] {
    const among = (of: ReadonlySet<string> | null) =>
      offers.filter((pair) => of?.has(keyOf(pair))).length;
    return [offers.length, among(this.selected), among(this.redeemed)];
  }

  /** The cells of a row of the funnel. */
  steps(offers: readonly Pair[]): (string | number)[] {
    const [n, selected, redeemed] = this.counts(offers);
    const more = this.redeemed === null ? [] : [redeemed, share(redeemed, n)];
    return [n, selected, share(selected, n), ...more];
  }

  /** A row of the funnel for each name that has offers. */
  funnel(names: readonly string[], of: (pair: Pair) => string): (string | number)[][] {
    return names.map((name) => [name, ...this.steps(this.offers.filter((p) => of(p) === name))]);
  }

  /** Offers by their place among the user's, from the best score; equal scores in the order of contracts. */
  ranks(): Pair[][] {
    const ranks: Pair[][] = [], { scores } = this.week;
    for (const user of this.withOffers) {
      this.offers.filter((pair) => pair[0] === user)
        .sort((a, b) => scores.get(keyOf(b))! - scores.get(keyOf(a))! || (a[1] < b[1] ? -1 : 1))
        .forEach((pair, i) => (ranks[i] ??= []).push(pair));
    }
    return ranks;
  }

  /** Users of a group, those with a sponsored offer, and those who selected one. */
  sponsoredUsers(users: readonly string[]): [number, number, number] {
    const own = this.offers.filter(([, contract]) => this.week.sponsored[contract]);
    const among = (offers: readonly Pair[]) => {
      const has = new Set(offers.map(([user]) => user));
      return users.filter((id) => has.has(id)).length;
    };
    return [
      users.length,
      among(own),
      among(own.filter((pair) => this.selected.has(keyOf(pair)))),
    ];
  }

  /** Users with offers who chose none. */
  choseNone(users: readonly string[]): number {
    const chose = new Set(this.offers.filter((p) => this.isChosen(p)).map(([user]) => user));
    return users.filter((id) => this.withOffers.has(id) && !chose.has(id)).length;
  }
}

/** Rows with most offers first; equal ones stay. */
const byOffers = (rows: (string | number)[][], at = 1) =>
  rows.sort((a, b) => Number(b[at]) - Number(a[at]));

/** The rows of every table, by the table's name. */
function tablesOf(all: Counted): Record<string, (string | number)[][]> {
  const { week, offers, redeemed } = all, { group, sponsored, brand, contracts, target } = week;
  const type = ([, contract]: Pair) => sponsored[contract] ? "sponsored" : "unsponsored";
  const types = ["sponsored", "unsponsored"].filter((name) => offers.some((p) => type(p) === name));
  const groups = ["g0", "g1", "g2"].filter((id) => all.users.some((user) => group[user] === id));
  const ranks = all.ranks(), ofGroup = (id: string) => all.users.filter((u) => group[u] === id);
  const offered = contracts.filter((id) => offers.some(([, c]) => c === id));
  const brands = ["b0", "b1", ""].filter((id) => contracts.some((c) => brand[c] === id));
  const wanted = all.users.reduce((sum, user) => sum + target[group[user]], 0) / all.users.length;
  const sponsoredRow = (name: string, users: readonly string[], asked: string) => {
    const [n, assigned, selected] = all.sponsoredUsers(users);
    return [name, n, asked, percent(assigned / n), share(selected, n), all.choseNone(users)];
  };
  const steps = (pairs: readonly Pair[]) => [pairs.length, ...all.counts(pairs).slice(1)];
  return {
    "By type and place": [
      ["all", ...all.steps(offers)],
      ...all.funnel(types, type),
      ...ranks.map((pairs, i) => [`user's no. ${i + 1}`, ...all.steps(pairs)]),
    ],
    "Sponsored users by group": [
      sponsoredRow("all", all.users, percent(wanted)),
      ...groups.map((id) => sponsoredRow(id, ofGroup(id), TARGETS[id])),
    ],
    "All contracts with offers": byOffers(
      offered.map((id) => {
        const cells = all.steps(offers.filter(([, c]) => c === id));
        const kind = sponsored[id] ? "sponsored" : "unsponsored";
        return [id, ...(week.knowsCaps ? [brand[id]] : []), kind, ...cells];
      }),
      week.knowsCaps ? 3 : 2,
    ),
    "By brand": byOffers(
      all.funnel(brands, ([, c]) => brand[c]).map((
        [id, ...cells],
      ) => [id || "(no brand)", ...cells])
        .filter(([id, n]) => id !== "(no brand)" || Number(n) > 0),
    ),
    "The funnel by group": byOffers(
      all.funnel(["g0", "g1", "g2"], ([user]) => group[user])
        .filter(([id, n]) => Number(n) > 0 || week.knowsUsers || isNamed(week, `${id}`)),
    ),
    "Offers that nobody chose": neverChosen(all),
    "Lift over the holdout": liftRows(all).map(({ cells }) => cells),
    // What charts are drawn from.
    "From offered to redeemed": ["offered", "selected", ...(redeemed === null ? [] : ["redeemed"])]
      .flatMap((step, s) =>
        types.map((name) => [step, name, steps(offers.filter((p) => type(p) === name))[s]])
      ),
    "By place among the user's offers": ranks.flatMap((pairs, i) =>
      (redeemed === null ? ["selected"] : ["selected", "redeemed"]).map((step, s) => {
        const hits = all.counts(pairs)[s + 1], ends = interval(hits, pairs.length);
        return [i + 1, step, ...[hits / pairs.length, ...ends].map(digits)];
      })
    ),
    "Sponsored users: target, assigned, selected": groups.filter((id) => target[id] > 0)
      .sort((a, b) => ofGroup(b).length - ofGroup(a).length)
      .flatMap((id) => {
        const [n, assigned, selected] = all.sponsoredUsers(ofGroup(id));
        return [["by assignments", assigned], ["by selections", selected]].map(([by, hits]) =>
          [id, digits(target[id]), digits(Number(hits) / n), by, n] as (string | number)[]
        );
      }),
    [`How often contracts are ${redeemed === null ? "selected" : "redeemed"}`]: byOffers(
      offered.map((id) => {
        const counts = all.counts(offers.filter(([, c]) => c === id)), [n] = counts;
        const hits = counts[redeemed === null ? 1 : 2];
        const kind = sponsored[id] ? "sponsored" : "unsponsored";
        return [id, kind, n, ...[hits / n, ...interval(hits, n)].map(digits)];
      }),
      2,
    ),
  };
}

/** Whether the assignments name a group, if only for users held out. */
const isNamed = ({ offers, group }: Week, id: string) =>
  offers.some(([user]) => group[user] === id);

/** Contracts that nobody chose; then those of which three selections or more were to be expected in a group. */
function neverChosen(all: Counted): (string | number)[][] {
  const { offers, week: { contracts, group, knowsCaps, brand } } = all;
  const [n, selected] = all.counts(offers);
  type Row = [expected: number, cells: (string | number)[]];
  const row = (id: string, where: string, of: readonly Pair[], rate: number): Row[] => {
    if (of.length === 0 || of.some((pair) => all.isChosen(pair))) return [];
    const expected = rate * of.length, most = percent(interval(0, of.length)[1]);
    const named = knowsCaps ? [id, brand[id]] : [id];
    return [[expected, [...named, where, of.length, expected.toFixed(1), most]]];
  };
  const sorted = (rows: Row[]) => rows.sort(([a], [b]) => b - a).map(([, cells]) => cells);
  const everywhere = contracts.flatMap((id) =>
    row(id, "anywhere", offers.filter(([, c]) => c === id), selected / n)
  );
  const somewhere = contracts.flatMap((id) => {
    const own = offers.filter(([, c]) => c === id);
    return ["g0", "g1", "g2"].flatMap((g) => {
      const there = own.filter(([user]) => group[user] === g);
      const others = own.filter(([user]) => group[user] !== g);
      const rate = all.counts(own)[1] / others.length;
      return rate * there.length < 3 || rate === 0 ? [] : row(id, g, there, rate);
    });
  });
  return [...sorted(everywhere), ...sorted(somewhere)];
}

/** The lift by outcome. */
function liftRows({ week, users, redeemed }: Counted) {
  const { heldOut, selections, redemptions } = week;
  const outcomes = redeemed === null ? ["selected"] : ["selected", "redeemed"];
  return outcomes.map((outcome) => {
    const events = inTime(outcome === "selected" ? selections : redemptions!);
    const did = new Set(events.map(([user]) => user));
    const hits = users.filter((id) => did.has(id)).length, held = [...heldOut];
    const heldHits = held.filter((id) => did.has(id)).length;
    const [p, q] = [hits / users.length, heldHits / held.length], by = p - q;
    const [l, u] = interval(hits, users.length), [m, v] = interval(heldHits, held.length);
    const low = by - Math.hypot(p - l, v - q), high = by + Math.hypot(u - p, q - m);
    const cells = [
      `${outcome} something`,
      `${hits} of ${users.length}`,
      share(hits, users.length),
      `${heldHits} of ${held.length}`,
      share(heldHits, held.length),
      `${points(by)} (${points(low)} to ${points(high)})`,
      heldHits === 0 ? "–" : `${points(by / q)} %`,
    ];
    const drawn = [["not held out", p, l, u], ["held out", q, m, v]].map(([arm, ...shares]) =>
      [outcome, arm, ...(shares as number[]).map(digits)] as (string | number)[]
    );
    return { outcome, p, q, by, low, high, cells, drawn };
  });
}

/** The sentences and tiles with numbers, above the sections. */
function headOf(all: Counted): string[] {
  const { week, offers, users, withOffers, redeemed: known } = all, { group, target } = week;
  const [n, selected, redeemed] = all.counts(offers);
  const were = selected === 1 ? "was" : "were";
  const then = known === null ? "" : `, ${redeemed} redeemed (${percent(redeemed / n)})`;
  const [count, assigned, chose] = all.sponsoredUsers(users), isAll = count > withOffers.size;
  const asked = ["g0", "g1"].filter((id) => users.some((u) => group[u] === id));
  const reached = [1, 2].map((by) =>
    asked.filter((id) => {
      const numbers = all.sponsoredUsers(users.filter((u) => group[u] === id));
      return numbers[by] >= target[id] * numbers[0] - 1e-9;
    }).length
  );
  const first = `${percent(assigned / count)} of ${
    isAll ? "users have a sponsored offer" : "users with offers have a sponsored one"
  }, ${percent(chose / count)} selected one`;
  const last = liftRows(all).at(-1)!;
  const verdict = last.low > 0
    ? "more than chance makes"
    : last.high < 0
    ? "fewer than chance makes"
    : "which may be chance";
  const offered = new Set(offers.map(([, contract]) => contract)).size;
  return [
    `Of ${many(n, "offer")} to ${many(withOffers.size, "user")} ${selected} ${were} selected (${
      percent(selected / n)
    })${then}.`,
    asked.length === 0
      ? `${first}.`
      : `${first}: of ${many(asked.length, "group")} with a target ${reached[0]} ${
        reached[0] === 1 ? "reaches" : "reach"
      } it${isAll ? "" : " among these users"} by ` +
        `assignments, ${reached[1]} by selections.`,
    ...(week.heldOut.size === 0 ? [] : [
      `${percent(last.p)} of ${isAll ? "users" : "users with offers"} ${last.outcome} something, ${
        percent(last.q)
      } of the ${many(week.heldOut.size, "user")} held out: ${points(last.by)} points (${
        points(last.low)
      } to ${points(last.high)} at 95 % confidence), ${verdict}.`,
    ]),
    `Offers ${n} of ${many(offered, "contract")}`,
    `Selected ${percent(selected / n)} ${many(selected, "offer")}`,
    ...(known === null ? [] : [`Redeemed ${percent(redeemed / n)} ${many(redeemed, "offer")}`]),
    `Chose none ${all.choseNone(users)} of ${many(withOffers.size, "user")} with offers`,
  ];
}

/** The notes on what was left out or is odd. */
function notesOf({ week, selected, redeemed, offers }: Counted): string[] {
  const { offers: given, heldOut, users, knowsUsers } = week;
  const known = new Set([...given.map(([user]) => user), ...heldOut, ...(knowsUsers ? users : [])]);
  const has = new Set(given.map(keyOf)), notes = ["1 row of the assignments is repeated"];
  const say = (n: number, one: string, more: string) => {
    if (n > 0) notes.push(`${n} ${n === 1 ? one : more}`);
  };
  const toHeldOut = given.filter(([user]) => heldOut.has(user)).length;
  say(
    toHeldOut,
    "offer is to a user held out, who counts in the lift only",
    "offers are to users held out, who count in the lift only",
  );
  for (const kind of ["selection", "redemption"] as const) {
    const events = week[`${kind}s`];
    if (events === null) continue;
    const late = events.length - inTime(events).length;
    const ofUsers = inTime(events).filter(([user]) => known.has(user));
    const ofOffers = ofUsers.map(keyOf).filter((key) => has.has(key));
    const say2 = (n: number, rest: string, plural = rest) =>
      say(n, `${kind} is ${rest}`, `${kind}s are ${plural}`);
    say2(ofOffers.length - new Set(ofOffers).size, "repeated, and counted once");
    say2(
      ofUsers.length - ofOffers.length,
      "of a contract that the user was not offered",
      "of contracts that the user was not offered",
    );
    say2(
      inTime(events).length - ofUsers.length,
      "of a user whom no other input names",
      "of users whom no other input names",
    );
    say2(late, "of a day that is not reviewed", "of days that are not reviewed");
  }
  const unselected = redeemed === null
    ? []
    : offers.map(keyOf).filter((key) => redeemed.has(key) && !selected.has(key));
  say(
    unselected.length,
    "offer was redeemed without a selection",
    "offers were redeemed without a selection",
  );
  return notes;
}

/** What the captions of charts say in numbers, by the chart's name. */
function captionsOf(all: Counted): Record<string, string> {
  const [sentence, , lift] = headOf(all), { week, users, redeemed } = all;
  const ranks = all.ranks(),
    [n] = all.counts(ranks[0]),
    last = ranks[Math.min(9, ranks.length - 1)];
  const asked = ["g0", "g1"].filter((id) => users.some((u) => week.group[u] === id));
  const below = asked.filter((id) => {
    const own = all.sponsoredUsers(users.filter((u) => week.group[u] === id));
    return own[2] < week.target[id] * own[0] - 1e-9;
  }).length;
  const what = redeemed === null ? "selected" : "redeemed",
    name = `How often contracts are ${what}`;
  const rates = tablesOf(all)[name];
  const most = Math.max(...rates.map((row) => Number(row[3])));
  const best = rates.find((row) => Number(row[3]) === most)!, of = Number(best[2]);
  return {
    "From offered to redeemed": `${sentence} In brackets: shares of the offers made.`,
    "By place among the user's offers":
      `Shares of the offers, with 95 % intervals. Of first offers ${
        percent(all.counts(ranks[0])[1] / n)
      } are selected, of the last shown ${percent(all.counts(last)[1] / last.length)}.`,
    "Sponsored users: target, assigned, selected": "Two points per group, larger for larger " +
      "groups: share of users with a sponsored offer, and of users who selected one, against the " +
      `target. By selections ${below} of ${many(asked.length, "group")} with a target ${
        below === 1 ? "lies" : "lie"
      } below it.`,
    "Lift over the holdout": `${lift} Bars: 95 % intervals of each share.`,
    [name]: `The ${many(rates.length, "contract")} with most offers: share ${what}, with 95 % ` +
      `intervals. Most often: ${best[0]}, ${share(Math.round(most * of), of)}.`,
  };
}

const textOf = (element: { textContent: string | null }) =>
  element.textContent!.replace(/\s+/g, " ").trim();

const weeks = Array.from({ length: 24 }, (_, seed) => weekOf(seed)).filter(({ offers, heldOut }) =>
  offers.some(([user]) => !heldOut.has(user))
);

Deno.test("a review's page: every number is that of the input files", () =>
  withFolder(async (cwd) => {
    let tables = 0;
    for (const week of weeks) {
      await writeFiles(cwd, filesOf(week));
      const given = {
        assign: "assigned",
        selections: "selections",
        ...(week.redemptions !== null && { redemptions: "redemptions" }),
        ...(week.heldOut.size > 0 && { holdout: "held_out" }),
        ...(week.knowsUsers && { "user-groups": "users", "group-ratios": "ratios" }),
        ...(week.knowsCaps && { caps: "caps" }),
      };
      const files = Object.entries(given).flatMap(([name, file]) => [`--${name}`, `${file}.csv`]);
      const { code, stderr } = await divvy(
        ["review", ...files, "--until", UNTIL, "--html", "page.html", "--quiet"],
        { cwd },
      );
      assertEquals(code, 0, stderr);
      const page = parseDocument(await Deno.readTextFile(`${cwd}/page.html`));
      const every = (selector: string) => [...page.querySelectorAll(selector)];
      const all = new Counted(week), expected = tablesOf(all), captions = captionsOf(all);
      const tiles = every(".tiles .tile").map((tile) =>
        ["dt", ".n", ".more"].map((part) => textOf(tile.querySelector(part)!)).join(" ")
      );
      assertEquals(
        [...every("h1, .verdicts li").map(textOf), ...tiles],
        headOf(all),
      );
      const inputs = every("#inputs li").map(textOf);
      assertEquals(inputs.filter((line) => /^\d/.test(line)), notesOf(all));
      const lift = liftRows(all).flatMap(({ drawn }) => drawn);
      const compare = (name: string, table: DomElement, drawn: boolean) => {
        const rows = Array.from(
          table.querySelectorAll("tbody tr"),
          (row) => Array.from(row.children, textOf),
        );
        const own = drawn && name === "Lift over the holdout" ? lift : expected[name];
        assert(own !== undefined, `nothing to compare ${name} with`);
        assertEquals(rows, own.map((row) => row.map(String)), name);
        tables++;
      };
      const figures = every("figure"), drawn = figures.map((f) => f.querySelector("table")!);
      for (const [f, figure] of figures.entries()) {
        const name = textOf(figure.querySelector("h3")!);
        compare(name, drawn[f], true);
        assertEquals(textOf(figure.querySelector("figcaption")!), captions[name]);
      }
      const others = every("table.sortable");
      assertEquals(every("table").length, drawn.length + others.length);
      for (const table of others) compare(textOf(table.querySelector("caption")!), table, false);
    }
    assert(tables > 200, `${tables} tables were compared`);
  }));
