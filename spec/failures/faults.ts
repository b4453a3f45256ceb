import { createClient } from "redis";
import type { RedisOption } from "../../src";
import { RedisServer } from "../consistency/redis-server";
import { relayTo } from "../support/redis";
import { CLUSTER_FAULTS } from "./cluster-faults";
import { SENTINEL_FAULTS } from "./sentinel-faults";

/** Milliseconds that an operation may take here: more than a busy machine keeps one waiting. */
export const OPERATION_TIMEOUT = 1000;

/** A Redis to which something happens. */
export interface Patient {
  /** Where the application finds it. */
  readonly redis: RedisOption;
  strike(): Promise<void>;
  /** As it was before, as far as that can be. */
  cure(): Promise<void>;
  close(): Promise<void>;
}

/** By what is written in the table. */
export const FAULTS: Record<string, () => Promise<Patient>> = {
  "refuses connections": async () => {
    const server = await RedisServer.start();
    return patient(server, { strike: () => server.kill(), cure: () => server.restart() });
  },
  "hangs (SIGSTOP)": async () => {
    const server = await RedisServer.start();
    return patient(server, { strike: async () => server.freeze(), cure: async () => server.thaw() });
  },
  "is slower than `operationTimeout`": () => slowedBy(4 * OPERATION_TIMEOUT),
  "is slow, but within it": () => slowedBy(OPERATION_TIMEOUT / 25),
  "is full (`maxmemory`, `noeviction`)": async () => {
    const server = await RedisServer.start();
    return patient(server, {
      strike: () => config(server, "maxmemory", "1"),
      cure: () => config(server, "maxmemory", "0"),
    });
  },
  "has become a read-only replica": async () => {
    const [server, master] = [await RedisServer.start(), await RedisServer.start()];
    const { port } = new URL(master.url);
    return patient(
      server,
      {
        strike: async () => {
          await server.command("REPLICAOF", "127.0.0.1", port);
          await until(server, ["INFO", "replication"], /master_link_status:up/);
        },
        cure: () => server.command("REPLICAOF", "NO", "ONE"),
      },
      master,
    );
  },
  "hands over to a replica (`FAILOVER`)": async () => {
    const [server, replica] = [await RedisServer.start(...ENDED_AT_ONCE), await RedisServer.start()];
    const { port } = new URL(server.url);
    await replica.command("REPLICAOF", "127.0.0.1", port);
    await until(replica, ["INFO", "replication"], /master_link_status:up/);
    return patient(
      server,
      {
        strike: async () => {
          // One that does not keep up keeps the failover from ending: writes wait meanwhile.
          replica.freeze();
          await server.command("SET", "something", "to catch up with");
          await server.command("FAILOVER", "TIMEOUT", "60000");
        },
        cure: async () => {
          await server.command("FAILOVER", "ABORT");
          replica.thaw();
        },
      },
      replica,
    );
  },
  "wants another password": async () => {
    const server = await RedisServer.start();
    return patient(server, {
      strike: async () => {
        // Those who are connected have to come again, and then know no password.
        const commands = [
          ["CONFIG", "SET", "requirepass", "new"],
          ["CLIENT", "KILL", "TYPE", "normal"],
        ];
        await onOneConnection(server.url, ...commands);
      },
      cure: () => {
        const url = server.url.replace("//", "//:new@");
        return onOneConnection(url, ["CONFIG", "SET", "requirepass", ""]);
      },
    });
  },
  "is loading its data": async () => {
    const server = await RedisServer.start("--enable-debug-command", "yes", "--rdbcompression", "no");
    return patient(server, {
      strike: async () => {
        await server.command("DEBUG", "POPULATE", "200", "filler", "2000");
        await config(server, "loading-process-events-interval-bytes", "1024");
        await config(server, "key-load-delay", "300000");
        void server.command("DEBUG", "RELOAD").catch(() => undefined);
        await until(server, ["GET", "filler:0"], /LOADING/);
      },
      cure: async () => {
        await config(server, "key-load-delay", "0");
        await until(server, ["PING"], /PONG/);
      },
    });
  },
  "has lost its scripts (`SCRIPT FLUSH`)": async () => {
    const server = await RedisServer.start();
    return patient(server, {
      strike: () => server.command("SCRIPT", "FLUSH"),
      cure: async () => undefined,
    });
  },
  "is empty (`FLUSHALL`)": async () => {
    const server = await RedisServer.start();
    return patient(server, {
      strike: () => server.command("FLUSHALL"),
      cure: async () => undefined,
    });
  },
  ...CLUSTER_FAULTS,
  ...SENTINEL_FAULTS,
};

const ENDED_AT_ONCE = ["--repl-diskless-sync-delay", "0"];

interface Treatment {
  strike(): Promise<unknown>;
  cure(): Promise<unknown>;
}

/** @param ms Milliseconds that each answer comes later. */
async function slowedBy(ms: number): Promise<Patient> {
  const server = await RedisServer.start();
  const relay = await relayTo(server.url);
  return {
    redis: relay.url,
    strike: async () => relay.slow(ms),
    cure: async () => relay.slow(0),
    close: async () => {
      await relay.close();
      await server.kill();
    },
  };
}

function patient(server: RedisServer, { strike, cure }: Treatment, ...others: RedisServer[]): Patient {
  return {
    redis: server.url,
    strike: async () => void (await strike()),
    cure: async () => void (await cure()),
    close: async () => {
      for (const each of [server, ...others]) await each.kill();
    },
  };
}

async function onOneConnection(url: string, ...commands: string[][]): Promise<void> {
  const client = await createClient({ url }).connect();
  for (const command of commands) await client.sendCommand(command);
  client.destroy();
}

async function config(server: RedisServer, name: string, value: string): Promise<void> {
  await server.command("CONFIG", "SET", name, value);
}

/** Asks until the answer, or the error, is as expected. */
async function until(server: RedisServer, command: string[], expected: RegExp): Promise<void> {
  for (;;) {
    const answer = await server.command(...command).catch((error: Error) => error.message);
    if (expected.test(String(answer))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
