import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { appUrl, launch, visitor } from "./browser";

const LISBON = "/cities/2267057";

describe("bad input to the sample app", () => {
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await launch();
    page = await visitor(browser);
  });
  after(() => browser.close());

  it("keeps what was typed and says what is wrong", async () => {
    await page.goto(LISBON);
    await page.getByLabel("Your name").fill("   ");
    await page.getByLabel("Comment", { exact: true }).fill("Nice <i>views</i>");
    await page.getByRole("button", { name: "Add the comment" }).click();
    expect(await page.locator(".error").allInnerTexts()).to.deep.equal(["Please enter your name."]);
    expect(await page.getByLabel("Comment", { exact: true }).inputValue()).to.equal("Nice <i>views</i>");

    await page.goto(`${LISBON}/edit`);
    await page.getByLabel("Population").fill("many");
    await page.getByRole("button", { name: "Save" }).click();
    const range = "Please enter a whole number from 0 to 1,000,000,000.";
    expect(await page.locator(".error").allInnerTexts()).to.deep.equal([range]);
    expect(await page.getByLabel("Population").inputValue()).to.equal("many");
  });

  const forms: [path: string, body: string, message: string][] = [
    [`${LISBON}/comments`, "", "Please enter a comment."],
    [`${LISBON}/comments`, `author=A&text=${"x".repeat(1001)}`, "Please keep it to 1000 characters."],
    [`${LISBON}/comments`, "author=A&text=%00", "Please leave out control characters."],
    [`${LISBON}/comments`, "author=A&author=B&text=C", "Please enter your name."],
    [`${LISBON}/edit`, "name=&population=-1", "Please enter a name."],
    [`${LISBON}/edit`, "name=A&population=99999999999", "Please enter a whole number from 0 to"],
    [`${LISBON}/tags`, "name=%3Cscript%3E", "Please use letters, digits, blanks and hyphens only."],
    [`${LISBON}/tags`, `name=${"x".repeat(31)}`, "Please keep it to 30 characters."],
    ["/countries/PT/growth", "percent=1e3", "Please enter a whole number from -50 to 100."],
    ["/countries/PT/growth", "percent=101", "Please enter a whole number from -50 to 100."],
  ];
  for (const [path, body, message] of forms) {
    it(`refuses ${path} with "${body.slice(0, 40)}"`, async () => {
      const response = await post(path, body);
      expect(response.status).to.equal(422);
      expect(await response.text()).to.contain(message);
    });
  }

  const missing = [
    "/cities/0",
    "/cities/1",
    "/cities/x",
    "/cities/99999999999",
    "/cities/1/edit",
    "/tags/999999",
    "/tags/x",
  ];
  const noPages = [
    "/countries/XX",
    "/countries/PRT",
    "/countries/PT?page=9999",
    `${LISBON}?page=99`,
    "/cities?page=99999",
  ];
  for (const path of [...missing, ...noPages, "/wp-login.php"]) {
    it(`answers 404 to ${path}`, async () => {
      const response = await fetch(appUrl + path);
      expect(response.status).to.equal(404);
      expect(await response.text()).to.contain("Not found");
    });
  }

  const tolerated = [
    "/?sort=evil&region=Mars",
    "/?q=%00",
    "/?q=a&q=b",
    "/?q[x]=1",
    "/cities?q=%25_%5C",
    "/cities?page=-1",
  ];
  for (const path of [...tolerated, "/cities?page=abc", "/countries/pt", `/?q=${"x".repeat(5000)}`]) {
    it(`shows a page for ${path.slice(0, 40)}`, async () => {
      expect((await fetch(appUrl + path)).status).to.equal(200);
    });
  }

  it("answers 400, 404 and 413 to requests that no form sends", async () => {
    expect((await fetch(`${appUrl}/cities/%E0%A4%A`)).status).to.equal(400);
    expect((await post("/cities/1/comments", "author=A&text=B")).status).to.equal(404);
    expect((await post(`${LISBON}/tags/999999999999/remove`, "")).status).to.equal(404);
    const tooLong = await post(`${LISBON}/comments`, `text=${"x".repeat(50_000)}`);
    expect(tooLong.status).to.equal(413);
    expect(await tooLong.text()).to.contain("That was too long");
  });

  it("changes nothing when a tag is taken off that the city does not have", async () => {
    const response = await post(`${LISBON}/tags/999999/remove`, "");
    expect(response.status).to.equal(303);
  });
});

function post(path: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return fetch(appUrl + path, { method: "POST", body, headers, redirect: "manual" });
}
