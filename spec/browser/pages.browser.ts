import { join } from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { launch, screenshotFolder, visitor } from "./browser";

const BERLIN = "/cities/2950159";
const PAGES = [
  "/",
  "/?region=Asia&sort=name",
  "/countries/DE",
  "/countries/DE?page=2",
  "/countries/AQ",
  BERLIN,
];
const MORE_PAGES = [
  `${BERLIN}/edit`,
  "/cities",
  "/cities?q=san",
  "/cities?q=nowhere%25",
  "/tags",
  "/nowhere",
];

describe("the pages of the sample app", () => {
  let browser: Browser;
  before(async () => void (browser = await launch()));
  after(() => browser.close());

  const sizes = [
    { name: "desktop", viewport: { width: 1200, height: 900 }, colorScheme: "light" },
    { name: "phone", viewport: { width: 360, height: 740 }, colorScheme: "dark" },
  ] as const;
  for (const { name, ...look } of sizes) {
    it(`fit on a ${name}, without errors in the browser's console`, async () => {
      const page = await visitor(browser, { ...look, javaScriptEnabled: true });
      const complaints: string[] = [];
      page.on("console", (message) => void complaints.push(message.text()));
      page.on("pageerror", (error) => void complaints.push(error.message));
      const folder = await screenshotFolder();
      for (const path of [...PAGES, ...MORE_PAGES]) await visit(page, path, folder, look.viewport.width);
      console.log(`      screenshots: ${folder}`);
      // Chromium reports the page that is meant to be missing.
      expect(complaints.filter((text) => !text.includes("404"))).to.deep.equal([]);
      await page.context().close();
    });
  }

  it("lead from one to the next and back", async () => {
    const page = await visitor(browser);
    await page.goto("/");
    await page.getByRole("link", { name: "Germany" }).click();
    await page.getByRole("link", { name: "Next →" }).click();
    expect(await page.locator(".pager").innerText()).to.contain("26–50 of");
    await page.getByRole("link", { name: "← Previous" }).click();
    await page.getByRole("link", { name: "Berlin", exact: true }).click();
    expect(await page.locator(".lead").innerText()).to.equal("Capital of Germany");
    await page.getByLabel("City name").fill("hamb");
    await page.getByRole("button", { name: "Find" }).click();
    expect(await page.locator("tbody tr").first().innerText())
      .to.contain("Hamburg")
      .and.contain("Germany");
    await page.context().close();
  });

  it("narrow and sort the countries", async () => {
    const page = await visitor(browser);
    await page.goto("/");
    await page.getByLabel("Name", { exact: true }).fill("united");
    await page.getByLabel("Sort by").selectOption("name");
    await page.getByRole("button", { name: "Show" }).click();
    const names = await page.locator("main tbody a").allInnerTexts();
    expect(names).to.include("United Kingdom");
    expect(names.every((name) => name.includes("United"))).to.equal(true);
    expect(names).to.deep.equal([...names].sort());
    await page.context().close();
  });
});

async function visit(page: Page, path: string, folder: string, width: number): Promise<void> {
  const response = await page.goto(path);
  expect(response?.status(), path).to.equal(path === "/nowhere" ? 404 : 200);
  expect(await page.evaluate<number>("document.documentElement.scrollWidth"), path).to.equal(width);
  expect(await page.locator("h1").count(), path).to.equal(1);
  await page.screenshot({ path: join(folder, `${path.replace(/\W+/g, "_")}.png`), fullPage: path !== "/" });
}
