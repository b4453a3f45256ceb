import type { BypassReason, Outcome } from "../events";
import type { Lookup, Snapshot } from "../stores/store";
import type { Answer, Loaded, Wanted } from "./wanted";

/** What a look-up gave, and what was known when it was asked. */
export interface Found extends Lookup {
  /** Which alterations of tables the plan knew. */
  readonly known: string;
  /** There has been another one since. */
  readonly outdated: boolean;
  /** Before the look-up, on `performance.now()`. */
  readonly asked: number;
}

export function flightKey<T>({ plan }: Wanted<T>, { snapshot }: Found): string {
  return [plan.entry.hash, ...snapshot.versions].join(" ");
}

export function outcomeOf({ entry }: Found): Outcome {
  return entry ? "stale" : "miss";
}

/** The runner may have begun to write while the store was asked: then the answer is not for it. */
export function refusal<T>({ session }: Wanted<T>, found: Lookup): BypassReason | undefined {
  return found.snapshot.fenced ? "write-in-flight" : session().unshareable;
}

/** Why the answer cannot be relied on by others, and hence not be stored. */
export function whyNotRelied<T>(
  { shareable, behind, reason }: Loaded<T> & { readonly behind: boolean },
  { outdated }: Found,
): BypassReason | undefined {
  if (!shareable) return reason ?? "dirty-transaction";
  if (behind) return "replica-lag";
  return outdated ? "altered" : undefined;
}

export function answered<T>(value: T, snapshot: Snapshot, unrelied: BypassReason | undefined): Answer<T> {
  return unrelied ? { value, snapshot: undefined, reason: unrelied } : { value, snapshot };
}
