import path from "node:path";
import type { Application, Express } from "express";
import nunjucks from "nunjucks";

const VIEWS = path.join(__dirname, "../views");

const number = new Intl.NumberFormat("en");
const date = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** Nunjucks as the app's view engine; everything that a template prints is escaped. */
export function useTemplates(app: Express): void {
  const environment = nunjucks.configure(VIEWS, {
    autoescape: true,
    express: app,
    trimBlocks: true,
    lstripBlocks: true,
  });
  environment.addFilter("number", (value: number) => number.format(value));
  environment.addFilter("date", (value: Date) => `${date.format(value)} UTC`);
  environment.addFilter("iso", (value: Date) => value.toISOString());
  environment.addFilter("ms", (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`);
  environment.addFilter("latitude", (value: number) => degrees(value, "N", "S"));
  environment.addFilter("longitude", (value: number) => degrees(value, "E", "W"));
  app.set("view engine", "njk");
}

/** A template by itself: a part of a page. */
export function renderPart(app: Application, view: string, context: object): Promise<string> {
  return new Promise((resolve, reject) =>
    app.render(view, context, (error: Error | null, html?: string) =>
      error ? reject(error) : resolve(html ?? ""),
    ),
  );
}

function degrees(value: number, positive: string, negative: string): string {
  return `${Math.abs(value).toFixed(2)}°\u00a0${value < 0 ? negative : positive}`;
}
