/**
 * Files of a web server in the place of files: CSV (plain or compressed) and Parquet by `http://`, `https://` or `s3://`.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { hideInAddress } from "../base/secrets.ts";
import { type Environment, processEnvironment } from "./environment.ts";
import { CONNECT_TIMEOUT, IDLE_TIMEOUT } from "./credentials.ts";

/** Whether `text` is the address of a file on the web or in S3. */
export function isWebUrl(text: string): boolean {
  return /^(?:https?|s3):\/\//i.test(text);
}

/**
 * Opens a file of a web server. User and password of the address travel as Basic authentication.
 *
 * @throws InputError where there is no such file or server, it does not answer in time, or sends a page in place of a file
 */
export async function openWebFile(
  address: string,
  env: Environment = processEnvironment,
): Promise<ReadableStream<Uint8Array>> {
  const name = hideInAddress(address);
  const fault = (what: string) => new InputError(`${name}: ${what}`, { file: name });
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw fault("not an address of the web");
  }
  const request = url.protocol === "s3:" ? await ofBucket(url, name, env) : ofServer(url);
  const ending = new AbortController();
  const watch = new Silence(ending, fault);
  watch.limit(CONNECT_TIMEOUT, "can't connect: no answer");
  let response: Response;
  try {
    response = await fetch(request.url, { headers: request.headers, signal: ending.signal });
  } catch (error) {
    watch.end();
    throw ending.signal.aborted ? ending.signal.reason : fault(reasonOf(error, request.url));
  }
  watch.limit(IDLE_TIMEOUT, "no byte came");
  if (!response.ok || /^text\/html/i.test(response.headers.get("content-type") ?? "")) {
    watch.end();
    await response.body?.cancel();
    throw fault(
      response.ok
        ? "a web page came, expected a file"
        : `the server answers ${response.status} ${response.statusText}`.trim(),
    );
  }
  return watch.over(response.body ?? new Blob([]).stream());
}

/** The request for a file of a web server. */
function ofServer(url: URL): { url: URL; headers: Headers } {
  const headers = new Headers({ accept: "*/*" });
  if (url.username === "") return { url, headers };
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const bytes = new TextEncoder().encode(login);
  headers.set("authorization", `Basic ${btoa(String.fromCharCode(...bytes))}`);
  const plain = new URL(url);
  plain.username = plain.password = "";
  return { url: plain, headers };
}

/**
 * The request for an object of a bucket, `s3://BUCKET/KEY`, signed with the key that the environment has; without one it
 * goes unsigned, as public buckets take it.
 */
async function ofBucket(
  { hostname: bucket, pathname }: URL,
  name: string,
  env: Environment,
): Promise<{ url: URL; headers: Headers }> {
  if (bucket === "" || pathname.length < 2) {
    throw new InputError(`${name}: names no object, expected s3://BUCKET/KEY`, { file: name });
  }
  const region = env.variable("AWS_REGION") ?? env.variable("AWS_DEFAULT_REGION") ?? "us-east-1";
  // Servers of one's own have no name for each bucket.
  const own = env.variable("AWS_ENDPOINT_URL_S3") ?? env.variable("AWS_ENDPOINT_URL");
  const url = own === undefined
    ? new URL(`https://${bucket}.s3.${region}.amazonaws.com${pathname}`)
    : new URL(`${own.replace(/\/$/, "")}/${bucket}${pathname}`);
  const accessKeyId = env.variable("AWS_ACCESS_KEY_ID");
  const secretAccessKey = env.variable("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return { url, headers: new Headers() };
  }
  const { signedHeaders } = await import("../deps/aws4fetch.ts");
  const sessionToken = env.variable("AWS_SESSION_TOKEN");
  const headers = await signedHeaders(url, {
    ...{ accessKeyId, secretAccessKey, region },
    ...(sessionToken !== undefined && { sessionToken }),
  });
  return { url, headers };
}

function reasonOf(error: unknown, { hostname, host }: URL): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = `${error} ${cause ?? ""}`;
  if (/NotCapable|Requires net access/.test(text)) {
    return `not permitted to connect (--allow-net=${host})`;
  }
  if (/certificate/i.test(text)) return "the server's certificate is not accepted";
  if (/refused/i.test(text)) return "connection refused: is the server running?";
  if (/dns|lookup/i.test(text)) return `can't connect: there is no host ${hostname}`;
  return "the connection was lost";
}

/** Ends a request when nothing comes for too long. */
class Silence {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seconds = 0;
  #what = "";

  constructor(readonly ending: AbortController, readonly fault: (what: string) => InputError) {}

  /** From now on so many seconds may pass. */
  limit(seconds: number, what: string): void {
    this.#seconds = seconds;
    this.#what = what;
    this.#heard();
  }

  #heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.ending.abort(this.fault(`${this.#what} for ${this.#seconds} s`)),
      1000 * this.#seconds,
    );
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** The body, its faults in one line each. */
  over(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          this.#heard();
          if (!done) return controller.enqueue(value);
          this.end();
          controller.close();
        } catch {
          this.end();
          const { aborted, reason } = this.ending.signal;
          controller.error(aborted ? reason : this.fault("the connection was lost"));
        }
      },
      cancel: (reason) => {
        this.end();
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }
}
