// The package's own types are not found under "exports", and want those of ioredis. What is used here:
declare module "redlock" {
  /** A client of ioredis, as far as redlock calls it. `args` are the keys, then the arguments. */
  export interface RedlockClient {
    evalsha(sha: string, keys: number, args: readonly (string | number)[]): Promise<unknown>;
    eval(script: string, keys: number, args: readonly (string | number)[]): Promise<unknown>;
    quit(): Promise<unknown>;
  }

  export class ResourceLockedError extends Error {}

  export interface Lock {
    /** By `Date.now()`; 0 once it was released or replaced by an extension. */
    readonly expiration: number;
    release(): Promise<unknown>;
    /** Resolves to the lock that takes this one's place. */
    extend(duration: number): Promise<Lock>;
  }

  export default class Redlock {
    constructor(clients: Iterable<RedlockClient>, settings?: { readonly retryCount?: number });
    /** Of every vote against, also of those that are outvoted. */
    on(event: "error", listener: (error: Error) => void): this;
    acquire(resources: readonly string[], duration: number): Promise<Lock>;
  }
}
