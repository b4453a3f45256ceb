import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const appUrl = required("APP_URL");

/** A headless Chromium with a profile of its own. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: required("CHROMIUM_PATH"), args: FLAGS });
}

/** The app has to do without scripts, so that is how it is visited unless a spec says otherwise. */
export async function visitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: appUrl, javaScriptEnabled: false, ...options });
  return context.newPage();
}

/** Where a person may look at what the specs saw. */
export function screenshotFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "cacheops-screenshots-"));
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run npm run test:browser.`);
  return value;
}
