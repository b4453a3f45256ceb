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
  /** Starts one more, which has all that the master has when this resolves. */
  addReplica(master: Node): Promise<Node>;
  stop(): Promise<void>;
}

export type ReplicatedNode = Omit<Node, "id">;

export interface RunningSentinel {
  readonly name: string;
  readonly port: number;
  readonly master: ReplicatedNode;
  readonly replica: ReplicatedNode;
  /** Starts one more of the master at that port, of which Sentinel knows when this resolves. */
  addReplica(port: number): Promise<ReplicatedNode>;
  /** A command to Sentinel itself. */
  sentinel(...words: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startCluster(
  options: { replicas?: boolean; nodeTimeout?: number } = {},
): Promise<RunningCluster> {
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
