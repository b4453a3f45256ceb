import type { Locator, Page } from "playwright-core";

/** One line of a page's report of its reads. */
export interface ReportedRead {
  readonly outcome: string;
  readonly why: string;
  readonly op: string;
  readonly entity: string;
  /** Without their schema. */
  readonly tables: readonly string[];
}

export interface Report {
  readonly reads: readonly ReportedRead[];
  /** Statements that reached the database. */
  readonly statements: readonly string[];
}

/** What the footer says of the page itself. */
export function pageReport(page: Page): Promise<Report> {
  return readReport(page.locator(".report .page"));
}

/** What it says of the form (or the detour) that led to the page. */
export async function formReport(page: Page): Promise<Report & { invalidated: string }> {
  const before = page.locator(".report .before");
  return { ...(await readReport(before)), invalidated: await before.locator(".invalidated").innerText() };
}

/** The distinct outcomes of a report's reads. */
export function outcomes({ reads }: Report): string[] {
  return [...new Set(reads.map((read) => read.outcome))].sort();
}

async function readReport(section: Locator): Promise<Report> {
  const rows = await section.locator(".reads tbody tr").all();
  return {
    reads: await Promise.all(rows.map(readRow)),
    statements: await section.locator(".sql code").allTextContents(),
  };
}

async function readRow(row: Locator): Promise<ReportedRead> {
  const [outcome = "", why = "", op = "", entity = "", tables = ""] = await row.locator("td").allInnerTexts();
  return { outcome, why, op, entity, tables: tables.split(", ").map((table) => table.replace(/^.*\./, "")) };
}
