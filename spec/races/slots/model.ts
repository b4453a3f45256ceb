/**
 * The protocol over slots as a model: the epoch lives in one slot, the record of a table and the entry in another, and
 * each step reaches one of them, at its own time. Steps are those of the scripts and of reading.ts and writing.ts. Small
 * enough that all states can be visited, which the real scripts are not (`../slot-scripts-interleavings.spec.ts` runs those).
 */

/** A lease that is counted on the clock of the slot where it lies. */
type Lease = "live" | "over";
type Leases = Readonly<Record<string, Lease>>;

interface Epoch {
  readonly version: number;
  readonly notes: Leases;
  /** Marked by the writer whom nobody knows, until each of these has renewed, replaced, or is dead and its lease over. */
  readonly lost: boolean;
  readonly awaited: readonly string[];
}

interface Table {
  readonly version: number;
  readonly marks: Leases;
  readonly unproven: boolean;
}

interface Entry {
  readonly epoch: number;
  readonly table: number;
  readonly value: number;
}

interface Reader {
  readonly at: "idle" | "looking" | "proving" | "proven" | "loading" | "storing" | "done";
  /** How many commits there had been when it was called. */
  readonly since: number;
  readonly epoch?: { readonly version: number; readonly marked: boolean; readonly notes: Leases } | undefined;
  readonly table?:
    | {
        readonly version: number;
        readonly marks: Leases;
        readonly marked: boolean;
        readonly unproven: boolean;
        readonly entry: Entry | undefined;
      }
    | undefined;
  readonly value: number;
  /** Slots that have not been told yet what is stored. */
  readonly left: readonly ("epoch" | "table")[];
  /** A slot has refused, or the look has. */
  readonly refused: boolean;
  /** The entry is there. */
  readonly stored: boolean;
  readonly reads: number;
}

interface Writer {
  readonly at: "idle" | "noted" | "marked" | "committed" | "done" | "dead";
  readonly left: readonly ("epoch" | "table")[];
  readonly renewing: boolean;
  readonly mayDie: boolean;
}

export interface State {
  readonly epoch: Epoch | undefined;
  readonly table: Table | undefined;
  readonly entry: Entry | undefined;
  readonly commits: number;
  readonly fresh: number;
  readonly readers: readonly Reader[];
  readonly writers: Readonly<Record<string, Writer>>;
  readonly losses: readonly ("epoch" | "table")[];
}

/** How the protocol can be got wrong; each has to be noticed. */
export interface Wrong {
  /** The mark comes before its note. */
  readonly markFirst?: boolean;
  /** Notes are looked at along with the epoch, not behind the look at the record. */
  readonly notesAlong?: boolean;
  readonly withoutProof?: boolean;
  readonly withoutNotes?: boolean;
  readonly withoutFence?: boolean;
  /** The end of a lease is no replacement. */
  readonly leasesEndQuietly?: boolean;
  /** A lost epoch comes back unmarked. */
  readonly epochUnmarked?: boolean;
}

export interface Cast {
  readonly readers: number;
  /** How often each reader reads, one after the other. */
  readonly reads: number;
  readonly writers: readonly { readonly mayDie: boolean }[];
  readonly losses: readonly ("epoch" | "table")[];
}

const BLANK = {
  epoch: undefined,
  table: undefined,
  value: 0,
  left: [],
  refused: false,
  stored: false,
} as const;

export function start({ readers, reads, writers, losses }: Cast): State {
  return {
    epoch: { version: 1, notes: {}, lost: false, awaited: [] },
    table: { version: 1, marks: {}, unproven: false },
    entry: { epoch: 1, table: 1, value: 0 },
    commits: 0,
    fresh: 2,
    readers: Array.from({ length: readers }, () => ({ at: "idle" as const, since: 0, reads, ...BLANK })),
    writers: Object.fromEntries(
      writers.map(({ mayDie }, at) => [`w${at}`, { at: "idle" as const, left: [], renewing: false, mayDie }]),
    ),
    losses,
  };
}

/** What can come next. An answer that was not the database's at any moment of its call is reported to `wrong`. */
export function* next(state: State, how: Wrong, wrong: (what: string) => void): Generator<State> {
  for (const index of state.readers.keys()) yield* readerSteps(state, index, how, wrong);
  for (const name of Object.keys(state.writers)) yield* writerSteps(state, name, how);
  yield* clockSteps(state);
  for (const lost of new Set(state.losses)) {
    const losses = [...state.losses];
    losses.splice(losses.indexOf(lost), 1);
    yield { ...state, [lost]: undefined, losses };
  }
}

