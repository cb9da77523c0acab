/**
 * The thread that keeps the line of progress alive; see live_line.ts.
 *
 * @module
 */
import { type LineScope, serveLine } from "./live_line.ts";

serveLine(self as unknown as LineScope);
