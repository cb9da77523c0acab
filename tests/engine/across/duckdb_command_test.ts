/** `divvy allocate --engine duckdb` as docs/scale.md has it. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { DuckDbStore } from "../../../lib/engine/duckdb/store.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { divvy } from "../../support/cli.ts";
import { divvyMany } from "../../support/many_runs.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

const PAGE = fileURLToPath(new URL("../../../docs/scale.md", import.meta.url));

/** The command of the page: permissions of deno, and arguments of divvy. */
async function documented(): Promise<{ permissions: string[]; args: string[] }> {
  const block = /```sh\n(deno run [^`]*--engine duckdb[^`]*)```/.exec(
    await Deno.readTextFile(PAGE),
  )!;
  const words = block[1].replaceAll("\\\n", " ").trim().split(/\s+/);
  const at = words.indexOf("cli.ts");
  return { permissions: words.slice(2, at), args: words.slice(at + 1) };
}

Deno.test("the command of docs/scale.md: DuckDB on Parquet, and its certificate is checked", () =>
  withFolder(async (cwd) => {
    const { permissions, args } = await documented();
    const made = await divvy(
      ["generate", "--dir", ".", "--users", "300", "--format", "parquet", "-q"],
      { cwd, permissions: ["--allow-read", "--allow-write"] },
    );
    assertEquals(made.code, 0, made.stderr);
    const { code, stderr } = await divvy(args, {
      cwd,
      permissions: ["--no-prompt", ...permissions],
    });
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /certified: every rule kept/);
    const summary = JSON.parse(await Deno.readTextFile(`${cwd}/summary.json`));
    assertEquals([summary.engine, summary.published_by], ["duckdb", "renamed"]);
    const inputs = args.flatMap((arg, at) =>
      ["--elig", "--user-groups", "--caps", "--group-ratios"].includes(arg)
        ? [arg, args[at + 1]]
        : []
    );
    const judged = await divvy(
      [
        ...["check", ...inputs, "--assign", "assignments.parquet", "--duplicates", "largest"],
        ...["--certificate", "certificate.json"],
      ],
      { cwd },
    );
    assertEquals(judged.code, 0, judged.stdout + judged.stderr);
  }));

Deno.test("--engine duckdb --limits: the summary lists every limit, as that of one machine does", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 200 });
    await Deno.writeTextFile(
      `${cwd}/limits.csv`,
      "limit,per,at_most,at_least,price\nbrand,brand_id,30,,\nsome,contract_address,,2,0.1\n",
    );
    const rowsOf = async (more: string[]) => {
      const { code, stderr } = await divvy(
        ["allocate", "--dir", ".", "--limits", "limits.csv", "--out", "a.csv", ...more],
        { cwd, permissions: ["--allow-all"] },
      );
      assertEquals(code, 0, stderr);
      return JSON.parse(await Deno.readTextFile(`${cwd}/s.json`)).limits;
    };
    const local = await rowsOf(["--summary", "s.json", "--duplicates", "largest"]);
    const engine = await rowsOf(["--engine", "duckdb", "--summary", "s.json"]);
    // deno-lint-ignore no-explicit-any
    const declared = ({ rows }: any) =>
      // deno-lint-ignore no-explicit-any
      rows.map(({ limit, values, side, amount }: any) => ({ limit, values, side, amount }));
    assertEquals(declared(engine), declared(local));
    assertEquals(engine.families.length, 2);
    const table = await Deno.readTextFile(`${cwd}/a.csv`);
    const given = new Map<string, number>();
    for (const line of table.trim().split("\n").slice(1)) {
      const [, contract] = line.split(",");
      given.set(contract, (given.get(contract) ?? 0) + 1);
    }
    for (const row of engine.rows) {
      if (row.limit === "brand") assert(row.used <= 30 && row.status !== "broken", row.limit);
      else {
        const used = given.get(row.values.contract_address) ?? 0;
        assertEquals([row.used, row.missed], [used, Math.max(0, 2 - used)]);
      }
    }
  }));

