export interface TimeLimits {
  /** Milliseconds for one operation. */
  readonly operation: number;
  /** Milliseconds until `connect` gives up waiting. An own client goes on trying. */
  readonly connect: number;
}
