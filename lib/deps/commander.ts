/**
 * Command-line parsing. Commander stands where Cliffy was planned: Cliffy's API is modelled on it, but
 * Cliffy is published on JSR only. With JSR at hand this is the one file to change.
 *
 * @module
 */
export {
  Argument,
  Command,
  CommanderError,
  Help,
  InvalidArgumentError,
  Option,
} from "npm:commander@15.1.0";
