import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "redis";

type Program = () => Promise<{ command: string; prefix: readonly string[]; env: NodeJS.ProcessEnv }>;

/** Prints the server's process id, and ends it when its own standard input is closed: when this process ends. */
const KEEPER = `"$@" </dev/null & echo "pid $!"; cat >/dev/null; kill -9 $!; kill -CONT $!`;

/** A Redis of the checker's own, which can be killed, frozen and started anew at the same address. */
export class RedisServer {
  #keeper: ChildProcess | undefined;
  #folder: string | undefined;
  #pid = 0;

  private constructor(
    private readonly program: Awaited<ReturnType<Program>>,
    private readonly port: number,
    private readonly options: readonly string[],
  ) {}

  /** `options` as on its command line. */
  static async start(...options: string[]): Promise<RedisServer> {
    // Of the scripts of npm test, which are no part of what is compiled here.
    const script = (name: string): string =>
      pathToFileURL(join(process.cwd(), `scripts/services/${name}.mjs`)).href;
    const { findProgram } = (await import(script("redis"))) as { findProgram: Program };
    const { freePort } = (await import(script("server"))) as { freePort: () => Promise<number> };
    const server = new RedisServer(await findProgram(), await freePort(), options);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Empty: nothing is ever saved, and what a replica or DEBUG RELOAD writes all the same is its own. */
  async restart(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), "redis-"));
    const { command, prefix, env } = this.program;
    const options = [
      ...prefix,
      "--port",
      String(this.port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
    ];
    const all = [...options, "--dir", this.#folder, ...this.options];
    const keeper = spawn("/bin/sh", ["-c", KEEPER, "sh", command, ...all], {
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#keeper = keeper;
    this.#pid = await new Promise<number>((resolve, reject) => {
      let output = "";
      keeper.stdout.on("data", (chunk) => {
        output += String(chunk);
        if (output.includes("Ready to accept connections")) resolve(Number(/^pid (\d+)$/m.exec(output)?.[1]));
      });
      keeper.once("exit", () => reject(new Error(`Redis did not start: ${output}`)));
      keeper.once("error", reject);
    });
  }

  freeze(): void {
    process.kill(this.#pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.#pid, "SIGCONT");
  }

  async kill(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    if (!keeper) return;
    const gone = once(keeper, "exit");
    keeper.stdin?.end();
    await gone;
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  /** One command, on a connection for it alone. */
  async command(...words: string[]): Promise<unknown> {
    const client = await createClient({ url: this.url })
      .on("error", () => undefined)
      .connect();
    try {
      return await client.sendCommand(words);
    } finally {
      client.destroy();
    }
  }
}