Deno.test("--engine duckdb: the summary counts what is left out as that of one machine does", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 100 });
    const rowsOf = async (name: string) =>
      (await Deno.readTextFile(`${cwd}/${name}`)).trimEnd().split("\n");
    // Rows of separators, rows again with other scores, users without a group, contracts without capacity and unknown ones.
    const [head, ...pairs] = await rowsOf("elig.csv");
    const again = pairs.flatMap((row, at) => {
      const [user, contract] = row.split(",");
      return at % 3 > 0 ? [row] : [row, `${user},${contract},0.05`, `${user},c_${at % 2},0.5`];
    });
    await Deno.writeTextFile(`${cwd}/elig.csv`, `${[head, ...again, ",,"].join("\n")}\n`);
    const groups = await rowsOf("user_groups.csv");
    const some = groups.filter((_, at) => at % 10 !== 5);
    const [user] = some[1].split(",");
    // Groups that come after all others: there, too, the first row of a user counts.
    const twice = [some[1], `${user},zz`, some[2], `${user},zz`];
    await Deno.writeTextFile(`${cwd}/user_groups.csv`, `${[...some, ...twice].join("\n")}\n`);
    const ratios = ["nobody,0.5", "nobody,0.6", ","];
    await Deno.writeTextFile(`${cwd}/group_ratios.csv`, `${ratios.join("\n")}\n`, { append: true });
    const names = (await rowsOf("caps.csv"))[0].split(",");
    const row = names.map((name) =>
      name === "contract_address" ? "c_0" : name === "is_sponsored" ? "true" : "0"
    );
    const capRows = [row, row, row.map((cell) => cell === "0" ? "1.5" : `${cell}5`)]
      .map((cells) => cells.join(",").replace("true5", "false")).concat(
        row.map(() => "").join(","),
      );
    await Deno.writeTextFile(`${cwd}/caps.csv`, `${capRows.join("\n")}\n`, { append: true });
    const history = ["user_id,contract_address,score", `${user},c_0,1e-9`, `${user},c_1,1e9`];
    await Deno.writeTextFile(`${cwd}/history.csv`, `${[...history, `${user},c_1,1`].join("\n")}\n`);
    const inputOf = async (more: string[]) => {
      const args = ["allocate", "--dir", ".", "--out", "a.csv", "--summary", "s.json", "-q"];
      const filter = ["--min-score", "0.1", "--top-n", "6", "--holdout", "10%"];
      filter.push("--history", "history.csv", "--rotate", "0.5", "--default-ratio", "0.1");
      const { code, stderr } = await divvy([...args, ...filter, ...more], {
        cwd,
        permissions: ["--allow-all"],
      });
      assertEquals(code, 0, stderr);
      return JSON.parse(await Deno.readTextFile(`${cwd}/s.json`)).input;
    };
    const local = await inputOf(["--duplicates", "largest"]);
    const { elig: { duplicates, ...counts }, ...tables } = await inputOf(["--engine", "duckdb"]);
    assertEquals(duplicates, "largest");
    const { users_without_group: _, unknown_contracts: __, ...elig } = local.elig;
    assertEquals(counts, elig);
    assert(Object.values(elig).every((n) => Number(n) > 0), JSON.stringify(elig));
    assertEquals([tables.caps, tables.group_ratios], [local.caps, local.group_ratios]);
    for (const table of ["user_groups", "history"]) {
      for (const [name, n] of Object.entries(tables[table])) {
        assertEquals(n, local[table][name], name);
      }
    }
    assertEquals(tables.user_groups.conflicting_duplicate_rows, 2);
    assertEquals([tables.history.scores_counted_as_0, tables.history.scores_counted_as_most], [
      1,
      1,
    ]);
  }));

