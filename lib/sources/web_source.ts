/**
 * Reads files from web servers and S3, by `http://`, `https://` or `s3://`.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { waitsLonger } from "../base/option_words.ts";
import { type Environment, processEnvironment } from "./environment.ts";
import { CONNECT_TIMEOUT, IDLE_TIMEOUT } from "./credentials.ts";
import { reasonOf } from "./web_reason.ts";
import { webName } from "./web_url.ts";

/** A file whose bytes can be requested by ranges. */
export interface RangeReader {
  /** Size in bytes. */
  readonly size: number;
  /** The bytes `[from, to)`. */
  fetch(from: number, to: number): Promise<Uint8Array>;
}

/** An open file of a web server. */
export interface WebFile {
  /** All of its bytes. */
  readonly bytes: ReadableStream<Uint8Array>;
  /** Its bytes by ranges; null where the server sends whole files only. */
  readonly ranges: RangeReader | null;
}

/** Limits of time that an address may set behind a `#`, a part that is not sent to the server; and their defaults. */
const LIMITS = { connect_timeout: CONNECT_TIMEOUT, idle_timeout: IDLE_TIMEOUT };

/** A file to request. */
interface RequestedFile {
  readonly name: string;
  readonly isBucket: boolean;
  /** Makes a request; one to S3 is signed each time. */
  readonly request: () => Promise<{ url: URL; headers: Headers }>;
  /** Seconds, 0 for no limit. */
  readonly limits: typeof LIMITS;
}

/**
 * Opens a file of a web server. User and password in the address are sent as Basic authentication.
 *
 * @throws {InputError} where there is no such file or server, or it does not answer in time or sends a web page
 */
export async function openWebFile(
  address: string,
  env: Environment = processEnvironment,
): Promise<WebFile> {
  const name = webName(address);
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new InputError(`${name}: not an address of the web`, { file: name });
  }
  const limits = timeLimitsOf(url.hash, name);
  const isBucket = url.protocol === "s3:";
  const request = async () => isBucket ? await ofBucket(url, name, env) : ofServer(url, name);
  const file = { name, isBucket, request, limits };
  const { response, watch } = await ask(file);
  const size = Number(response.headers.get("content-length") ?? NaN);
  const hasRanges = /\bbytes\b/.test(response.headers.get("accept-ranges") ?? "") &&
    response.headers.get("content-encoding") === null && size > 0;
  const ranges = hasRanges ? new WebRanges(file, size, stateOf(response)) : null;
  return { bytes: watch.over(response), ranges };
}

/** The limits of time in the part of an address behind `#`. */
function timeLimitsOf(hash: string, name: string): typeof LIMITS {
  const limits = { ...LIMITS };
  if (!/^#(?:connect|idle)_timeout=/.test(hash)) return limits;
  for (const [key, value] of new URLSearchParams(hash.slice(1))) {
    const seconds = value.trim() === "" ? NaN : Number(value);
    if (!Object.hasOwn(limits, key) || !(seconds >= 0 && seconds < Infinity)) {
      throw new InputError(`${name}: ${key} is "${value}", expected seconds ≥ 0; 0 for no limit`);
    }
    limits[key as keyof typeof LIMITS] = seconds;
  }
  return limits;
}

/** Requests the file, or a range of its bytes, and checks the answer. */
async function ask(
  { name, isBucket, request, limits }: RequestedFile,
  range?: string,
): Promise<{ response: Response; watch: SilenceWatch }> {
  const fault = (what: string) => new InputError(`${name}: ${what}`, { file: name });
  const { url, headers } = await request();
  if (range !== undefined) headers.set("range", range);
  const ending = new AbortController();
  const watch = new SilenceWatch(ending, fault);
  watch.limit(limits.connect_timeout, "can't connect: no answer", "connect");
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: ending.signal });
  } catch (error) {
    watch.end();
    throw ending.signal.aborted ? ending.signal.reason : fault(reasonOf(error, url));
  }
  watch.limit(limits.idle_timeout, "no byte came", "idle");
  if (!response.ok) {
    const answer = await beginningOf(watch.over(response));
    const unsigned = isBucket && response.status === 403 && !headers.has("authorization")
      ? " (unsigned: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set)"
      : "";
    const code = /<Code>(\w+)<\/Code>/.exec(answer)?.[1] ?? response.statusText;
    throw fault(`the server answers ${response.status} ${code}`.trim() + unsigned);
  }
  if (range === undefined && response.status === 206) {
    watch.end();
    await response.body?.cancel();
    throw fault("the server sent a part of the file, expected all of it");
  }
  if (/^text\/html/i.test(response.headers.get("content-type") ?? "")) {
    watch.end();
    await response.body?.cancel();
    throw fault("a web page came, expected a file");
  }
  return { response, watch };
}

