import type { CacheopsEmitter } from "../events";

/** Tells each warning once: to the listeners of `warning`, or to the process if there are none. */
export function createWarnings(events: CacheopsEmitter): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    // Bounded: a message may hold the name of a table, but there are only so many of those.
    if (told.has(message) || told.size >= 1000) return;
    told.add(message);
    if (!events.emit("warning", message)) process.emitWarning(message, { type: "CacheopsWarning" });
  };
}
