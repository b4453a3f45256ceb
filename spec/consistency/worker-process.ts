import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { IS_TYPEORM_1 } from "../support/typeorm";
import type { Command, WorkerOptions } from "./messages";

/** A worker as the round sees it. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #output = "";
  #killed = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#gone = once(child, "exit");
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => (this.#output = (this.#output + String(chunk)).slice(-4000)));
  }

  /** Resolves when it is at work. */
  static async start(options: WorkerOptions): Promise<WorkerProcess> {
    const child = fork(join(__dirname, "worker.js"), [JSON.stringify(options)], {
      execArgv: sameTypeorm(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const worker = new WorkerProcess(child);
    const failed = worker.#gone.then(() =>
      Promise.reject(new Error(`A worker did not start: ${worker.#output}`)),
    );
    await Promise.race([once(child, "message"), failed]);
    failed.catch(() => undefined);
    return worker;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(command: Command): void {
    if (this.#child.connected) this.#child.send(command, () => undefined);
  }

  /** Resolves when the writers of the process rest, or it is gone. */
  rest(): Promise<void> {
    return this.#ask({ kind: "rest" });
  }

  /** Resolves when the process has its store again, or is gone. */
  recover(): Promise<void> {
    return this.#ask({ kind: "recover" });
  }

  async #ask(command: Command): Promise<void> {
    const answered = once(this.#child, "message");
    this.send(command);
    await Promise.race([answered, this.#gone]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its death by its own hand is expected from now on. */
  expectDeath(): void {
    this.#killed = true;
  }

  get gone(): Promise<unknown> {
    return this.#gone;
  }

  async kill(): Promise<void> {
    this.#killed = true;
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  /** Lets it finish what it is doing. Rejects if it ended badly, now or before. */
  async stop(): Promise<void> {
    this.send({ kind: "stop" });
    await this.#gone;
    if (!this.#killed && this.#child.exitCode !== 0) throw new Error(`A worker failed: ${this.#output}`);
  }
}

/** The specs may run with another TypeORM in the place of the usual one: then so do the workers. */
function sameTypeorm(): string[] {
  return IS_TYPEORM_1 ? [] : ["--require", join(process.cwd(), "scripts/mocha/typeorm-0.3.cjs")];
}