/** Most bytes that are read of an answer that is an error: it may never end. */
const MOST_OF_ANSWER = 1 << 16;

/** The beginning of an answer that is an error, as far as it comes. */
async function beginningOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "", size = 0;
  try {
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true });
      if ((size += bytes.length) >= MOST_OF_ANSWER) break;
    }
  } catch {
    // The status says what is wrong.
  }
  return text;
}

/** Identifies the state of a file, to see whether it changes. */
function stateOf({ headers }: Response): string {
  return headers.get("etag") ?? headers.get("last-modified") ?? "";
}

/** A file of a web server, read by ranges; where it turns out that the server sends whole files only, held in memory. */
class WebRanges implements RangeReader {
  #whole: Promise<Uint8Array> | null = null;

  constructor(readonly file: RequestedFile, readonly size: number, readonly state: string) {}

  async fetch(from: number, to: number): Promise<Uint8Array> {
    if (this.#whole !== null) return (await this.#whole).subarray(from, to);
    const { response, watch } = await ask(this.file, `bytes=${from}-${to - 1}`);
    const body = watch.over(response);
    const place = response.headers.get("content-range");
    // `*`: the server does not say how large the file is.
    const isResized = place !== null && !/\/\*$/.test(place) && !place.endsWith(`/${this.size}`);
    if (stateOf(response) !== this.state || isResized) {
      await body.cancel();
      throw this.#fault("changed while it was read");
    }
    if (response.status !== 206) return (await this.#keepWhole(body)).subarray(from, to);
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    if (bytes.length !== to - from || !place?.startsWith(`bytes ${from}-`)) {
      throw this.#fault("the server sent other bytes than it was asked for");
    }
    return bytes;
  }

  /** All bytes, of the first of the answers that are the whole file. */
  async #keepWhole(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
    if (this.#whole !== null) {
      await body.cancel();
      return this.#whole;
    }
    this.#whole = new Response(body).arrayBuffer().then((bytes) => {
      if (bytes.byteLength !== this.size) throw this.#fault("changed while it was read");
      return new Uint8Array(bytes);
    });
    return await this.#whole;
  }

  #fault(what: string): InputError {
    return new InputError(`${this.file.name}: ${what}`, { file: this.file.name });
  }
}

/** A request for a file of a web server. */
function ofServer(url: URL, name: string): { url: URL; headers: Headers } {
  const headers = new Headers({ accept: "*/*" });
  if (url.username === "" && url.password === "") return { url, headers };
  const [user, password] = [url.username, url.password].map((part) => unescaped(part, name));
  const login = `${user}:${password}`;
  const bytes = new TextEncoder().encode(login);
  headers.set("authorization", `Basic ${btoa(String.fromCharCode(...bytes))}`);
  const plain = new URL(url);
  plain.username = plain.password = "";
  return { url: plain, headers };
}

/** Text without its percent escapes. */
function unescaped(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InputError(`${name}: has a broken percent escape, expected % as %25`, { file: name });
  }
}

