import type { RedisOption } from "../../../src";
import type { Fault } from "../faults";

/** What the workers of a round keep their results in, and what can happen to it. */
export interface Deployment {
  /** The option of the worker at that place. It goes to another process as JSON. */
  redisOf(index: number): RedisOption;
  readonly faults: Readonly<Record<string, Fault>>;
  close(): Promise<void>;
}
