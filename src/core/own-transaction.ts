import type { Ending } from "./pending";

/** Runs a statement on the connection of the write, and gives its rows. */
export type Ask = (sql: string, parameters: readonly unknown[]) => Promise<unknown>;

/**
 * Makes all that is called on the connection from now on by others wait, until the function that it gives is called;
 * `undefined` where others are at work on it already.
 */
export type Exclusively = () => (() => void) | undefined;

/**
 * A transaction of its own for a statement that would run on its own: in it the rows that it is about to write can be
 * read, and stay as they are until then. By statements and not by the runner's methods: nobody else is to be told.
 */
export class OwnTransaction {
  readonly #ask: Ask;
  readonly #release: () => void;

  private constructor(ask: Ask, release: () => void) {
    this.#ask = ask;
    this.#release = release;
  }

  /** `undefined` where others use the connection at the same time: they would be undone along with it. */
  static async begin(ask: Ask, exclusively: Exclusively): Promise<OwnTransaction | undefined> {
    const release = exclusively();
    if (!release) return undefined;
    try {
      await ask("START TRANSACTION", []);
      return new OwnTransaction(ask, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Rejects if the COMMIT fails. */
  async end(ending: Ending): Promise<void> {
    try {
      if (ending === "done") await this.#ask("COMMIT", []);
      // Of a lost connection there is nothing left to roll back.
      else await this.#ask("ROLLBACK", []).catch(() => undefined);
    } finally {
      this.#release();
    }
  }
}