function* readerSteps(
  state: State,
  index: number,
  how: Wrong,
  wrong: (what: string) => void,
): Generator<State> {
  const reader = state.readers[index]!;
  const become = (from: State, change: Partial<Reader>): State => ({
    ...from,
    readers: from.readers.map((each, at) => (at === index ? { ...each, ...change } : each)),
  });
  const answer = (value: number, since: number): void => {
    if (value < since) wrong(`${value} was answered to a call after commit ${since}`);
  };
  const end = (from: State): State =>
    become(from, { ...BLANK, at: reader.reads > 1 ? "idle" : "done", reads: reader.reads - 1, since: 0 });

  switch (reader.at) {
    case "idle":
    case "looking": {
      // Called no sooner than its first step: the later, the less may it answer with.
      const since = reader.at === "idle" ? state.commits : reader.since;
      if (!reader.epoch) {
        const made = withEpoch(state, how);
        const { version, lost, notes } = made.epoch!;
        yield looked(made, { ...reader, since, epoch: { version, marked: lost, notes } });
      }
      if (!reader.table) {
        const made = withTable(state, how);
        const { version, marks, unproven } = made.table!;
        const table = { version, marks, marked: isLive(marks), unproven, entry: made.entry };
        yield looked(made, { ...reader, since, table });
      }
      return;
    }
    case "proving": {
      const made = withEpoch(state, how);
      const seen = how.notesAlong ? reader.epoch! : { notes: made.epoch!.notes, marked: made.epoch!.lost };
      const lost = Object.entries(seen.notes).some(
        ([writer, lease]) => lease === "live" && !(writer in reader.table!.marks),
      );
      return yield become(made, lost || seen.marked ? { at: "loading", refused: true } : { at: "proven" });
    }
    case "proven": {
      const same = state.table?.version === reader.table!.version && state.table.unproven;
      const table = same ? { ...state.table, unproven: false } : state.table;
      return yield become({ ...state, table }, { at: "loading" });
    }
    case "loading":
      answer(state.commits, reader.since);
      if (reader.refused) return yield end(state);
      return yield become(state, { at: "storing", value: state.commits, left: ["epoch", "table"] });
    case "storing":
      for (const slot of reader.left) yield tell(state, slot);
      // Taken back.
      if (reader.left.length === 0) yield end({ ...state, entry: undefined });
      return;
    case "done":
      return;
  }

  function looked(from: State, { epoch, table, since }: Reader): State {
    const seen = { epoch, table, since };
    if (!epoch || !table) return become(from, { ...seen, at: "looking" });
    const { entry, marked } = table;
    const unproven = table.unproven && !how.withoutProof;
    if (marked || epoch.marked) return become(from, { ...seen, at: "loading", refused: true });
    if (entry && entry.table === table.version && entry.epoch === epoch.version && !unproven) {
      answer(entry.value, since);
      return end(from);
    }
    return become(from, { ...seen, at: unproven ? "proving" : "loading" });
  }

  function tell(from: State, slot: "epoch" | "table"): State {
    const left = reader.left.filter((each) => each !== slot);
    const seen = { epoch: reader.epoch!.version, table: reader.table!.version };
    const { epoch, table } = from;
    if (slot === "epoch") {
      const holds = epoch?.version === seen.epoch && !epoch.lost;
      return told(from, { left, refused: reader.refused || !holds, stored: reader.stored });
    }
    const unproven = table?.unproven && !how.withoutProof;
    const holds = table?.version === seen.table && !isMarked(table.marks) && !unproven;
    const entry = holds ? { ...seen, value: reader.value } : from.entry;
    return told({ ...from, entry }, { left, refused: reader.refused || !holds, stored: holds });
  }

  function told(from: State, change: Pick<Reader, "left" | "refused" | "stored">): State {
    const isOver = change.left.length === 0 && !(change.refused && change.stored);
    return isOver ? end(from) : become(from, change);
  }
}

