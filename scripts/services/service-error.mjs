/** A service that cannot be had. The message is one line for people and says what would help. */
export class ServiceError extends Error {
  /** @override */
  name = "ServiceError";
}
