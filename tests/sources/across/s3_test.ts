/** A drop out of S3, from moto's server, which checks signatures. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { extractTable } from "../../../lib/transfer/extract.ts";
import { divvy, TempFolder } from "../../support/cli.ts";
import { succeeds } from "../../support/command.ts";
import { freePort } from "../../support/servers.ts";

const PYTHON = fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url));
const SERVER = fileURLToPath(new URL("../../support/s3_server.py", import.meta.url));

const hasMoto = await succeeds(PYTHON, ["-c", "import boto3, flask_cors, moto"]);
if (!hasMoto) console.error("skipped, as moto is not installed: a drop out of S3");

/** A key with what needs care in a request's path. */
const ODD = "user groups+a=b&c,ü;(1)'!*@.csv";

Deno.test({ name: "a drop out of S3", ignore: !hasMoto }, async () => {
  await using folder = new TempFolder();
  const put = (name: string, text: string) => folder.write(`in/${name}`, text);
  Deno.mkdirSync(`${folder.path}/in`);
  put("caps.csv", "contract_address,cap_face,is_sponsored\nc,5,true\n");
  put("ratios.csv", "group_id,sponsorship_ratio\ng,0\n");
  put(ODD, `user_id,group_id\n${Array.from({ length: 900 }, (_, i) => `u${i},g\n`).join("")}`);
  folder.write(
    "q.sql",
    "SELECT 'u' || range AS user_id, 'c' AS contract_address, range / 8 AS score FROM range(900)",
  );
  const query = `duckdb://?query=${folder.path}/q.sql`;
  await extractTable(query, `${folder.path}/in/elig.parquet`, "parquet");
  const child = new Deno.Command(PYTHON, {
    args: [SERVER, `${folder.path}/in`],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const said = child.stdout.getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { done, value } = await said.read();
      if (done) throw new Error("moto ended");
      text += new TextDecoder().decode(value);
    }
    await said.cancel();
    const { port, key, secret } = JSON.parse(text);
    const run = (change: Record<string, string>, more: string[] = []) =>
      divvy(
        [
          ...["allocate", "--caps", "s3://drops/in/caps.csv"],
          ...["--elig", "s3://drops/in/elig.parquet"],
          ...["--group-ratios", "s3://drops/in/ratios.csv"],
          ...["--user-groups", `s3://drops/in/${encodeURIComponent(ODD)}`],
          ...["--out", "a.csv", "--summary", "s.json", "--connect-timeout", "20", ...more],
        ],
        {
          cwd: folder.path,
          permissions: ["--allow-all"],
          env: {
            AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
            AWS_REGION: "us-east-1",
            AWS_ACCESS_KEY_ID: key,
            AWS_SECRET_ACCESS_KEY: secret,
            ...change,
          },
        },
      );
    const { code, stderr } = await run({});
    assertEquals(code, 0, stderr);
    assertEquals(folder.read("a.csv").trim().split("\n").length, 1 + 5);
    assert(!folder.read("s.json").includes(secret) && !stderr.includes(secret), stderr);
    assert(!folder.read("s.json").includes("_timeout="), "limits of time are no part of a name");
    // Engines write numbers in their own way.
    const rows = (text: string) =>
      text.trim().split("\n").slice(1).map((row) => row.split(",").slice(0, 2).join()).sort();
    const here = rows(folder.read("a.csv"));
    const fetched = await run({}, ["--engine", "duckdb", "--memory", "500MB"]);
    assertEquals(fetched.code, 0, fetched.stderr);
    assertEquals(rows(folder.read("a.csv")), here);
    Deno.removeSync(`${folder.path}/a.csv`);
    const faults: [Record<string, string>, string[], string][] = [
      [{ AWS_SECRET_ACCESS_KEY: "other" }, [], "403 SignatureDoesNotMatch"],
      [{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, [], "AWS_ACCESS_KEY_ID and"],
      [{}, ["--caps", "s3://drops/in/none.csv"], "none.csv: the server answers 404 NoSuchKey"],
      [{}, ["--caps", "s3://drops/in/a#b.csv"], "in a key write ? and # as %3F and %23"],
      [{ AWS_ENDPOINT_URL: `http://127.0.0.1:${freePort()}` }, [], "connection refused"],
    ];
    for (const [change, more, expected] of faults) {
      const { code, stderr } = await run(change, more);
      assertEquals(code, 1);
      assert(stderr.includes(expected) && stderr.trim().split("\n").length <= 2, stderr);
      assert(!folder.names().includes("a.csv"));
    }
  } finally {
    await child.stdin.close();
    await child.status;
  }
});
