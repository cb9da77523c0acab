/** Files of history with dates and without, read and applied: which pairs are left, at what scores, by docs/weekly.md alone. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { TempFolder } from "../support/cli.ts";
import { tried } from "../support/effort.ts";

interface Pair {
  readonly user: string;
  readonly contract: string;
  readonly score: number;
}

/** A row of history, of the drop with this number. */
interface Row extends Pair {
  readonly drop: number;
  readonly outcome: string;
  readonly brand: string;
}

type Unit = "d" | "w" | "drops";
interface Span {
  readonly count: number;
  readonly unit: Unit;
}

/** A drop after others: its tables, and the rules about its history. */
interface Case {
  readonly pairs: readonly Pair[];
  readonly brandOf: ReadonlyMap<string, string>;
  /** Contracts that caps have without capacity: nobody can get them, but their brands count. */
  readonly soldOut: ReadonlySet<string>;
  /** Days before the drop's day of each earlier drop, oldest first; below 0: days after it. */
  readonly ages: readonly number[];
  readonly rows: readonly Row[];
  readonly has: { readonly dates: boolean; readonly scores: boolean; readonly brands: boolean };
  readonly cooldown: { readonly contract?: Span; readonly brand?: Span };
  readonly declineFactor: number;
  readonly rotate: number;
  readonly minScore: number | undefined;
  readonly topN: number | undefined;
}

/** Seven in ten times what is made, else nothing. */
type Maybe = <T>(make: () => T) => T | undefined;

function caseOf(seed: number): Case {
  const random = seededRandom(seed);
  const one = <T>(list: readonly T[]): T => list[random.below(list.length)];
  const maybe: Maybe = (make) => random.next() < 0.7 ? make() : undefined;
  const users = Array.from({ length: 1 + random.below(6) }, (_, i) => `u${i}`);
  const contracts = Array.from({ length: 1 + random.below(6) }, (_, i) => `c${i}`);
  const brandOf = new Map(contracts.map((id) => [id, one(["", "x", "y", "z"])]));
  const soldOut = new Set(contracts.filter((_, i) => i % 2 === 0 && random.next() < 0.3));
  const pairs = users.flatMap((user) =>
    contracts.filter(() => random.next() < 0.7)
      .map((contract) => ({ user, contract, score: (random.below(30) - 4) / 8 }))
  );
  const dates = random.next() < 0.6;
  const ages = Array.from({ length: 1 + random.below(4) }, () => random.below(40) - 4)
    .sort((a, b) => b - a);
  const rows = Array.from({ length: random.below(25) }, (): Row => {
    const contract = one([...contracts, "gone"]);
    return {
      user: one([...users, "stranger"]),
      contract,
      score: (random.below(20) - 3) / 4,
      drop: random.below(ages.length),
      outcome: one(["", "offered", "selected", "redeemed", "declined", "declined"]),
      brand: one(["", "x", "y", "w"]),
    };
  });
  const span = (): Span => {
    const unit = one(["d", "w", "drops"] as const);
    return {
      unit: dates ? unit : "drops",
      count: unit === "d" ? 1 + random.below(30) : 1 + random.below(4),
    };
  };
  return {
    pairs,
    brandOf,
    soldOut,
    ages,
    rows,
    has: { dates, scores: random.next() < 0.6, brands: random.next() < 0.5 },
    cooldown: { contract: maybe(span), brand: maybe(span) },
    declineFactor: one([0, 0.5, 0.8, 1]),
    rotate: one([0, 0.5, 2]),
    minScore: maybe(() => 0.5),
    topN: random.next() < 0.3 ? 1 + random.below(3) : undefined,
  };
}

const AS_OF = Date.UTC(2025, 7, 21);
const dayBefore = (age: number) => new Date(AS_OF - age * 86_400_000).toISOString().slice(0, 10);

/** Writes the tables, a file of history for each earlier drop; returns the files' names. */
function written(folder: TempFolder, odd: Case, seed: number): string[] {
  const { pairs, brandOf, soldOut, ages, rows, has } = odd, random = seededRandom(seed + 1);
  const users = new Set(pairs.map(({ user }) => user));
  const csv = (name: string, head: string, lines: string[]) =>
    `${folder.path}/${folder.write(name, `${[head, ...lines].join("\n")}\n`)}`;
  csv(
    "caps.csv",
    "contract_address,cap_face,is_sponsored,brand_id",
    [...brandOf].map(([id, brand], i) =>
      `${id},${soldOut.has(id) ? 0 : 9},${i % 2 === 0},${brand}`
    ),
  );
  csv(
    "elig.csv",
    "user_id,contract_address,score",
    pairs.map((pair) => `${pair.user},${pair.contract},${pair.score}`),
  );
  csv("user_groups.csv", "user_id,group_id", [...users].map((user) => `${user},g`));
  csv("group_ratios.csv", "group_id,sponsorship_ratio", ["g,0"]);
  const columns = [
    "user_id",
    "contract_address",
    "outcome",
    ...(has.dates ? ["offered_at"] : []),
    ...(has.scores ? ["score"] : []),
    ...(has.brands ? ["brand_id"] : []),
  ].sort(() => random.next() - 0.5);
  // A day may be written with a time and a zone, which do not move it.
  const whenOf = (age: number) =>
    dayBefore(age) + ["", "T09:30:00Z", " 23:59:59", "T01:00:00+09:00"][random.below(4)];
  return ages.map((age, drop) =>
    csv(
      `history${drop}.csv`,
      columns.join(),
      rows.filter((row) => row.drop === drop).map((row) => {
        const fields: Record<string, string> = {
          user_id: row.user,
          contract_address: row.contract,
          outcome: row.outcome,
          offered_at: has.dates ? whenOf(age) : "",
          score: String(row.score),
          brand_id: row.brand,
        };
        return columns.map((column) => fields[column]).join();
      }),
    )
  );
}