function* writerSteps(state: State, name: string, how: Wrong): Generator<State> {
  const writer = state.writers[name]!;
  const become = (from: State, change: Partial<Writer>): State => ({
    ...from,
    writers: { ...from.writers, [name]: { ...from.writers[name]!, ...change } },
  });
  const noted = (from: State): State => {
    const made = withEpoch(from, how);
    return how.withoutNotes
      ? made
      : { ...made, epoch: { ...made.epoch!, notes: { ...made.epoch!.notes, [name]: "live" } } };
  };
  const marked = (from: State): State => {
    const made = withTable(from, how);
    return { ...made, table: { ...made.table!, marks: { ...made.table!.marks, [name]: "live" } } };
  };
  const [first, second] = how.markFirst ? [marked, noted] : [noted, marked];

  switch (writer.at) {
    case "idle":
      if (how.withoutFence) return yield become(state, { at: "marked" });
      return yield become(first(state), { at: "noted" });
    case "noted":
      yield become(second(state), { at: "marked" });
      break;
    case "marked":
      yield become({ ...state, commits: state.commits + 1 }, { at: "committed", left: ["epoch", "table"] });
      break;
    case "committed":
      for (const slot of writer.left) yield replaced(state, slot);
      break;
    case "done":
    case "dead":
      return;
  }
  if (writer.mayDie) yield become(state, { at: "dead", renewing: false });
  // An epoch that was lost is waited for; until then there is no need to renew anything.
  const renews = writer.at === "marked" || (writer.at === "committed" && writer.left.length === 2);
  if (!renews || how.withoutFence || !state.epoch?.awaited.includes(name)) return;
  if (!writer.renewing) yield become(noted(state), { renewing: true });
  else yield become(relieved(marked(state), name), { renewing: false });

  function replaced(from: State, slot: "epoch" | "table"): State {
    const left = writer.left.filter((each) => each !== slot);
    const then = become(from, left.length === 0 ? { left, at: "done" } : { left });
    const done = left.length === 0 ? relieved(then, name) : then;
    if (slot === "epoch")
      return done.epoch
        ? { ...done, epoch: { ...done.epoch, notes: without(done.epoch.notes, name) } }
        : done;
    if (!done.table) return done;
    const table = { ...done.table, version: done.fresh, marks: without(done.table.marks, name) };
    return { ...done, table, fresh: done.fresh + 1 };
  }
}

/** Leases of the dead run out, in each slot by its own clock. */
function* clockSteps(state: State): Generator<State> {
  const isDead = (name: string): boolean => state.writers[name]?.at === "dead";
  const { epoch, table } = state;
  for (const [name, lease] of Object.entries(epoch?.notes ?? {}))
    if (lease === "live" && isDead(name))
      yield { ...state, epoch: { ...epoch!, notes: { ...epoch!.notes, [name]: "over" } } };
  for (const [name, lease] of Object.entries(table?.marks ?? {}))
    if (lease === "live" && isDead(name))
      yield { ...state, table: { ...table!, marks: { ...table!.marks, [name]: "over" } } };
  if (!epoch?.lost) return;
  const waits = epoch.awaited.some(
    (name) => !isDead(name) || isLive(pick(epoch.notes, name)) || isLive(pick(table?.marks ?? {}, name)),
  );
  if (!waits)
    yield {
      ...state,
      epoch: { ...epoch, lost: false, awaited: [], version: state.fresh },
      fresh: state.fresh + 1,
    };
}

function withEpoch(state: State, how: Wrong): State {
  if (state.epoch) return state;
  const inFlight = Object.entries(state.writers).filter(([, { at }]) => at !== "idle" && at !== "done");
  const lost = !how.epochUnmarked;
  const awaited = lost ? inFlight.map(([name]) => name) : [];
  return { ...state, epoch: { version: state.fresh, notes: {}, lost, awaited }, fresh: state.fresh + 1 };
}

/** As it counts: the end of a lease is a replacement. */
function withTable(state: State, how: Wrong): State {
  const { table, fresh } = state;
  if (!table) return { ...state, table: { version: fresh, marks: {}, unproven: true }, fresh: fresh + 1 };
  const over = Object.entries(table.marks).filter(([, lease]) => lease === "over");
  if (over.length === 0) return state;
  const marks = over.reduce((left, [name]) => without(left, name), table.marks);
  if (how.leasesEndQuietly) return { ...state, table: { ...table, marks } };
  return { ...state, table: { ...table, marks, version: fresh }, fresh: fresh + 1 };
}

/** The epoch need not wait for this writer any longer. */
function relieved(state: State, name: string): State {
  if (!state.epoch) return state;
  return {
    ...state,
    epoch: { ...state.epoch, awaited: state.epoch.awaited.filter((each) => each !== name) },
  };
}

function isLive(leases: Leases): boolean {
  return Object.values(leases).includes("live");
}

/** Also by one that ran out and that no look-up has met. */
function isMarked(leases: Leases): boolean {
  return Object.keys(leases).length > 0;
}

function without(leases: Leases, name: string): Leases {
  return Object.fromEntries(Object.entries(leases).filter(([each]) => each !== name));
}

function pick(leases: Leases, name: string): Leases {
  return name in leases ? { [name]: leases[name]! } : {};
}
