/** Base of every error that this package throws. `code` is stable; messages are for people. */
export class CacheopsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A wrong option, profile or environment. Thrown by `initialize()`, before anything is read or written. */
export class CacheopsConfigError extends CacheopsError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("CACHEOPS_CONFIG", message, options);
  }
}

/** The store refused, failed or could not be reached, and `onStoreError` is `"throw"`. */
export class CacheopsStoreError extends CacheopsError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("CACHEOPS_STORE", message, options);
  }
}

/** Locks that nobody can hold: the message names the option and what would be right. Thrown by `initialize()`. */
export class CacheopsLockError extends CacheopsError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("CACHEOPS_LOCK", message, options);
  }
}

/** Something that this package cannot do with the given database, TypeORM version or value. */
export class CacheopsUnsupportedError extends CacheopsError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("CACHEOPS_UNSUPPORTED", message, options);
  }
}
