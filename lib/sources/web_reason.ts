/**
 * Why a request to a web server failed, in words.
 *
 * @module
 */

/** What `fetch` threw, in words. A redirect may have led to another server than that of `url`, which is then named. */
export function reasonOf(error: unknown, url: URL): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = `${error} ${cause ?? ""}`;
  const led = hostIn(text), isElsewhere = led !== null && !namesOf(url).includes(led);
  const host = isElsewhere ? led : url.host;
  const hostname = isElsewhere ? led.replace(/:\d+$/, "") : url.hostname;
  const where = isElsewhere ? ` (a redirect led to ${led})` : "";
  if (/NotCapable|Requires net access/.test(text)) {
    return `not permitted to connect (--allow-net=${host})${where}`;
  }
  if (/redirect count|number of redirects/i.test(text)) return "the redirects don't end";
  if (/redirect to a non|URL scheme must be|Invalid URL/i.test(text)) {
    return "a redirect leads to no address of http:// or https://";
  }
  const [, port] = /Requests to port (\d+) are blocked/i.exec(text) ?? [];
  if (port !== undefined || /are blocked|blocked port|bad port/i.test(text)) {
    return `port ${port ?? url.port} is blocked for web requests`;
  }
  if (/certificate/i.test(text)) return `the server's certificate is not accepted${where}`;
  if (/corrupt message|wrong version number|packet length too long/i.test(text)) {
    return `the server does not speak TLS: is it http://?${where}`;
  }
  if (/refused/i.test(text)) return `connection refused: is the server running?${where}`;
  if (/dns|lookup|ENOTFOUND/i.test(text)) {
    return `can't connect: there is no host ${hostname}${where}`;
  }
  return `the connection was lost${where}`;
}

/** How a message may name the host of `url`. */
function namesOf({ host, hostname, protocol }: URL): string[] {
  return [host, hostname, `${hostname}:${protocol === "https:" ? 443 : 80}`];
}

/** The host, with its port where that is not the usual one, of the request that an error of `fetch` names; null: it names none. */
function hostIn(text: string): string | null {
  const [, address] = /error sending request for url \((\S+?)\):/.exec(text) ?? [];
  if (address !== undefined && URL.canParse(address)) return new URL(address).host;
  const [, asked] = /Requires net access to "([^"]+)"/.exec(text) ?? [];
  const [, sought] = /getaddrinfo \w+ (\S+)/.exec(text) ?? [];
  return asked ?? sought ?? null;
}
