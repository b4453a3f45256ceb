import type { BenchRow } from "./bench";

const HEADINGS = [
  "workload",
  "writes",
  "cache",
  "hit rate",
  "invalidations per write",
  "precision",
  "missed",
  "extra statements per write",
];

/** A Markdown table. */
export function tableOf(rows: readonly BenchRow[]): string {
  const lines = [HEADINGS, HEADINGS.map((_, index) => (index < 3 ? "---" : "---:")), ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
}

/** What dropped entries needlessly most often, run by run; empty where nobody asked. */
export function needlessOf(rows: readonly BenchRow[]): string {
  return rows
    .filter(({ needless }) => Object.keys(needless ?? {}).length > 0)
    .map(({ workload, writeShare, needless = {} }) => {
      const lines = Object.entries(needless).slice(0, MOST_CAUSES);
      const drops = lines.map(([what, count]) => `${count.toFixed(1)}  ${what}\n`);
      return `\n${workload}, ${percent(writeShare)} writes: dropped needlessly\n${drops.join("")}`;
    })
    .join("");
}

const MOST_CAUSES = 25;

function cells({ workload, writeShare, cache, figures }: BenchRow): readonly string[] {
  const { hitRate, invalidationsPerWrite, precision, missed, extraStatementsPerWrite } = figures;
  return [
    workload,
    `${Number((100 * writeShare).toFixed(2))} %`,
    cache,
    percent(hitRate),
    invalidationsPerWrite.toFixed(2),
    precision === undefined ? "–" : percent(precision),
    String(missed),
    extraStatementsPerWrite.toFixed(2),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
