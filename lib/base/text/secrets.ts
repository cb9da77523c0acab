/**
 * Keeping passwords out of everything that is shown or written.
 *
 * @module
 */

/** What stands in a secret's place. */
const HIDDEN = "***";

/**
 * Query parameters of an address whose values are secrets. One that is hidden already stays as it is: behind it may stand the
 * line and the colon of a message, `x.csv?token=***:5: …`. A name is looked through once, however long it
 * is: from its first question mark on, as it may hold more of them.
 */
const SECRET_SETTING =
  /((?:&|(?<=(?:^|[=&\s])[^=&?\s]*)\?)(?=[^=&\s]*(?:pass|pwd|secret|token|key|credential|signature))[^=&\s]*=|[?&](?:sig|auth|authorization|jwt)=)(?!\*{3}(?::\d+)*:?(?:[\s&]|$))[^&\s]*/gi;

/** What an address begins with, and a sign of it. */
const SCHEME_SIGN = /[a-z0-9+.-]/i, LETTER = /[a-z]/i;

/** Least length of a secret that is hidden outside addresses: a shorter one may be an ordinary word. */
const LEAST_LENGTH = 8;

/**
 * `text` with the password of everything in it that looks like an address hidden, whatever its scheme: from the first `:`
 * after `//` up to the last `@` before the next blank, or before the end of the quotes that it stands in, because a password
 * may itself hold `@`, `/`, `#`, `?` and `://`. Also hidden: the values of query parameters such as `?password=`, and each
 * of `secrets` that has at least 8 characters, wherever it is not part of a longer word.
 *
 * @example
 * ```ts
 * import { hideSecrets } from "./secrets.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(hideSecrets("postgres://ann:s3c/r@t@db/x"), "postgres://ann:***@db/x");
 * ```
 */
export function hideSecrets(text: string, secrets: readonly (string | null)[] = []): string {
  // Within quotes an address may hold blanks.
  let shown = hideInWords(text).replace(/"(?:[^"\\\n]|\\.)*"/g, hideFromAddress);
  for (const secret of secrets) {
    if (secret === null || secret.length < LEAST_LENGTH) continue;
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    for (const form of new Set(forms)) shown = hideWord(shown, form);
  }
  return shown;
}

/**
 * Where an address begins, from `from` on: at the scheme before the first `://` that has one; −1: nowhere. Each sign is looked at
 * once: values of megabytes come here.
 */
function addressAt(text: string, from: number): number {
  for (let at = text.indexOf("://", from); at >= 0; at = text.indexOf("://", at + 3)) {
    let begin = at;
    for (let i = at - 1; i >= from && SCHEME_SIGN.test(text[i]); i--) {
      if (LETTER.test(text[i])) begin = i;
    }
    if (begin < at) return begin;
  }
  return -1;
}

/** `text` with the password of each address hidden; an address ends at a blank. */
function hideInWords(text: string): string {
  let shown = "", from = 0;
  for (let begin = addressAt(text, 0); begin >= 0; begin = addressAt(text, from)) {
    const length = text.slice(begin).search(/\s|$/);
    shown += text.slice(from, begin) + hideInAddress(text.slice(begin, begin + length));
    from = begin + length;
  }
  return shown + text.slice(from);
}

/** One address, blanks in its password included, without its password. */
export function hideInAddress(address: string): string {
  const begin = address.indexOf("://") + 3;
  const at = address.lastIndexOf("@"), colon = address.indexOf(":", begin);
  const shown = colon < 0 || at < colon
    ? address
    : `${address.slice(0, colon)}:${HIDDEN}${address.slice(at)}`;
  return shown.replace(SECRET_SETTING, `$1${HIDDEN}`);
}

/** A value whose address, if it has one, reaches from its scheme to the value's end: without the password. */
export function hideFromAddress(value: string): string {
  const begin = addressAt(value, 0);
  return begin < 0 ? value : value.slice(0, begin) + hideInAddress(value.slice(begin));
}

/** `text` with `secret` hidden wherever it is not part of a longer word. */
function hideWord(text: string, secret: string): string {
  const escaped = secret.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const before = /^[\p{L}\p{N}_]/u.test(secret) ? "(?<![\\p{L}\\p{N}_])" : "";
  const after = /[\p{L}\p{N}_]$/u.test(secret) ? "(?![\\p{L}\\p{N}_])" : "";
  return text.replace(new RegExp(before + escaped + after, "gu"), HIDDEN);
}

/** `message` with each of `args` that is an address, as it stands or in quotes, shown without its password. */
export function hideArguments(message: string, args: readonly string[]): string {
  let shown = message;
  for (const arg of args) {
    const hidden = hideFromAddress(arg);
    if (hidden === arg) continue;
    for (const [form, safe] of [[arg, hidden], [quoted(arg), quoted(hidden)]]) {
      shown = shown.replaceAll(form, safe);
    }
  }
  return hideSecrets(shown);
}

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
