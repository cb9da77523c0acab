/** An authority and certificates of its making, by openssl: for servers of tests that speak TLS. */

import { succeeds } from "./command.ts";

/** Whether openssl is there. */
export const hasOpenssl: boolean = await succeeds("openssl", ["version"]);

/** A certificate and its key, as files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a test's servers may show. */
export interface Certificates {
  /** File with the authority's own certificate. */
  readonly authority: string;
  /** For localhost and 127.0.0.1. */
  readonly right: Certificate;
  /** For another host. */
  readonly wrongHost: Certificate;
  /** For localhost and 127.0.0.1, until yesterday. */
  readonly expired: Certificate;
  /** For localhost and 127.0.0.1, by nobody. */
  readonly selfSigned: Certificate;
}

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const HERE = "subjectAltName=DNS:localhost,IP:127.0.0.1";

/** Makes them in a folder. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const file = (name: string): Certificate => ({
    certificate: `${folder}/${name}.pem`,
    key: `${folder}/${name}.key`,
  });
  const selfMade = async (name: string, subject: string, ...extensions: string[]) => {
    const { certificate, key } = file(name);
    const added = extensions.flatMap((e) => ["-addext", e]);
    await openssl(
      "req",
      "-x509",
      ...EC,
      "-keyout",
      key,
      "-out",
      certificate,
      "-days",
      "2",
      "-subj",
      subject,
      ...added,
    );
  };
  await selfMade(
    "ca",
    "/CN=Divvy tests",
    "basicConstraints=critical,CA:TRUE",
    "keyUsage=keyCertSign",
  );
  await selfMade("self", "/CN=localhost", HERE);
  const made = async (name: string, names: string, days: string) => {
    const { certificate, key } = file(name), request = `${folder}/${name}.csr`;
    await openssl("req", ...EC, "-keyout", key, "-out", request, "-subj", `/CN=${name}`);
    await Deno.writeTextFile(`${folder}/${name}.ext`, `${names}\nbasicConstraints=CA:FALSE\n`);
    const ca = ["-CA", `${folder}/ca.pem`, "-CAkey", `${folder}/ca.key`, "-CAcreateserial"];
    await openssl(
      "x509",
      "-req",
      "-in",
      request,
      ...ca,
      "-out",
      certificate,
      "-extfile",
      `${folder}/${name}.ext`,
      "-days",
      days,
    );
    return { certificate, key };
  };
  return {
    authority: file("ca").certificate,
    right: await made("right", HERE, "2"),
    wrongHost: await made("wrong", "subjectAltName=DNS:other.example", "2"),
    expired: await made("expired", HERE, "-1"),
    selfSigned: file("self"),
  };
}

/** Runs openssl. */
export async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args }).output();
  if (!success) throw new Error(`openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
