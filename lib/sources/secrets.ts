/**
 * Keeping passwords out of everything that is shown or written.
 *
 * @module
 */

/** What stands in a secret's place. */
const HIDDEN = "***";

/**
 * `text` with the password of every address in it and each of `secrets` replaced by `***`, as they stand or
 * percent-encoded.
 *
 * @example
 * ```ts
 * import { hideSecrets } from "./secrets.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(hideSecrets("postgres://ann:s3cret@db/x"), "postgres://ann:***@db/x");
 * ```
 */
export function hideSecrets(text: string, secrets: readonly (string | null)[] = []): string {
  // Up to the last @ before the path: a password may itself hold an unescaped @.
  let shown = text.replace(
    /([a-z][a-z0-9+.-]*:\/\/[^\s:@/?#]*):[^\s/?#]*@/gi,
    (_, head) => `${head}:${HIDDEN}@`,
  );
  for (const secret of secrets) {
    if (secret === null || secret === "") continue;
    for (
      const form of new Set([
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
      ])
    ) {
      shown = shown.replaceAll(form, HIDDEN);
    }
  }
  return shown;
}
