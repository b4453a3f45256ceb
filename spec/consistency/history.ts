import { closeSync, openSync, readSync } from "node:fs";
import type { HistoryLine } from "./messages";

const CHUNK = 1 << 16;
const LINE_FEED = 10;

/** The end of a file that another process is writing. */
export class HistoryFile {
  #offset = 0;
  /** Bytes, as a character may be half there. */
  #rest = Buffer.alloc(0);

  constructor(readonly path: string) {
    closeSync(openSync(path, "a"));
  }

  /** Lines that were completed since the last call. What a killed process left unfinished stays unread. */
  readNew(): HistoryLine[] {
    const bytes = Buffer.concat([this.#rest, ...this.#readChunks()]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    this.#rest = bytes.subarray(end);
    const lines = bytes.subarray(0, end).toString().split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as HistoryLine);
  }

  #readChunks(): Buffer[] {
    const file = openSync(this.path, "r");
    try {
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.alloc(CHUNK);
        const length = readSync(file, chunk, 0, CHUNK, this.#offset);
        if (length === 0) return chunks;
        this.#offset += length;
        chunks.push(chunk.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
  }
}
