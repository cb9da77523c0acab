/** Divvy's own checker and those of other hands accept every certificate of the tests, and none that somebody changed. */
import { familiesOfCertificate } from "../../lib/allocator/model/certificate.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { issueCertificate } from "../../lib/api/certificate.ts";
import { check } from "../../lib/api/check.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { parseCertificate } from "../../lib/io/documents/certificate_file.ts";
import { dropTables } from "../../lib/io/documents/drop_tables.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { readAssignments } from "../../lib/io/tables/results/assignments_reader.ts";
import { writeAssignments } from "../../lib/io/tables/results/assignments_writer.ts";
import {
  type CertifiedCase,
  certifiedCases,
  lackingCase,
  mustCase,
  ownCase,
} from "../support/certified_cases.ts";
import { MUTANT_KINDS, type MutantKind, mutants } from "../support/mutants.ts";
import { TempFolder } from "../support/cli.ts";
import { succeeds } from "../support/command.ts";
import { tried } from "../support/effort.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** A case's files in a folder; one of them may be changed. */
interface Subject {
  readonly one: CertifiedCase;
  readonly home: string;
  /** What was changed; null: nothing. */
  readonly changed:
    | { readonly kind: MutantKind; readonly what: string; readonly file: string }
    | null;
}

/** Writes what a case is judged by, and returns the texts. */
async function writeFiles(one: CertifiedCase, home: string): Promise<Record<string, string>> {
  await writeAssignments(`${home}/assignments.csv`, one.drop.instance, one.allocation);
  const files = {
    ...Object.fromEntries(dropTables(one.read.instance)),
    "assignments.csv": Deno.readTextFileSync(`${home}/assignments.csv`),
    "certificate.json": JSON.stringify(one.certificate),
  };
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${home}/${name}`, text);
  }
  return files;
}

/** Cases, and changes of each. */
async function subjects(folder: string): Promise<Subject[]> {
  const random = seededRandom(11), found: Subject[] = [];
  const cases = [
    ...await certifiedCases(tried(45, 90)),
    ...await certifiedCases(6, 1, mustCase),
    // Some with rules over whole users in their cases.
    ...await certifiedCases(6, 10, lackingCase),
    ...await certifiedCases(tried(12, 24), 1, ownCase),
  ];
  for (const [i, one] of cases.entries()) {
    const home = `${folder}/${i}`;
    Deno.mkdirSync(home);
    const files = await writeFiles(one, home);
    found.push({ one, home, changed: null });
    for (const [n, { kind, what, file, text }] of mutants(one, files, random, 2).entries()) {
      // Each case has other kinds of changes by turns.
      if ((n + i) % tried(3, 1) !== 0) continue;
      Deno.writeTextFileSync(`${home}/${n}.${file}`, text);
      found.push({ one, home, changed: { kind, what, file: `${n}.${file}` } });
    }
  }
  return found;
}

/** The file that stands for one of a case's. */
function pathOf({ home, changed }: Subject, name: string): string {
  return `${home}/${changed?.file.endsWith(`.${name}`) ? changed.file : name}`;
}

/** Says "certified", or why not. A verdict of null: it is not for this checker. */
type Checker = (subjects: readonly Subject[]) => Promise<(string | null)[]>;

/** Divvy itself. */
const ours: Checker = (subjects) => Promise.all(subjects.map(judgedByUs));

async function judgedByUs(subject: Subject): Promise<string | null> {
  const { one, changed, home } = subject;
  const isOfTables = changed !== null && !/assignments.csv|certificate.json/.test(changed.file);
  const isServed = one.drop.instance.heldOut?.offers !== undefined;
  // Who is held out can't be read from the tables.
  if (isServed && changed !== null && !changed.file.includes("certificate")) return null;
  try {
    const path = pathOf(subject, "certificate.json");
    const certificate = parseCertificate(Deno.readTextFileSync(path), path);
    const optional = (name: "pins" | "previous") =>
      dropTables(one.read.instance).has(`${name}.csv`)
        ? { [name]: pathOf(subject, `${name}.csv`) }
        : {};
    const drop = !isOfTables ? one.drop : await readDrop({
      caps: pathOf(subject, "caps.csv"),
      elig: pathOf(subject, "elig.csv"),
      userGroups: pathOf(subject, "user_groups.csv"),
      groupRatios: pathOf(subject, "group_ratios.csv"),
      limits: familiesOfCertificate(certificate).map(({ shareOf, atMost, atLeast, ...rest }) => ({
        ...rest,
        per: [...rest.per],
        ...(atMost !== null && { atMost }),
        ...(atLeast !== null && { atLeast }),
        ...(shareOf !== null && { shareOf }),
        price: rest.price ?? undefined,
        where: Object.fromEntries(rest.where.map(({ column, values }) => [column, values])),
      })),
      ...optional("pins"),
      ...optional("previous"),
    });
    const table = await readAssignments(pathOf(subject, "assignments.csv"));
    const allocation = isServed ? one.allocation : null;
    const { certificate: verdict, rules } = check(drop, allocation ?? table, { certificate });
    const broken = rules.filter(({ rule, count }) =>
      count > 0 && rule !== "min_sponsored" && rule !== "limit_at_least"
    );
    if (verdict!.certified && broken.length === 0) return "certified";
    return `REFUSED: ${[...verdict!.problems, ...broken.map(({ rule }) => rule)].join("; ")}`;
  } catch (error) {
    if (error instanceof InputError || error instanceof UsageError) {
      return `REFUSED: ${error.message.replace(home, "")}`;
    }
    throw error;
  }
}

/** Judges a line's files. */
const PYTHON = `
import os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(`${ROOT}checkers`)})
import check
for line in sys.stdin:
    try:
        print(check.check(*(path if os.path.exists(path) else None for path in line.rstrip("\\n").split("\\t"))))
    except check.Refused as reason:
        print(f"REFUSED: {str(reason)[:200]!r}")
