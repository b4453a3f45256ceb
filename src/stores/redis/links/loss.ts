import type { EventEmitter } from "node:events";

type Lost = (reason: unknown) => void;
type Listeners = Readonly<Record<string, (...args: never[]) => void>>;

export function listen(emitter: EventEmitter, listeners: Listeners): void {
  for (const [event, listener] of Object.entries(listeners))
    emitter.on(event, listener as (...args: unknown[]) => void);
}

/** Listeners on a client of somebody else, which are taken away again. */
export class Listening {
  private readonly attached: [EventEmitter, Listeners][] = [];

  to(emitter: EventEmitter, listeners: Listeners): void {
    listen(emitter, listeners);
    this.attached.push([emitter, listeners]);
  }

  end(): void {
    for (const [emitter, listeners] of this.attached.splice(0))
      for (const [event, listener] of Object.entries(listeners))
        emitter.off(event, listener as (...args: unknown[]) => void);
  }
}

/** Says once per lost connection that it is lost: clients have several events for that. */
export class Losses {
  private connected = false;

  constructor(
    private readonly isReady: () => boolean,
    private readonly lost: Lost,
  ) {
    this.connected = isReady();
  }

  readonly onReady = (): void => {
    this.connected = true;
  };

  readonly onTrouble = (reason?: unknown): void => {
    if (!this.connected || this.isReady()) return;
    this.connected = false;
    this.lost(reason);
  };
}

/** Tells when one of the nodes that own keys is one no longer: what it had acknowledged may be lost. */
export class Owners {
  private known: readonly string[] = [];

  constructor(private readonly lost: Lost) {}

  see(addresses: readonly string[]): void {
    const gone = this.known.find((address) => !addresses.includes(address));
    if (addresses.length > 0) this.known = addresses;
    if (gone !== undefined && addresses.length > 0) this.lost(new Error(`${gone} is a master no longer`));
  }
}