Deno.test("--engine duckdb --holdout: the users of one machine, and check accepts the rest", () =>
  withFolder(async (cwd) => {
    const permissions = ["--allow-all"];
    await generateDrop({ dir: cwd, users: 150 });
    const held = ["--holdout", "12%", "--holdout-seed", "5"];
    const run = async (args: string[]) => {
      const { code, stdout, stderr } = await divvy(args, { cwd, permissions });
      assertEquals(code, 0, stdout + stderr);
    };
    const files = (name: string) =>
      ["--dir", ".", ...held, "--out", `${name}.csv`, "--holdout-out", `${name}_held.csv`]
        .concat("--summary", `${name}.json`, "--duplicates", "largest");
    await run(["allocate", ...files("local")]);
    await run(["allocate", "--engine", "duckdb", ...files("e"), "--certificate", "c.json"]);
    const read = (name: string) => Deno.readTextFile(`${cwd}/${name}`);
    assertEquals(await read("e_held.csv"), await read("local_held.csv"));
    assertEquals(
      JSON.parse(await read("e.json")).input.holdout,
      JSON.parse(await read("local.json")).input.holdout,
    );
    const judged = ["--assign", "e.csv", "--certificate", "c.json", "--duplicates", "largest"];
    await run(["check", "--dir", ".", ...held, ...judged]);
  }));

Deno.test("--engine duckdb --require-gap: exit code 4 where the result is not proven within --gap", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 200 });
    const run = (more: string[]) =>
      divvy(
        ["allocate", "--dir", ".", "--engine", "duckdb", "--out", "a.csv", "-q", ...more],
        { cwd, permissions: ["--allow-all"] },
      );
    const near = await run(["--require-gap", "--gap", "1e-2"]);
    assertEquals([near.code, near.stderr], [0, ""]);
    const far = ["--gap", "1e-9", "--sample-users", "50", "--passes", "1"];
    const summary = ["--summary", "s.json"];
    const { code, stderr } = await run([...far, "--require-gap", ...summary]);
    assertEquals(code, 4, stderr);
    assertMatch(
      stderr,
      /^divvy: --require-gap: the gap is [\d.e-]+, above 1e-9: the search ended there$/m,
    );
    const timedOut = async () => JSON.parse(await Deno.readTextFile(`${cwd}/s.json`)).timed_out;
    assertEquals(await timedOut(), false);
    const late = await run([...far, "--require-gap", "--timeout", "1e-3", ...summary]);
    assertMatch(late.stderr, /, above 1e-9: time ran out, or the run was stopped$/m);
    assertEquals(await timedOut(), true);
    // The file is there all the same.
    assert((await Deno.readTextFile(`${cwd}/a.csv`)).length > 1000);
  }));

Deno.test("--engine duckdb: files have the columns of those of one machine, as named or as --format says", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 60 });
    const run = async (more: string[]) => {
      const { code, stderr } = await divvy(["allocate", "--dir", ".", "-q", ...more], {
        cwd,
        permissions: ["--allow-all"],
      });
      assertEquals(code, 0, stderr);
    };
    const engine = ["--engine", "duckdb", "--holdout", "10%", "--holdout-solver", "random"];
    await run(["--out", "local.parquet", ...engine.slice(2)]);
    await run(["--out", "assigned", "--format", "parquet", ...engine]);
    await run(["--out", "assigned.csv.gz", ...engine]);
    const settings = { memory: "500MB", threads: 1, spill: cwd };
    const store = await DuckDbStore.open(`${cwd}/look.duckdb`, settings);
    const rowsOf = (sql: string) => store.rowsOverAll(sql, {});
    const typesOf = (file: string) => rowsOf(`DESCRIBE FROM read_parquet('${cwd}/${file}')`);
    assertEquals(await typesOf("assigned"), await typesOf("local.parquet"));
    const same = await rowsOf(
      `SELECT count(*) FROM read_parquet('${cwd}/assigned') JOIN read_csv('${cwd}/assigned.csv.gz') ` +
        "USING (user_id, contract_address, score, is_sponsored, group_id, holdout)",
    );
    assertEquals(same, await rowsOf(`SELECT count(*) FROM read_parquet('${cwd}/assigned')`));
    assert(Number(same[0][0]) > 60);
    store.close();
  }));