`;
const FILES = [
  ...["caps.csv", "elig.csv", "user_groups.csv", "group_ratios.csv", "assignments.csv"],
  ...["certificate.json", "pins.csv", "previous.csv"],
];

const python: Checker = (subjects) =>
  answers(
    "python3",
    ["-c", PYTHON],
    subjects.map((subject) => FILES.map((name) => pathOf(subject, name))),
  );

const PYTHON_OF_TESTS = `${ROOT}.venv/bin/python`;

/** What a certificate has, so that each of it is judged by whoever judges few. */
function featuresOf({ certificate, drop }: CertifiedCase): string[] {
  const { model, inputs, groups, branches, limit_families = [], change_cost = 0 } = certificate;
  const { limits = [], exact } = certificate;
  const priced = Object.values(groups).flatMap((own) =>
    Object.entries(own).filter(([, price]) => price > 0).map(([name]) => name)
  );
  return [
    model,
    ...limit_families.map(({ limit }) => `limit ${limit}`),
    ...priced,
    ...(branches === undefined ? [] : ["cases"]),
    ...["offers", "sponsored_users"].filter((name) =>
      JSON.stringify(branches ?? {}).includes(`"${name}":`)
    ),
    ...(inputs?.pins === undefined ? [] : ["pins"]),
    ...(inputs?.previous === undefined ? [] : ["previous"]),
    ...(change_cost > 0 ? ["change cost"] : []),
    // Products of these have more digits than a number of DuckDB.
    ...(exact?.decimals === 20 && limits.some(({ price }) => price >= 1e9) ? ["large price"] : []),
    ...(drop.instance.k === undefined ? [] : ["own k"]),
    ...(drop.instance.heldOut?.offers === undefined ? [] : ["held out"]),
  ];
}

/**
 * check.sql in a database. Each subject takes it a part of a second, so that certificates are judged until everything that they
 * may have was there `few` times, and of the changed ones a few of each kind; all where DIVVY_CHECKERS is "all" or the database, or
 * DIVVY_CHECKERS_EACH of each kind.
 *
 * @param kinds kinds of changes that are judged
 */
function sqlIn(
  database: "duckdb" | "clickhouse",
  few: number,
  kinds: readonly MutantKind[] = MUTANT_KINDS,
): Checker {
  const isNamed = ["all", database].includes(Deno.env.get("DIVVY_CHECKERS") ?? "");
  const atMost = isNamed ? Number(Deno.env.get("DIVVY_CHECKERS_EACH") ?? Infinity) : few;
  return async (subjects) => {
    const count = new Map<string, number>();
    const chosen = subjects.filter(({ one, changed }) => {
      // Refused by name (below).
      if (one.certificate.own_limits_kept === true) return false;
      if (changed !== null && !isNamed && !kinds.includes(changed.kind)) return false;
      const names = changed === null ? featuresOf(one) : [`changed: ${changed.kind}`];
      if (!names.some((name) => (count.get(name) ?? 0) < atMost)) return false;
      for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
      return true;
    });
    const middle = isNamed ? chosen.length >> 1 : chosen.length;
    const halves = [chosen.slice(0, middle), chosen.slice(middle)].filter(({ length }) => length);
    const verdicts = (await Promise.all(halves.map((half) =>
      answers(
        PYTHON_OF_TESTS,
        [`${ROOT}tests/checkers/judge_sql.py`, database],
        half.map((subject) => FILES.map((name) => pathOf(subject, name))),
      )
    ))).flat();
    const of = new Map(chosen.map((subject, i) => [subject, verdicts[i]]));
    return subjects.map((subject) => of.get(subject) ?? null);
  };
}

/** A line for each line that a program is given. */
async function answers(
  program: string,
  args: readonly string[],
  lines: readonly (readonly string[])[],
): Promise<string[]> {
  const process = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const text = lines.map((fields) => `${fields.join("\t")}\n`).join("");
  const writing = new Blob([text]).stream().pipeTo(process.stdin).catch(() => {});
  const { stdout, stderr } = await process.output();
  await writing;
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

const hasDuckDb = await succeeds(PYTHON_OF_TESTS, ["-c", "import duckdb"]);
const hasChdb = await succeeds(PYTHON_OF_TESTS, ["-c", "import chdb"]);

/** Changed certificates of each kind that there must be. */
const LEAST_CHANGED = tried(6, 20);

/** Who judges; where it can't run, that is said. */
const CHECKERS: readonly {
  name: string;
  there: boolean;
  judge: Checker;
  /** Certificates, and changed ones of each kind, that it must have judged. */
  least: readonly [right: number, changed: number];
}[] = [
  { name: "divvy check", there: true, judge: ours, least: [tried(45, 90), LEAST_CHANGED] },
  {
    name: "check.py",
    there: await succeeds("python3", ["--version"]),
    judge: python,
    least: [tried(45, 90), LEAST_CHANGED],
  },
  {
    name: "check.sql in DuckDB",
    there: hasDuckDb,
    judge: sqlIn("duckdb", tried(1, 2)),
    least: tried<readonly [number, number]>([6, 1], [12, 2]),
  },
  {
    name: "check.sql in ClickHouse",
    there: hasChdb,
    judge: sqlIn(
      "clickhouse",
      1,
      tried<readonly MutantKind[]>(["price", "bound", "offer"], MUTANT_KINDS),
    ),
    least: tried<readonly [number, number]>([6, 0], [6, 1]),
  },
];

/** A drop of two users who want one contract, at these scores, as its files say. */
async function twoUsers(scores: readonly [number, number], home: string): Promise<Subject> {
  const drop = Drop.from({
    users: [{ id: "u", group: "g" }, { id: "v", group: "g" }],
    contracts: [{ id: "c", cap: 1, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: scores.map((score, u) => ({ user: "uv"[u], contract: "c", score })),
  });
  const allocation = await allocate(drop, { covW: [] });
  const certificate = issueCertificate(drop, allocation);
  const one = { name: String(scores), read: drop, drop, allocation, certificate };
  await writeFiles(one, home);
  return { one, home, changed: null };
}

Deno.test("checkers: numbers past the whole numbers of doubles are those that they are read as", async () => {
  await using folder = new TempFolder();
  const subject = await twoUsers([37_098_452_598_296_976, 0.25], folder.path);
  // JSON has it as 37098452598296980, which no double is.
  assert(!Number.isSafeInteger(subject.one.certificate.objective));
  for (const { name, there, judge } of CHECKERS) {
    // Databases refuse by name what has so many digits.
    if (!there || name.includes("sql")) continue;
    const [verdict] = await judge([subject]);
    assertEquals(verdict?.split(":")[0], "certified", name);
  }
});

Deno.test("checkers: users who keep their own limits are judged by check.py, and refused by name by check.sql", async () => {
  await using folder = new TempFolder();
  const [one] = await certifiedCases(1, 4, ownCase);
  assertEquals(one.certificate.own_limits_kept, true);
  const subject = { one, home: folder.path, changed: null };
  await writeFiles(one, folder.path);
  for (const { name, there } of CHECKERS) {
    if (!there || !name.includes("sql")) continue;
    const files = FILES.map((file) => pathOf(subject, file));
    const database = name.endsWith("DuckDB") ? "duckdb" : "clickhouse";
    const [verdict] = await answers(
      PYTHON_OF_TESTS,
      [`${ROOT}tests/checkers/judge_sql.py`, database],
      [files],
    );
    assert(verdict.includes("own_limits_kept"), `${name}: ${verdict}`);
  }
});

Deno.test("checkers: that nobody gets anything can be the best", async () => {
  await using folder = new TempFolder();
  const subject = await twoUsers([-1, -0.25], folder.path);
  assertEquals(subject.one.allocation.offerPair.length, 0);
  for (const { name, there, judge } of CHECKERS) {
    if (!there) continue;
    const [verdict] = await judge([subject]);
    assertEquals(verdict?.split(":")[0], "certified", name);
  }
});

Deno.test("checkers: every certificate is accepted, and hundreds that somebody changed are refused, of every kind", async (t) => {
  await using folder = new TempFolder();
  const all = await subjects(folder.path);
  const changed = all.filter((subject) => subject.changed !== null);
  assert(changed.length >= tried(300, 1000), `${changed.length}`);
  for (const kind of MUTANT_KINDS) {
    const count = changed.filter((subject) => subject.changed!.kind === kind).length;
    assert(count >= LEAST_CHANGED, `${kind}: ${count}`);
  }
  for (const { name, there, judge, least } of CHECKERS) {
    await t.step({
      name,
      ignore: !there,
      async fn() {
        const verdicts = await judge(all);
        assertEquals(verdicts.length, all.length);
        const wrong = all.flatMap(({ one, changed }, i) => {
          const verdict = verdicts[i];
          if (verdict === null || verdict.startsWith(changed === null ? "certified" : "REFUSED")) {
            return [];
          }
          return [
            `${one.name}: ${
              changed === null ? "" : `${changed.kind}: ${changed.what}: `
            }${verdict}`,
          ];
        });
        assertEquals(wrong, []);
        const count = (kind: MutantKind | null) =>
          all.filter(({ changed }, i) => (changed?.kind ?? null) === kind && verdicts[i] !== null)
            .length;
        const counts = Object.fromEntries(MUTANT_KINDS.map((kind) => [kind, count(kind)]));
        assert(count(null) >= least[0], `${count(null)}`);
        for (const kind of MUTANT_KINDS) {
          assert(counts[kind] >= least[1], `${kind}: ${JSON.stringify(counts)}`);
        }
      },
    });
  }
});

Deno.test("checkers read k as docs/limits.md has it: a user's own, else the group's, blank for none, however it is spelt", async () => {
  await using folder = new TempFolder();
  const files = {
    "caps.csv": "contract_address,cap_face,is_sponsored\na,2,true\nb,3,true\n",
    "elig.csv": "user_id,contract_address,score\nu1,a,1\nu1,b,2\nu2,a,3\nu2,b,1\nu3,b,4\nu3,a,1\n",
    "user_groups.csv": "user_id,group_id,k\nu1,g1,2.0\nu2,g1,\nu3,g2,\nidle,g2,1\n",
    "group_ratios.csv": "group_id,sponsorship_ratio,k\ng1,0.5, +1\ng2,0,\n",
  };
  const blank = {
    ...files,
    "user_groups.csv": files["user_groups.csv"].replace("2.0", ""),
    "group_ratios.csv": files["group_ratios.csv"].replace(" +1", ""),
  };
  const lines: string[][] = [];
  for (const [i, texts] of [files, blank].entries()) {
    const at = (name: string) => `${folder.path}/${i}/${name}`;
    Deno.mkdirSync(at(""));
    for (const [name, text] of Object.entries(texts)) folder.write(`${i}/${name}`, text);
    const drop = await readDrop({
      caps: at("caps.csv"),
      elig: at("elig.csv"),
      userGroups: at("user_groups.csv"),
      groupRatios: at("group_ratios.csv"),
    });
    const allocation = await allocate(drop, { k: 2 });
    await writeAssignments(at("assignments.csv"), drop.instance, allocation);
    folder.write(`${i}/certificate.json`, JSON.stringify(issueCertificate(drop, allocation)));
    const { code, stdout } = await new Deno.Command("python3", {
      args: [`${ROOT}checkers/check.py`, ...FILES.slice(0, 6).map(at)],
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout).split(":")[0].trim()], [0, "certified"]);
    lines.push(FILES.map(at));
  }
  for (const [database, isHere] of [["duckdb", hasDuckDb], ["clickhouse", hasChdb]] as const) {
    if (!isHere) continue;
    const judge = `${ROOT}tests/checkers/judge_sql.py`;
    const verdicts = await answers(PYTHON_OF_TESTS, [judge, database], lines);
    const words = verdicts.map((line) => line.split(":")[0]);
    assertEquals(words, ["certified", "certified"], database);
  }
});
