import { withinTime } from "../time-limit";
import { reconnectStrategy } from "./node-redis";

interface Connectable {
  connect(): Promise<unknown>;
  destroy(): unknown;
}

/**
 * A client of our own that is made anew until it is connected: those of clusters and of Sentinel give up at the first
 * failure, or wait for ever for one node that is down. Once connected, they come back by themselves.
 */
export class OwnClient<C extends Connectable> {
  current: C | undefined;
  private opening: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly make: () => C,
    /** Milliseconds for one attempt. */
    private readonly limit: number,
  ) {}

  /** Rejects if the first attempt fails; others follow in the background until `close`. */
  open(): Promise<void> {
    this.closed = false;
    return (this.opening ??= this.attempt(0));
  }

  close(): void {
    this.closed = true;
    this.opening = undefined;
    clearTimeout(this.retry);
    this.drop();
  }

  private async attempt(failures: number): Promise<void> {
    const client = (this.current = this.make());
    try {
      const late = () => new Error(`no connection within ${this.limit} ms`);
      await withinTime(client.connect(), this.limit, late);
      if (this.closed) this.drop();
    } catch (error) {
      if (this.current === client) this.drop();
      if (!this.closed) {
        this.retry = setTimeout(
          () => void this.attempt(failures + 1).catch(() => undefined),
          reconnectStrategy(failures),
        );
        this.retry.unref();
      }
      throw error;
    }
  }

  /** Sentinels answer with a promise, others do not; both throw where nothing is open any more. */
  private drop(): void {
    const client = this.current;
    this.current = undefined;
    void Promise.resolve()
      .then(() => client?.destroy())
      .catch(() => undefined);
  }
}
