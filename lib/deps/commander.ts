/**
 * Command-line parsing. Commander stands where Cliffy was planned: Cliffy's API is modelled on it, but
 * Cliffy is published on JSR only. With JSR at hand this is the one file to change (and
 * lib/cli/frame/command.ts, the one file that extends its classes).
 *
 * @module
 */
export { Argument, Command, CommanderError, Help, Option } from "npm:commander@15.1.0";
