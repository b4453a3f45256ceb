import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Servers that a spec breaks: of the scripts of npm test, which are no part of what is compiled here. */

export interface Node {
  readonly url: string;
  readonly port: number;
  readonly id: string;
  command(...words: string[]): Promise<unknown>;
  /** Kills it. */
  stop(): Promise<void>;
}

export interface RunningCluster {
  readonly url: string;
  readonly masters: readonly Node[];
  readonly replicas: readonly Node[];
  stop(): Promise<void>;
}

export interface RunningSentinel {
  readonly name: string;
  readonly port: number;
  readonly master: Pick<Node, "url" | "stop">;
  readonly replica: Pick<Node, "url" | "stop">;
  stop(): Promise<void>;
}

export async function startCluster(options: { replicas?: boolean } = {}): Promise<RunningCluster> {
  const script = await load<{ startCluster(options: object): Promise<RunningCluster> }>("cluster");
  return script.startCluster(options);
}

export async function startSentinel(): Promise<RunningSentinel> {
  const script = await load<{ startSentinel(): Promise<RunningSentinel> }>("sentinel");
  return script.startSentinel();
}

async function load<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(process.cwd(), `scripts/services/${name}.mjs`)).href)) as T;
}