/** The pairs that are left and their scores, by what the docs say. */
function leftOf(odd: Case): Map<string, number> {
  const { brandOf, ages, has, cooldown, declineFactor, rotate, minScore, topN } = odd;
  const pairs = odd.pairs.filter(({ contract }) => !odd.soldOut.has(contract));
  // What lies after the drop's day is passed over. Without dates each file is a drop; the newest is the last.
  const rows = odd.rows.filter(({ drop }) => !has.dates || ages[drop] >= 0);
  const brandIn = (row: Row) => brandOf.get(row.contract) ?? (has.brands ? row.brand : "");
  const isOfBrand = (row: Row, { contract }: Pair) =>
    brandOf.get(contract) !== "" && brandIn(row) === brandOf.get(contract);
  // Drops are days where there are dates, files where there are none.
  const timeOf = (drop: number) => has.dates ? -ages[drop] : drop;
  const times = has.dates ? rows.map(({ drop }) => timeOf(drop)) : ages.map((_, drop) => drop);
  const latest = [...new Set(times)].sort((a, b) => b - a);
  const isWithin = (span: Span | undefined, { drop }: Row): boolean => {
    if (span === undefined) return false;
    if (span.unit === "drops") return latest.slice(0, span.count).includes(timeOf(drop));
    return ages[drop] < span.count * (span.unit === "w" ? 7 : 1);
  };
  const isCooling = (pair: Pair) =>
    rows.some((row) =>
      row.user === pair.user &&
      (row.contract === pair.contract && isWithin(cooldown.contract, row) ||
        isOfBrand(row, pair) && isWithin(cooldown.brand, row))
    );
  const ageOf = (row: Row) => has.dates ? ages[row.drop] / 28 : (ages.length - 1 - row.drop) / 4;
  const got = (user: string) =>
    rows.filter((row) => row.user === user).reduce((sum, row) => {
      const value = has.scores ? Math.max(0, row.score) : 1;
      return sum + Math.round(2 ** (-ageOf(row)) * value * 2 ** 20);
    }, 0);
  const users = [...new Set(pairs.map(({ user }) => user))];
  const mean = users.reduce((sum, user) => sum + got(user), 0) / users.length;
  const scored = pairs.filter((pair) => !isCooling(pair) && pair.score >= (minScore ?? -Infinity))
    .map((pair) => {
      const { user, contract, score } = pair;
      if (score <= 0) return pair;
      const declines = rows.filter((row) =>
        row.user === user && row.outcome === "declined" &&
        (row.contract === contract || isOfBrand(row, pair))
      ).length;
      const weight = mean > 0 ? 1 + rotate * Math.max(0, 1 - got(user) / mean) : 1;
      return { user, contract, score: score * declineFactor ** declines * weight };
    });
  const kept = topN === undefined ? scored : users.flatMap((user) => {
    const own = scored.filter((pair) => pair.user === user);
    return own.toSorted((a, b) => b.score - a.score).slice(0, topN);
  });
  return new Map(kept.map(({ user, contract, score }) => [`${user} ${contract}`, score]));
}

Deno.test("history in files: cooldowns, declines and rotation leave the pairs and scores that the docs say", async () => {
  let judged = 0, cooling = 0, scaled = 0;
  for (let seed = 1; seed <= tried(300, 2000); seed++) {
    const odd = caseOf(seed), { cooldown, pairs } = odd;
    await using folder = new TempFolder();
    const history = written(folder, odd, seed), file = (name: string) => `${folder.path}/${name}`;
    const spans = (["contract", "brand"] as const).flatMap((of) =>
      cooldown[of] === undefined ? [] : [`${of}=${cooldown[of].count}${cooldown[of].unit}`]
    );
    const left = leftOf(odd);
    const drop = await readDrop({
      caps: file("caps.csv"),
      elig: file("elig.csv"),
      userGroups: file("user_groups.csv"),
      groupRatios: file("group_ratios.csv"),
      history,
    }, {
      ...(odd.has.dates && { asOf: dayBefore(0) }),
      cooldown: spans,
      declineFactor: odd.declineFactor,
      rotate: odd.rotate,
      minScore: odd.minScore,
      topN: odd.topN,
    }).catch((error) => {
      assert(error instanceof InputError, `seed ${seed}: ${error}`);
      assertEquals(left.size, 0, `seed ${seed}: ${error}`);
      return null;
    });
    if (drop === null) continue;
    judged++;
    const { users, contracts, start, contract, score } = drop.instance;
    const found = new Map<string, number>();
    users.toArray().forEach((user, u) => {
      for (let p = start[u]; p < start[u + 1]; p++) {
        found.set(`${user} ${contracts[contract[p]]}`, score[p]);
      }
    });
    // Which of a user's pairs of one score are the best is nobody's to say.
    if (odd.topN === undefined) {
      assertEquals([...found.keys()].sort(), [...left.keys()].sort(), `seed ${seed}`);
    }
    const sorted = (scores: Iterable<number>) => [...scores].sort((a, b) => a - b);
    const expected = sorted(left.values());
    sorted(found.values()).forEach((value, i) => {
      const off = Math.abs(value - expected[i]);
      assert(off <= 1e-12 * Math.abs(expected[i]), `seed ${seed}: ${value}, not ${expected[i]}`);
    });
    assertEquals(found.size, left.size, `seed ${seed}`);
    if (left.size < pairs.length) cooling++;
    if (pairs.some((p) => left.get(`${p.user} ${p.contract}`) !== p.score)) scaled++;
  }
  assert(judged > tried(200, 1400) && cooling > judged / 4 && scaled > judged / 4, `${judged}`);
});
