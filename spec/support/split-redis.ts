import { EventEmitter } from "node:events";
import type { ReadyRedisCluster } from "../../src";

type Args = ReadonlyArray<string | Buffer>;
type Reply = () => Promise<unknown>;

/** What the double needs of a client of one real Redis. */
export interface Single {
  sendCommand(args: Args, options?: object): Promise<unknown>;
}

/** A call on its way to a slot. */
export interface Call {
  /** Hash tag of its keys. */
  readonly tag: string;
  /** Makes it, and resolves when its caller has gone on. */
  deliver(): Promise<void>;
}

/**
 * A cluster client over one real Redis: each hash tag is a slot of its own, and a script with keys of several is refused,
 * as a cluster refuses it. `hold` keeps calls back until they are delivered one by one.
 */
export class SplitRedis extends EventEmitter implements ReadyRedisCluster {
  readonly isOpen = true;
  readonly isReady = true;
  readonly masters = [{ address: "split" }];
  readonly nodeByAddress = new Map();
  /** On their way, in the order in which they were sent. */
  readonly pending: Call[] = [];
  /** Calls, and waves: those that were sent before any of an earlier one had come back. */
  calls = 0;
  waves = 0;
  private answered = true;
  private holding = false;

  constructor(private readonly redis: Single) {
    super();
  }

  hold(): this {
    this.holding = true;
    return this;
  }

  nodeClient(): Single {
    return this.redis;
  }

  /** That a client of node-redis 5 or 6 has it tells it from others. */
  withTypeMapping(): this {
    return this;
  }

  async sendCommand(
    firstKey: string | Buffer | undefined,
    _: unknown,
    args: Args,
    options?: object,
  ): Promise<unknown> {
    this.calls++;
    if (this.answered) this.waves++;
    this.answered = false;
    const reply: Reply = async () => {
      if (new Set(keysOf(args).map(tagOf)).size > 1)
        throw new Error("CROSSSLOT Keys in request don't hash to the same slot");
      return this.redis.sendCommand(args, options);
    };
    try {
      return await (this.holding ? this.later(tagOf(String(firstKey)), reply) : reply());
    } finally {
      this.answered = true;
    }
  }

  private later(tag: string, reply: Reply): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call: Call = {
        tag,
        deliver: async () => {
          this.pending.splice(this.pending.indexOf(call), 1);
          await reply().then(resolve, reject);
          await new Promise(setImmediate);
        },
      };
      this.pending.push(call);
    });
  }
}

function keysOf(args: Args): string[] {
  const [command, ...rest] = args.map(String);
  return command === "EVALSHA" || command === "EVAL" ? rest.slice(2, 2 + Number(rest[1])) : rest.slice(0, 1);
}

function tagOf(key: string): string {
  return /\{(.+?)\}/.exec(key)?.[1] ?? key;
}
