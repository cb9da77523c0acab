/**
 * A session in a worker: solving keeps the server answering.
 *
 * @module
 */
import { issueCertificate } from "../../api/certificate.ts";
import { serveSession, type WorkerScope } from "./session_host.ts";

serveSession(self as unknown as WorkerScope, issueCertificate);
