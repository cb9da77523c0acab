/**
 * Addresses of files on the web and in S3, which may stand wherever a file's name may.
 *
 * @module
 */
import { hideInAddress } from "../base/text/secrets.ts";

/** Whether `text` is the address of a file on the web or in S3. */
export function isWebUrl(text: string): boolean {
  return /^(?:https?|s3):\/\//i.test(text);
}

/** The address for messages, without its password and limits of time. */
export function webName(address: string): string {
  return hideInAddress(address.replace(/#(?:connect|idle)_timeout=[^#]*$/, ""));
}

/** The address with a limit of time (`connect_timeout` or `idle_timeout`, in seconds) behind a `#`, which is not sent to servers. */
export function withLimit(address: string, name: string, seconds: string): string {
  return `${address}${address.includes("#") ? "&" : "#"}${name}=${seconds}`;
}
