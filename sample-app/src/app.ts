import path from "node:path";
import cookieParser from "cookie-parser";
import express, { type Express, type RequestHandler } from "express";
import type { DataSource } from "typeorm";
import { notFoundPage, reportError } from "./errors";
import { Flashes } from "./flash";
import { cityPages } from "./pages/city";
import { cityEditPages } from "./pages/city-edit";
import { cityTagForms } from "./pages/city-tags";
import { countriesPage } from "./pages/countries";
import { countryData } from "./pages/country-data";
import { countryPages } from "./pages/country";
import { randomPage } from "./pages/random";
import { searchPage } from "./pages/search";
import { tagPages } from "./pages/tags";
import { currentLog, logRequest } from "./request-log";
import { useTemplates } from "./templates";

const PUBLIC = path.join(__dirname, "../public");

export function createApp(dataSource: DataSource): Express {
  const app = express();
  const flashes = new Flashes();
  app.disable("x-powered-by");
  useTemplates(app);
  app.use(express.static(PUBLIC));
  app.use(headers, cookieParser(), logRequest, shareWithTemplates(flashes));
  app.use(express.urlencoded({ extended: false, limit: "20kb" }));
  app.use(countriesPage(dataSource), countryData(dataSource), countryPages(dataSource, flashes));
  app.use(
    cityPages(dataSource, flashes),
    cityEditPages(dataSource, flashes),
    cityTagForms(dataSource, flashes),
  );
  app.use(searchPage(dataSource), tagPages(dataSource), randomPage(dataSource, flashes));
  app.use(notFoundPage, reportError);
  return app;
}

// `no-store`: what is shown comes from the application's cache, never from the browser's. Views say otherwise.
const headers: RequestHandler = (_req, res, next) => {
  res.set("Cache-Control", "no-store");
  res.set(
    "Content-Security-Policy",
    "default-src 'self'; script-src 'none'; form-action 'self'; base-uri 'none'",
  );
  res.set("X-Content-Type-Options", "nosniff");
  next();
};

// The log is an object that goes on filling until the template, rendered last, reads it.
function shareWithTemplates(flashes: Flashes): RequestHandler {
  return (req, res, next) => {
    res.locals.log = currentLog();
    if (req.method === "GET") res.locals.flash = flashes.take(req, res);
    next();
  };
}