/**
 * A request for an object of a bucket, `s3://BUCKET/KEY`, signed with the key in the environment, or unsigned where there is
 * none, as public buckets allow.
 */
async function ofBucket(
  { hostname: bucket, pathname, search }: URL,
  name: string,
  env: Environment,
): Promise<{ url: URL; headers: Headers }> {
  if (bucket === "" || pathname.length < 2) {
    throw new InputError(`${name}: names no object, expected s3://BUCKET/KEY`, { file: name });
  }
  if (!/^(?:\?versionId=[^&]+)?$/.test(search) || name.includes("#")) {
    throw new InputError(
      `${name}: of what follows ? or # only versionId is known; in a key write ? and # as %3F and %23`,
      { file: name },
    );
  }
  // Like S3's own tools: a blank variable counts as not set.
  const set = (variable: string) => env.variable(variable)?.trim() || undefined;
  const region = set("AWS_REGION") ?? set("AWS_DEFAULT_REGION") ?? "us-east-1";
  // A server set by the user has no host name for each bucket, so the bucket becomes part of the path.
  const own = set("AWS_ENDPOINT_URL_S3") ?? set("AWS_ENDPOINT_URL");
  const path = keyPath(pathname, name);
  // So does a bucket with a dot in its name, which the certificate for `*.s3…` would not match.
  const root = own?.replace(/\/$/, "") ?? `https://s3.${region}.amazonaws.com`;
  const url = own !== undefined || bucket.includes(".")
    ? new URL(`${root}/${bucket}${path}${search}`)
    : new URL(`https://${bucket}.s3.${region}.amazonaws.com${path}${search}`);
  const accessKeyId = set("AWS_ACCESS_KEY_ID");
  const secretAccessKey = set("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return { url, headers: new Headers() };
  }
  const { signedHeaders } = await import("../deps/aws4fetch.ts");
  const sessionToken = set("AWS_SESSION_TOKEN");
  const headers = await signedHeaders(url, {
    accessKeyId,
    secretAccessKey,
    region,
    ...(sessionToken !== undefined && { sessionToken }),
  });
  return { url, headers };
}

/** An object's key as a path with every character but letters, digits and `-._~` escaped, as signatures require. */
function keyPath(pathname: string, name: string): string {
  return pathname.split("/").map((part) =>
    encodeURIComponent(unescaped(part, name)).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  ).join("/");
}

/** Aborts a request when no byte comes for too long. */
class SilenceWatch {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seconds = 0;
  #what = "";
  #limit: "connect" | "idle" = "connect";

  constructor(readonly ending: AbortController, readonly fault: (what: string) => InputError) {}

  /** Sets how many seconds may pass from now on, and what the error says and names. */
  limit(seconds: number, what: string, limit: "connect" | "idle"): void {
    this.#seconds = seconds;
    this.#what = what;
    this.#limit = limit;
    this.#restart();
  }

  #restart(): void {
    clearTimeout(this.#timer);
    if (this.#seconds === 0) return;
    this.#timer = setTimeout(() => {
      const what = `${this.#what} for ${this.#seconds} s (${waitsLonger(this.#limit)})`;
      this.ending.abort(this.fault(what));
    }, 1000 * this.#seconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** The body, watched; its errors are of one line. */
  over({ body: given, headers }: Response): ReadableStream<Uint8Array> {
    const body: ReadableStream<Uint8Array> = given ?? new Blob([]).stream();
    const encoding = headers.get("content-encoding");
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          this.#restart();
          if (!done) return controller.enqueue(value);
          this.end();
          controller.close();
        } catch {
          this.end();
          const { aborted, reason } = this.ending.signal;
          const what = "the connection was lost" +
            (encoding === null ? "" : `, or what came as content-encoding ${encoding} is damaged`);
          controller.error(aborted ? reason : this.fault(what));
        }
      },
      cancel: (reason) => {
        this.end();
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }
}
