/**
 * The studio's server: one page and one session, on this machine only.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { StudioEvents } from "./session/messages.ts";
import type { HostedSession } from "./session/hosted_session.ts";
import { pageHtml } from "./page_html.ts";

/** A server that runs. */
export interface StudioServer {
  /** Where the page is, its token in it. */
  readonly url: string;
  /** Sends an event to every page. */
  send(name: keyof StudioEvents, event: unknown): void;
  /** Stops serving; pages get notice that the session is gone. */
  close(): Promise<void>;
}

/** What is served. */
export interface Served {
  /** Answers calls. */
  readonly session: Pick<HostedSession, "call">;
  /** Name of the drop, for the page's title. */
  readonly title: string;
  /** The page's script, plain JavaScript. */
  readonly script: string;
  /** The page's style sheet. */
  readonly style: string;
  /** Port to listen on; 0: any. */
  readonly port: number;
}

/** Only this machine. */
const HOST = "127.0.0.1";
/** What whoever asks without the token is told: mostly it is a page of a studio that was stopped, loaded again. */
const STALE = "this address is not that of the studio that runs here: open the one that it printed";

/** Milliseconds between two signs of life to a page. */
const BEAT = 10_000;

/** Milliseconds that answers under way have to reach their pages when the server closes. */
const PATIENCE = 100;

/** Most bytes of a call. */
const LARGEST = 8 << 20;

/** Headers of every answer: nothing from elsewhere, nothing kept, no frame, no address handed on. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';img-src data:;" +
    "base-uri 'none';form-action 'none';frame-ancestors 'none'",
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Serves the page and the session's calls on 127.0.0.1. Every address begins with a random token; whoever asks without it, for
 * another host name (a name that an attacker's DNS points here) or from another origin's page is refused.
 *
 * @throws {UsageError} where the port is taken, or not for this user
 */
export function serveStudio({ session, title, script, style, port }: Served): StudioServer {
  const token = randomToken(), pages = new Pages(), ended = new AbortController();
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const { signal } = ended;
    server = Deno.serve({ hostname: HOST, port, signal, onListen: () => {} }, answerTo);
  } catch (error) {
    const why = error instanceof Deno.errors.AddrInUse
      ? "is in use"
      : error instanceof Deno.errors.PermissionDenied
      ? "may not be used"
      : null;
    if (why === null) throw error;
    throw new UsageError(`port ${port} ${why}: name another with --port, or none for any`);
  }
  const host = `${HOST}:${server.addr.port}`, origin = `http://${host}`;
  const files: Readonly<Record<string, () => Response>> = {
    "": () => answer(pageHtml(title), "text/html; charset=utf-8"),
    "page.js": () => answer(script, "text/javascript; charset=utf-8"),
    "page.css": () => answer(style, "text/css; charset=utf-8"),
    "events": () => answer(pages.open(() => session.call("open", null)), "text/event-stream"),
  };

  async function answerTo(request: Request): Promise<Response> {
    const path = pathOf(request);
    if (path === null) return refused(403, STALE);
    const call = /^api\/(\w+)$/.exec(path)?.[1];
    if (call !== undefined) {
      if (request.method !== "POST") return refused(405, "calls are posted");
      return await answerCall(session, call, request);
    }
    if (!Object.hasOwn(files, path)) return refused(404, "there is nothing here");
    if (request.method !== "GET") return refused(405, "this can be read only");
    return files[path]();
  }

  /** What is asked for, behind the token; null where whoever asks may not. */
  function pathOf(request: Request): string | null {
    const { headers } = request;
    const asked = headers.get("origin"), site = headers.get("sec-fetch-site");
    if (headers.get("host") !== host) return null;
    if (asked !== null && asked !== origin) return null;
    if (site !== null && site !== "same-origin" && site !== "none") return null;
    const [, given, ...rest] = new URL(request.url).pathname.split("/");
    return sameText(given, token) && rest.length > 0 ? rest.join("/") : null;
  }

  return {
    url: `${origin}/${token}/`,
    send: (name, event) => pages.send(name, event),
    async close() {
      pages.close();
      // The ends of their streams reach the pages first.
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      // Not server.shutdown(), which waits for whoever sends a call and never ends it.
      ended.abort();
      await server.finished;
    },
  };
}

/** 128 random bits, as hexadecimal digits. */
function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether two texts are the same, in a time that does not depend on where they differ. */
function sameText(a: string, b: string): boolean {
  let differ = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) differ |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return differ === 0;
}

function answer(body: BodyInit, type: string, status = 200): Response {
  return new Response(body, { status, headers: { ...HEADERS, "content-type": type } });
}

function answerJson(value: unknown, status = 200): Response {
  return answer(JSON.stringify(value ?? null), "application/json", status);
}

function refused(status: number, error: string): Response {
  return answerJson({ error }, status);
}

/** Answers a call: 200 with what the session says, 400 with what is wrong with it. */
async function answerCall(
  session: Served["session"],
  name: string,
  request: Request,
): Promise<Response> {
  let ask: unknown;
  try {
    const text = await textWithin(request, LARGEST);
    if (text === null) return refused(413, "that is too much for one call");
    ask = text === "" ? null : JSON.parse(text);
  } catch {
    return refused(400, "expected JSON");
  }
  try {
    return answerJson(await session.call(name, ask));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refused(error instanceof UsageError ? 400 : 500, message);
  }
}

/** What is posted, as text; null where it is longer than `most` bytes, which a request need not say beforehand. */
async function textWithin({ headers, body }: Request, most: number): Promise<string | null> {
  if (Number(headers.get("content-length") ?? 0) > most) return null;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "", length = 0;
  for await (const bytes of body ?? []) {
    length += bytes.length;
    if (length > most) return null;
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}

const encoder = new TextEncoder();

/** An event as a stream of them has it. */
function eventOf(name: keyof StudioEvents, event: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The pages that are open, each hearing events. */
class Pages {
  readonly #open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #beat = setInterval(() => this.#write(": here\n\n"), BEAT);

  /**
   * A stream of events for a page that opens. What the page begins with comes in the same stream, so that no event is lost
   * between it and those that follow.
   */
  open(opening: () => Promise<unknown>): ReadableStream<Uint8Array> {
    let own: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream({
      start: (controller) => {
        own = controller;
        controller.enqueue(encoder.encode("retry: 1000\n\n"));
        this.#open.add(controller);
        opening().then(
          (everything) => this.#write(eventOf("opening", everything), [controller]),
          ({ message }) => this.#write(eventOf("failed", { version: 0, message }), [controller]),
        );
      },
      cancel: () => {
        this.#open.delete(own);
      },
    });
  }

  /** Sends an event to all. */
  send(name: keyof StudioEvents, event: unknown): void {
    this.#write(eventOf(name, event));
  }

  #write(text: string, pages: Iterable<ReadableStreamDefaultController<Uint8Array>> = this.#open) {
    const bytes = encoder.encode(text);
    for (const page of pages) {
      try {
        page.enqueue(bytes);
      } catch {
        this.#open.delete(page);
      }
    }
  }

  /** Ends every stream. */
  close(): void {
    clearInterval(this.#beat);
    for (const page of this.#open) {
      try {
        page.close();
      } catch {
        // The page went away itself.
      }
    }
    this.#open.clear();
  }
}
