import { type FixedCosts, type MemoryRow, TIMEOUT } from "./bench";

const HEAD = [
  "stored",
  "`compressAbove`",
  "bytes per entry",
  "parts per entry",
  "bytes per part",
  "all of 10,000",
  "after a write to each",
];

/** Markdown, as it stands in README.md. */
export function tableOf(rows: readonly MemoryRow[]): string {
  const head = HEAD.map((title) => title.replace("10,000", (rows[0]?.entries ?? 0).toLocaleString("en")));
  const lines = rows.map(({ what, compressAbove, entries, full, changed }) => [
    what,
    compressAbove === undefined ? "–" : `${compressAbove}`,
    whole(full.entry.bytes / full.entry.keys),
    (full.part.keys / entries).toFixed(1),
    whole(full.part.bytes / full.part.keys),
    megabytes(full["every key"].bytes),
    megabytes(changed["every key"].bytes),
  ]);
  return [head, head.map((_, at) => (at < 2 ? "---" : "---:")), ...lines].map(row).join("\n");
}

/** The rest, in words. */
export function wordsOf(rows: readonly MemoryRow[], costs: FixedCosts): string {
  const longest = Math.max(
    ...rows.flatMap(({ changed }) =>
      [changed.entry, changed.part, changed["table record"]].map(({ lives }) => lives),
    ),
  );
  return [
    `A table's record: ${whole(costs.record)} bytes; each scheme in it: ${whole(costs.scheme)} bytes more.`,
    `A write in flight: ${whole(costs.mark)} bytes in each table's record and in the epoch's, together.`,
    `What remains when all has expired, ${(longest / TIMEOUT).toFixed(1)} times the timeout after the last use: ` +
      `the epoch, ${whole(costs.epoch)} bytes.`,
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function whole(bytes: number): string {
  return Math.round(bytes).toLocaleString("en");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
