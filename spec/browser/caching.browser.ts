import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { appUrl, launch, visitor } from "./browser";
import { formReport, outcomes, pageReport, type ReportedRead } from "./report";

const LISBON = "/cities/2267057";
const PORTUGAL = "/countries/PT";
const PAGES = ["/", PORTUGAL, LISBON, "/cities", "/cities?q=lis", "/tags"];

describe("caching, as a visitor without JavaScript sees it", () => {
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await launch();
    page = await visitor(browser);
  });
  after(() => browser.close());

  it("shows misses on the first visit and hits after a reload", async () => {
    await page.goto("/countries/JP");
    const first = await pageReport(page);
    expect(outcomes(first)).to.deep.equal(["miss"]);
    expect(first.reads.map((read) => read.op)).to.include.members(["get", "fetch", "count", "aggregate"]);
    expect(first.statements).to.have.length(first.reads.length);

    await page.reload();
    const second = await pageReport(page);
    expect(outcomes(second)).to.deep.equal(["hit"]);
    expect(second.reads).to.have.length(first.reads.length);
    expect(second.statements).to.deep.equal([]);
  });

  it("makes only reads of an edited city's table stale, and of those not all, and shows the new data", async () => {
    await warm(page);
    await page.goto(`${LISBON}/edit`);
    await page.getByLabel("Name", { exact: true }).fill("Lisboa");
    await page.getByLabel("Population").fill("600,123");
    await page.getByRole("button", { name: "Save" }).click();

    expect(new URL(page.url()).pathname).to.equal(LISBON);
    expect(await page.getByRole("status").innerText()).to.equal("Lisboa was saved.");
    expect(await page.locator("h1").innerText()).to.equal("Lisboa");
    expect(await fact(page, "population")).to.equal("600,123");
    const { invalidated, statements } = await formReport(page);
    expect(invalidated).to.contain("city");
    expect(statements.filter((sql) => sql.startsWith("UPDATE"))).to.have.length(1);

    // Which city has this id, nobody asks anew: neither name nor population decide it.
    await expectChanged(page, LISBON, "city", ["hit", "stale"], { visited: true });
    await expectChanged(page, "/", "city", ["stale"]);
    await expectChanged(page, PORTUGAL, "city", ["hit", "stale"]);
    await page.goto(PORTUGAL);
    expect(await page.locator("tbody").first().innerText())
      .to.contain("Lisboa")
      .and.contain("600,123");
  });

  it("makes only the reads of comments stale when one is added", async () => {
    await warm(page);
    await page.goto(LISBON);
    await page.getByLabel("Your name").fill("Ana <b>Silva</b>");
    await page.getByLabel("Comment", { exact: true }).fill("Hills & trams.\nBring shoes.");
    await page.getByRole("button", { name: "Add the comment" }).click();

    await expectStale(page, LISBON, ["comment"], { visited: true });
    for (const path of PAGES.filter((other) => other !== LISBON)) await expectStale(page, path, ["comment"]);
    await page.goto(LISBON);
    expect(await page.locator(".comment .by strong").innerText()).to.equal("Ana <b>Silva</b>");
    expect(await page.locator(".comment .text").innerText()).to.equal("Hills & trams.\nBring shoes.");
  });

  it("makes only the reads of tags stale when a city gets one and when it loses it", async () => {
    await warm(page);
    await page.goto(LISBON);
    await page.getByLabel("New tag").fill("  By the   SEA ");
    await page.getByRole("button", { name: "Add the tag" }).click();
    await expectStale(page, LISBON, ["tag", "city_tag"], { visited: true });
    await expectStale(page, PORTUGAL, []);
    await page.getByRole("link", { name: "Tags" }).click();
    expect(await page.locator("main").innerText()).to.contain("by the sea");

    await page.getByRole("link", { name: "by the sea" }).click();
    expect(await page.locator("tbody").first().innerText()).to.contain("Lisboa");
    await warm(page);
    await page.goto(LISBON);
    await page.getByRole("button", { name: "Take off the tag by the sea" }).click();
    await expectStale(page, LISBON, ["city_tag"], { visited: true });
    expect(await page.locator(".tags").count()).to.equal(0);
    await expectStale(page, "/tags", ["city_tag"]);
  });

  it("shows the new sums after one UPDATE of all cities of a country", async () => {
    await warm(page);
    await page.goto(PORTUGAL);
    const before = digits(await fact(page, "population"));
    await page.getByLabel("Growth in percent").fill("10");
    await page.getByRole("button", { name: "Apply to every city" }).click();

    await expectChanged(page, PORTUGAL, "city", ["hit", "stale"], { visited: true });
    const after = digits(await fact(page, "population"));
    expect(after / before).to.be.closeTo(1.1, 0.001);
    await page.goto("/?q=portugal");
    expect(await page.locator("tbody").first().innerText()).to.contain(after.toLocaleString("en"));
    await page.goto(LISBON);
    expect(await fact(page, "population")).to.equal("660,135");
  });

  it("answers the start page from what functions and fragments gave, and asks for nothing else", async () => {
    await page.goto("/");
    await page.reload();
    const { reads, statements } = await pageReport(page);
    expect(reads.map(({ op, outcome }) => `${op} ${outcome}`)).to.deep.equal(Array(3).fill("function hit"));
    expect(statements).to.deep.equal([]);
    const lead = await page.locator(".lead").innerText();
    await page.goto(`${LISBON}/edit`);
    const name = await page.getByLabel("Name", { exact: true }).inputValue();
    await page.getByLabel("Population").fill("999,999,999");
    await page.getByRole("button", { name: "Save" }).click();
    await page.goto("/");
    expect(await page.locator(".lead").innerText()).to.contain(`the largest is ${name} in Portugal`);
    expect(await page.locator(".lead").innerText()).to.not.equal(lead);
    await page.goto(`${LISBON}/edit`);
    await page.getByLabel("Population").fill("660,135");
    await page.getByRole("button", { name: "Save" }).click();
    await page.goto("/");
    expect(await page.locator(".lead").innerText()).to.equal(lead);
  });

  it("serves a country as JSON, and 304 until one of its cities changes", async () => {
    await page.goto(PORTUGAL);
    expect(await page.getByRole("link", { name: "The same as JSON" }).getAttribute("href")).to.equal(
      `${PORTUGAL}.json`,
    );
    const first = await fetch(`${appUrl}${PORTUGAL}.json`, { headers: { cookie: "flash=none" } });
    expect(first.headers.get("cache-control")).to.equal("no-cache");
    const { name, cities } = (await first.json()) as { name: string; cities: { population: number }[] };
    expect(name).to.equal("Portugal");
    const headers = { "if-none-match": first.headers.get("etag") as string };
    expect((await fetch(`${appUrl}${PORTUGAL}.json`, { headers })).status).to.equal(304);
    await page.getByLabel("Growth in percent").fill("0");
    await page.getByRole("button", { name: "Apply to every city" }).click();
    const again = await fetch(`${appUrl}${PORTUGAL}.json`, { headers });
    expect(again.status).to.equal(200);
    expect(((await again.json()) as { cities: unknown }).cities).to.deep.equal(cities);
    expect((await fetch(`${appUrl}/countries/XX.json`)).status).to.equal(404);
  });

  it("never caches the choice of a random city, and says why", async () => {
    await page.goto("/random");
    const { reads } = await formReport(page);
    expect(reads.map((read) => read.outcome)).to.deep.equal(["bypass"]);
    expect(reads[0]?.why).to.match(/volatile \(random\)/i);
  });

  it("shows another visitor the same cached pages, and nothing of this one's forms", async () => {
    await warm(page);
    const other = await visitor(browser);
    await other.goto(`${appUrl}${LISBON}`);
    expect(outcomes(await pageReport(other))).to.deep.equal(["hit"]);
    expect(await other.locator(".before").count()).to.equal(0);
    await other.context().close();
  });
});

