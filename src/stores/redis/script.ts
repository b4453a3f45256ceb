import { createHash } from "node:crypto";
import type { Argument, Send } from "./links/link";

/** A Lua script, sent by its hash; by its text once per start of each server. */
export class Script {
  private readonly sha: string;

  constructor(private readonly source: string) {
    this.sha = createHash("sha1").update(source).digest("hex");
  }

  /** At the node where the keys live: all share a slot. */
  async run(
    send: Send,
    keys: readonly [Argument, ...Argument[]],
    args: readonly Argument[],
  ): Promise<unknown> {
    const operands = [String(keys.length), ...keys, ...args];
    try {
      return await send(keys[0], ["EVALSHA", this.sha, ...operands]);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return send(keys[0], ["EVAL", this.source, ...operands]);
    }
  }
}

/** Only the first word: the rest of the sentence differs between Redis and Valkey. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.split(" ", 1)[0] === "NOSCRIPT";
}
