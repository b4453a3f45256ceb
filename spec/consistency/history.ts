import { closeSync, openSync, readSync } from "node:fs";
import type { HistoryLine } from "./messages";

const CHUNK = 1 << 16;

/** The end of a file that another process is writing. */
export class HistoryFile {
  #offset = 0;
  #rest = "";

  constructor(readonly path: string) {
    closeSync(openSync(path, "a"));
  }

  /** Lines that were completed since the last call. What a killed process left unfinished stays unread. */
  readNew(): HistoryLine[] {
    const lines = (this.#rest + this.#readBytes()).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.map((line) => JSON.parse(line) as HistoryLine);
  }

  #readBytes(): string {
    const file = openSync(this.path, "r");
    try {
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.alloc(CHUNK);
        const length = readSync(file, chunk, 0, CHUNK, this.#offset);
        if (length === 0) return Buffer.concat(chunks).toString("latin1");
        this.#offset += length;
        chunks.push(chunk.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
  }
}
