/**
 * A session in a worker: solving keeps the server answering.
 *
 * @module
 */
import { issueCertificate } from "../../api/certificate.ts";
import { serveSession } from "./session_host.ts";
import { workerScope } from "../../base/platform/worker_scope.ts";

serveSession(workerScope, issueCertificate);
