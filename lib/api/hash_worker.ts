/**
 * A thread that hashes a drop's pairs; see hashes_aside.ts.
 *
 * @module
 */
import { type HashScope, serveHash } from "./hashes_aside.ts";

serveHash(self as unknown as HashScope);
