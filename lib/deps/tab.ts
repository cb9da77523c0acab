/**
 * Shell completion scripts for bash, zsh, fish and PowerShell. What they call back, `divvy complete`, is
 * lib/cli/complete_run.ts: the package's own commander adapter answers every request with "no file names",
 * and most of Divvy's options are file names.
 *
 * @module
 */
export { script } from "npm:@bomb.sh/tab@0.0.22";
