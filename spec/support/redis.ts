import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { Transform } from "node:stream";
import { createClient } from "redis";

/** The commands sent by clients, in order, that hold `needle` (a prefix that no other spec uses). */
export async function commandsWith(
  url: string,
  needle: string,
  work: () => Promise<void>,
): Promise<string[]> {
  const monitor = createClient({ url });
  const client = createClient({ url });
  await Promise.all([monitor.connect(), client.connect()]);
  try {
    const lines: string[] = [];
    const end = `end of ${needle}`;
    let ended = () => {};
    const seen = new Promise<void>((resolve) => (ended = resolve));
    await monitor.monitor((line) => (String(line).includes(end) ? ended() : lines.push(String(line))));
    await work();
    // What arrives at the monitor arrives in order: behind this line nothing is missing.
    await client.echo(end);
    await seen;
    return lines.filter((line) => line.includes(needle) && !line.includes(" lua] ")).map(commandOf);
  } finally {
    monitor.destroy();
    client.destroy();
  }
}

/** `1700000000.1 [0 127.0.0.1:5] "EVALSHA" "…"` -> `EVALSHA` */
function commandOf(line: string): string {
  return /\] "(\w+)"/.exec(line)?.[1]?.toUpperCase() ?? line;
}

export interface Relay {
  readonly url: string;
  /** Cuts every connection, and refuses new ones until `resume`. */
  cut(): Promise<void>;
  /** Keeps connections open and passes nothing on until `resume`. */
  hang(): void;
  /** Passes everything on this many milliseconds late, also on new connections. */
  slow(ms: number): void;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a client and a real Redis, to take it away without harming other specs. */
export async function relayTo(redisUrl: string): Promise<Relay> {
  const target = new URL(redisUrl);
  const sockets = new Set<net.Socket>();
  const track = (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  let late = 0;
  const pass = (from: net.Socket, to: net.Socket) => {
    const delayed = new Transform({
      transform: (chunk, _encoding, done) =>
        void (late > 0 ? setTimeout(done, late, null, chunk) : done(null, chunk)),
    });
    from.pipe(delayed).pipe(to);
  };
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port || 6379), target.hostname);
    pass(near, far);
    pass(far, near);
    [near, far].forEach(track);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const url = new URL(redisUrl);
  url.host = `127.0.0.1:${port}`;
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: url.href,
    cut,
    slow: (ms) => void (late = ms / 2),
    hang: () => sockets.forEach((socket) => socket.unpipe().pause()),
    resume: async () => void (await once(server.listen(port, "127.0.0.1"), "listening")),
    close: cut,
  };
}
