export type Argument = string | Buffer;

/** Sends a command to the node where `key` lives. Bulk strings of the reply are Buffers. */
export type Send = (key: Argument, args: readonly Argument[]) => Promise<unknown>;

/** Sends a command to one node. */
export type NodeSend = (args: readonly Argument[]) => Promise<unknown>;

/** A client of whatever package, as the store uses it. */
export interface Link {
  /** Where it leads, for messages; no password. */
  readonly address: string;
  /** Keys live in slots, on several nodes: a script may only use keys of one. */
  readonly slotted: boolean;
  /** Whether a command would be sent now, and not queued. */
  readonly isReady: boolean;
  /**
   * Resolves once commands can be sent, rejects when it cannot be (an own client then goes on trying until `close`).
   * `giveUp`: nobody waits any longer.
   */
  open(giveUp: AbortSignal): Promise<void>;
  /** Ends what `open` began; a client that was handed in stays as it is. */
  close(): void;
  readonly send: Send;
  /** For each node that owns keys, one that sends to it. */
  nodes(): readonly NodeSend[];
  /**
   * Calls `lost` each time a connection to a node that owns keys is lost, or its owner has become another one,
   * before any call rejects for that. Until `unwatch`.
   */
  watch(lost: (reason: unknown) => void): void;
  unwatch(): void;
  /** Tells, by `lost`, what no event tells. Called before the answer of a call is given out. */
  check?(): void;
}
