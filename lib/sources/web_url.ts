/**
 * Addresses of files on the web and in S3 that stand where a file name may stand.
 *
 * @module
 */
import { hideInAddress } from "../base/secrets.ts";

/** Whether `text` is the address of a file on the web or in S3. */
export function isWebUrl(text: string): boolean {
  return /^(?:https?|s3):\/\//i.test(text);
}

/** The address as it may be shown: no password, no limits of time. */
export function webName(address: string): string {
  return hideInAddress(address.replace(/#(?:connect|idle)_timeout=[^#]*$/, ""));
}

/** The address with a limit of time, `connect_timeout` or `idle_timeout` in seconds, behind a `#`: no server is sent it. */
export function withLimit(address: string, name: string, seconds: string): string {
  return `${address}${address.includes("#") ? "&" : "#"}${name}=${seconds}`;
}
