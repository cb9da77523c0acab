/**
 * Validation of JSON input (problem files, scenario files, configuration, certificates).
 *
 * @module
 */
export { z } from "npm:zod@4.6.7";
