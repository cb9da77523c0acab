/**
 * Command-line parsing by Commander. Cliffy, whose API is modelled on it, is on JSR only; to change to it, replace this file and
 * lib/cli/frame/command.ts, which extends Commander's classes.
 *
 * @module
 */
export { Argument, Command, CommanderError, Help, Option } from "npm:commander@15.1.0";