/** Fills the cache with all that the pages read. */
async function warm(page: Page): Promise<void> {
  for (const path of PAGES) await page.goto(path);
}

/**
 * Of what a warm page reads, whatever uses one of the tables is stale, and everything else a hit. A city's
 * rank is asked for with its population: once that has changed, it is another statement, and a miss.
 */
async function expectStale(
  page: Page,
  path: string,
  changed: string[],
  { visited = false } = {},
): Promise<void> {
  if (!visited) await page.goto(path);
  const { reads } = await pageReport(page);
  const isChanged = ({ tables }: ReportedRead) => tables.some((table) => changed.includes(table));
  const expected = reads.map((read) => (isChanged(read) ? "stale" : "hit"));
  const outcomes = reads.map(({ op, outcome }) => (op === "count" && outcome === "miss" ? "stale" : outcome));
  expect(outcomes, `${path} reads ${JSON.stringify(reads)}`).to.deep.equal(expected).and.not.be.empty;
}

/**
 * What became of the reads of one table; all others are hits. A city's rank is asked for with its population: once that
 * has changed, it is another statement, and a miss.
 */
async function expectChanged(
  page: Page,
  path: string,
  table: string,
  expected: readonly string[],
  { visited = false } = {},
): Promise<void> {
  if (!visited) await page.goto(path);
  const { reads } = await pageReport(page);
  const seen = (of: boolean): string[] => [
    ...new Set(
      reads
        .filter(({ tables }) => tables.includes(table) === of)
        .map(({ op, outcome }) => (op === "count" && outcome === "miss" ? "stale" : outcome)),
    ),
  ];
  expect(seen(true).sort(), `${path} reads ${JSON.stringify(reads)}`).to.deep.equal(expected);
  expect(
    seen(false).filter((outcome) => outcome !== "hit"),
    `${path}, other tables`,
  ).to.deep.equal([]);
}

function fact(page: Page, name: string): Promise<string> {
  return page.locator(`[data-fact=${name}]`).innerText();
}

function digits(text: string): number {
  return Number(text.replaceAll(",", ""));
}
