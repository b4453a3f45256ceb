import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { RelayCommand } from "./relay-server";

/** A way to Redis for each worker, which can be cut. */
export class Relays {
  private constructor(
    private readonly child: ChildProcess,
    readonly urls: readonly string[],
  ) {}

  static async start(redisUrl: string, many: number): Promise<Relays> {
    const child = fork(join(__dirname, "relay-server.js"), [redisUrl, String(many)], { execArgv: [] });
    const [urls] = (await once(child, "message")) as [string[]];
    return new Relays(child, urls);
  }

  cut(...indices: readonly number[]): Promise<void> {
    return this.#tell("cut", indices);
  }

  resume(...indices: readonly number[]): Promise<void> {
    return this.#tell("resume", indices);
  }

  async close(): Promise<void> {
    const gone = once(this.child, "exit");
    this.child.disconnect();
    await gone;
  }

  async #tell(command: RelayCommand, indices: readonly number[]): Promise<void> {
    const done = once(this.child, "message");
    this.child.send([command, indices]);
    await done;
  }
}