Deno.test("--engine duckdb: without permission for native code, and with options of others, one line", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 50 });
    const files = ["--elig", "elig.csv", "--user-groups", "user_groups.csv", "--caps", "caps.csv"];
    const command = [
      "allocate",
      "--engine",
      "duckdb",
      ...files,
      "--group-ratios",
      "group_ratios.csv",
    ];
    const cases: [string[], RegExp][] = [
      [["--out", "a.csv"], /DuckDB can't be loaded: it is native code, which needs --allow-ffi/],
      [["--out", "a.xlsx"], /a\.xlsx: files of --engine duckdb are written as \.csv or \.parquet/],
      [["--out", "a.csv", "--memory", "much"], /--memory is "much", expected a size such as 4GB/],
      [["--out", "a.csv", "--url", "clickhouse://x/y"], /--engine duckdb does not use --url/],
      [["--out", "elig.csv"], /--out.*--elig|elig\.csv/],
      [[], /needs --out/],
      [["--out", "a.csv", "--prices", "c.json"], /c\.json: no such file/],
      [
        ["--out", "a.csv", "--rng", "3", "--shard-url", "clickhouse://x"],
        /does not use --rng \(of the greedy solver, which runs on one machine\), --shard-url$/m,
      ],
      [["--out", "a", "--format", "xlsx"], /written as \.csv or \.parquet .*, not as xlsx$/m],
      [["--out", "a.csv", "--format", "parquet"], /written as its name says, not as parquet/],
      [["--out", "-"], /--engine duckdb writes files, expected a name, not standard output/],
      [["--out", "a.csv", "--html", "a.pdf"], /--html is "a\.pdf", expected a name that ends in/],
      [["--out", "a.csv", "--scenario", "s.json"], /s\.json: no such file/],
      [["--out", "a.csv", "--holdout-out", "h.csv"], /--holdout-out needs --holdout/],
    ];
    const refused = await divvyMany(
      cases.map(([more]) => ({ cwd, args: [...command, ...more] })),
    );
    for (const [i, { code, stderr }] of refused.entries()) {
      assertEquals(code, 1, stderr);
      assertMatch(stderr, cases[i][1]);
      assert(stderr.trim().split("\n").length === 1, stderr);
    }
    const idle: [string[], RegExp][] = [
      [["--memory", "4GB"], /^divvy: --memory is for --engine, which was not given$/m],
      [["--passes", "3", "--out-table", "t"], /^divvy: --out-table, --passes are for --engine/m],
    ];
    const unused = await divvyMany(
      idle.map(([more]) => ({ cwd, args: ["allocate", "--dir", ".", ...more] })),
    );
    for (const [i, { code, stderr }] of unused.entries()) {
      assertEquals(code, 1, stderr);
      assertMatch(stderr, idle[i][1]);
    }
    await Deno.writeTextFile(`${cwd}/divvy.json`, '{ "allocate": { "resume": "r.json" } }');
    const config = await divvy(["allocate", "--dir", "."], { cwd });
    assertEquals(config.code, 1);
    assertMatch(config.stderr, /--resume is for --engine/);
    await Deno.remove(`${cwd}/divvy.json`);
    const shown = await divvy([...command, "--out", "a.csv", "--dry-run"], { cwd });
    assertEquals(shown.code, 0, shown.stderr);
    assertMatch(shown.stdout, /WITH constants AS MATERIALIZED[^]*COPY/);
    const secret = await divvy(
      [...command, "--elig", "https://ann:hu%2Fsh@shop/elig.csv", "--out", "a.csv", "--dry-run"],
      { cwd },
    );
    assertEquals(secret.code, 0, secret.stderr);
    assertMatch(secret.stdout, /shop\/elig\.csv/);
    assertEquals(/hu(?:%2F|\/)sh/.test(secret.stdout + secret.stderr), false);
  }));

Deno.test("--engine duckdb: sums are the decimals that one machine writes", () =>
  withFolder(async (cwd) => {
    const seeds = [4, 5, 6], ways = [["--duplicates", "largest"], ["--engine", "duckdb"]];
    for (const seed of seeds) await generateDrop({ dir: `${cwd}/${seed}`, users: 40, seed });
    const args = ["allocate", "--out", "a.csv", "--json"];
    const runs = await divvyMany(
      seeds.flatMap((seed) =>
        ways.map((way) => ({ cwd, args: [...args, "--dir", `${seed}`, ...way] }))
      ),
      ["--allow-all"],
    );
    const sums = runs.map(({ code, stdout, stderr }) => {
      assertEquals(code, 0, stderr);
      const { score, objective, bound, gap } = JSON.parse(stdout);
      return { score, objective, bound, gap };
    });
    for (const i of seeds.keys()) {
      const local = sums[2 * i], engine = sums[2 * i + 1];
      assertEquals(engine, local);
      assertEquals(local.gap, 0);
    }
  }));

