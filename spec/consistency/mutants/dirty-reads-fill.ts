import { Session } from "../../../src/core/session";

/** A transaction that has written hits and fills as if it had not. */
Object.defineProperty(Session.prototype, "dirty", { get: () => false });
