/** PostgreSQL over TLS: every sslmode with every certificate, as libpq has them. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import type { Environment } from "../../../lib/sources/environment.ts";
import { openSource } from "../../../lib/sources/open_source.ts";
import {
  type Certificates,
  hasOpenssl,
  makeCertificates,
  openssl,
} from "../../support/certificates.ts";
import { postgresUrl } from "../../support/database.ts";
import { PASSWORD, postgresPrograms, serverTest, startPostgres } from "../../support/servers.ts";
import { withFolder } from "../../support/temp_folder.ts";

/** Nothing but the files. */
const environment: Environment = {
  variable: () => undefined,
  file: (path) => Deno.readTextFile(path).catch(() => undefined),
  othersMayRead: () => Promise.resolve(false),
};

/** "tls" or "plain", as the server has it, or why there is no connection. */
async function connects(port: number, settings: string, host: string): Promise<string> {
  return await withFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/q.sql`,
      "SELECT CASE WHEN ssl THEN 'tls' ELSE 'plain' END AS how FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    const url = postgresUrl(port, `?query=${folder}/q.sql${settings}`).replace("127.0.0.1", host);
    try {
      const { bytes } = await openSource(url, { environment });
      return (await new Response(bytes).text()).split("\n")[1];
    } catch (error) {
      const { message } = error as Error;
      assert(!message.includes("\n") && !message.includes("s3cret"), message);
      return message;
    }
  });
}

type ServerCertificate = Exclude<keyof Certificates, "authority">;
const OK = "tls";

/** What each certificate leads to under each mode, the authority known; a text is a part of the message. */
const EXPECTED: Record<ServerCertificate, Record<string, string>> = {
  right: { "require": OK, "verify-ca": OK, "verify-full": OK },
  wrongHost: { "require": OK, "verify-ca": OK, "verify-full": "is for another host than" },
  expired: {
    "require": "certificate has expired",
    "verify-ca": "certificate has expired",
    "verify-full": "certificate has expired",
  },
  selfSigned: {
    "require": "is self-signed",
    "verify-ca": "is self-signed",
    "verify-full": "is self-signed",
  },
};

if (!hasOpenssl) console.error("skipped, as openssl is not installed: TLS to PostgreSQL");
else {
  for (const [name, modes] of Object.entries(EXPECTED)) {
    serverTest(
      ["postgres"],
      `TLS to PostgreSQL, certificate: ${name}`,
      () =>
        withFolder(async (folder) => {
          const made = await makeCertificates(folder);
          await using group = await startPostgres({ certificate: made[name as ServerCertificate] });
          const [{ port }] = group.servers;
          for (const [mode, expected] of Object.entries(modes)) {
            for (const host of ["127.0.0.1", "localhost"]) {
              const known = await connects(
                port,
                `&sslmode=${mode}&sslrootcert=${made.authority}`,
                host,
              );
              assert(known.includes(expected), `${mode} ${host}: ${known}, not ${expected}`);
              const unknown = await connects(port, `&sslmode=${mode}`, host);
              // Without a file nothing can be verified: only require connects then.
              const then = mode === "require" ? OK : "needs the certificate of an authority";
              assert(unknown.includes(then), `${mode} ${host}: ${unknown}, not ${then}`);
            }
          }
          assertEquals(await connects(port, "&sslmode=disable", "127.0.0.1"), "plain");
          for (const [mode, how] of [["allow", "plain"], ["prefer", OK]]) {
            assertEquals(await connects(port, `&sslmode=${mode}`, "127.0.0.1"), how);
          }
          assertEquals(await connects(port, "", "127.0.0.1"), OK);
          // What can't be verified is left for a plain connection, which prefer allows.
          const verified = await connects(
            port,
            `&sslmode=prefer&sslrootcert=${made.authority}`,
            "127.0.0.1",
          );
          assertEquals(verified, modes.require === OK ? OK : "plain");
          if (name === "right") {
            const other = `&sslmode=verify-ca&sslrootcert=${made.selfSigned.certificate}`;
            assert(
              (await connects(port, other, "localhost")).includes(
                "of an authority that sslrootcert",
              ),
            );
            const system = await connects(port, "&sslrootcert=system", "localhost");
            assert(system.includes("of an authority that sslrootcert"), system);
          }
        }),
    );
  }

  serverTest(
    ["postgres"],
    "a certificate as PostgreSQL's manual makes it is its own authority, as psql has it",
    () =>
      withFolder(async (folder) => {
        const certificate = `${folder}/own.pem`, key = `${folder}/own.key`;
        await openssl(
          ...["req", "-new", "-x509", "-days", "2", "-nodes", "-text", "-subj", "/CN=localhost"],
          ...["-out", certificate, "-keyout", key],
        );
        await using group = await startPostgres({ certificate: { certificate, key } });
        const [{ port }] = group.servers;
        for (const mode of ["require", "verify-ca", "verify-full"]) {
          for (const host of ["localhost", "127.0.0.1"]) {
            const how = await connects(port, `&sslmode=${mode}&sslrootcert=${certificate}`, host);
            const { success } = await new Deno.Command(`${postgresPrograms}/psql`, {
              args: ["-tAc", "SELECT 1"],
              env: {
                PGHOST: host,
                PGPORT: String(port),
                PGUSER: "postgres",
                PGPASSWORD: PASSWORD,
                PGSSLMODE: mode,
                PGSSLROOTCERT: certificate,
              },
            }).output();
            assertEquals(how === OK, success, `${mode} ${host}: ${how}`);
            assertEquals(success, mode !== "verify-full" || host === "localhost");
          }
        }
        await Deno.writeTextFile(`${folder}/none.pem`, "no certificate\n");
        const odd = await connects(
          port,
          `&sslmode=require&sslrootcert=${folder}/none.pem`,
          "localhost",
        );
        assert(odd.includes("none.pem holds no certificate, expected PEM"), odd);
      }),
  );

  serverTest(
    ["postgres"],
    "servers that take TLS only, or none of it, are told apart",
    () =>
      withFolder(async (folder) => {
        const { right } = await makeCertificates(folder);
        const only = (kind: string) =>
          startPostgres({ certificate: right, hba: `${kind} all all all scram-sha-256\n` });
        await using tlsOnly = await only("hostssl");
        await using plainOnly = await only("hostnossl");
        await using none = await startPostgres();
        const cases: [number, string, string][] = [
          [tlsOnly.servers[0].port, "disable", "no encryption"],
          [tlsOnly.servers[0].port, "allow", OK],
          [tlsOnly.servers[0].port, "prefer", OK],
          [plainOnly.servers[0].port, "prefer", "plain"],
          [plainOnly.servers[0].port, "allow", "plain"],
          [plainOnly.servers[0].port, "require", "SSL encryption"],
          [none.servers[0].port, "prefer", "plain"],
          [
            none.servers[0].port,
            "require",
            "the server does not speak TLS, and sslmode asks for it",
          ],
        ];
        for (const [port, mode, expected] of cases) {
          const found = await connects(port, `&sslmode=${mode}`, "127.0.0.1");
          assert(found.includes(expected), `${mode}: ${found}, not ${expected}`);
          assert(!found.includes("with the password given"), found);
        }
      }),
  );
}