Deno.test("--engine duckdb: minima and leasts that are missed are not said to be kept", () =>
  withFolder(async (cwd) => {
    const tables = {
      caps: "contract_address,cap_face,is_sponsored\na,1,true\nb,9,false\n",
      elig: "user_id,contract_address,score\nu1,a,2\nu2,b,1\nu3,b,1\n",
      user_groups: "user_id,group_id\nu1,g\nu2,g\nu3,h\n",
    };
    await writeFiles(cwd, tables);
    const verdict = async (ratio: number, least: number) => {
      const files = {
        group_ratios: `group_id,sponsorship_ratio\ng,${ratio}\nh,0\n`,
        limits: `limit,contract_address,at_least\nfew,b,${least}\n`,
      };
      await writeFiles(cwd, files);
      const { code, stderr } = await divvy(
        ["allocate", "--dir", ".", "--engine", "duckdb", "--out", "out.csv"],
        { cwd, permissions: ["--allow-all"] },
      );
      assertEquals(code, 0, stderr);
      return /certified: (.*), gap/.exec(stderr)![1];
    };
    assertEquals(await verdict(0.5, 2), "every rule kept");
    assertEquals(await verdict(1, 2), "every rule kept but the minima that are missed");
    assertEquals(await verdict(0.5, 3), "every rule kept but the leasts that are missed");
    assertEquals(await verdict(1, 3), "every rule kept but the minima and leasts that are missed");
  }));

Deno.test("--engine duckdb: of two faults it names the one that one machine names", () =>
  withFolder(async (cwd) => {
    await writeFiles(cwd, {
      caps: "contract_address,cap_face,is_sponsored\na,2,true\nb,3,false\n",
      elig: "user_id,contract_address,score\nu,a,1\nv,b,2\n",
      user_groups: "user_id,group_id\nu,g\nv,g\n",
      group_ratios: "group_id,sponsorship_ratio\ng,0.5\n",
    });
    const history = "user_id,contract_address,offered_at,outcome\nu,b,2025-01-01,declined\n";
    const pins = ["u,zz", "w,a", "u,b", "u,a"];
    const late: [string, string][] = [
      ["history", `${history}v,b,soon,declined\n`],
      ["history", `${history}v,b,2025-01-01,mad\n`],
      ["history", `${history},b,2025-01-01,declined\n`],
      ["previous", "user_id,contract_address\nu,\n"],
    ];
    const ways = [[], ["--engine", "duckdb", "--memory", "500MB"]], args: string[][] = [];
    for (const [i, pin] of pins.entries()) {
      for (const [j, [table, text]] of late.entries()) {
        const names = [`pins${i}`, `late${j}`];
        await writeFiles(cwd, {
          [names[0]]: `user_id,contract_address\n${pin}\n`,
          [names[1]]: text,
        });
        const rules = table === "history" ? ["--decline-factor", "0.5"] : [];
        const files = [
          ...rules,
          "--pins",
          `${names[0]}.csv`,
          `--${table}`,
          `${names[1]}.csv`,
          "--out",
          "a.csv",
          "--quiet",
        ];
        for (const way of ways) args.push(["allocate", "--dir", ".", ...files, ...way]);
      }
    }
    const runs = await divvyMany(
      args.map((args) => ({ cwd, args })),
      ["--allow-all"],
    );
    assertMatch(runs[0].stderr, /^divvy: pins0\.csv:2: pinned contract_address is "zz", expected/);
    assertMatch(
      runs.at(-1)!.stderr,
      /^divvy: late3\.csv:2: contract_address is "", expected an id/,
    );
    for (let i = 0; i < runs.length; i += 2) {
      const [here, there] = [runs[i], runs[i + 1]];
      assertEquals([here.code, there.code], [1, 1], args[i].join(" "));
      assertEquals(there.stderr, here.stderr, args[i].join(" "));
    }
  }));
