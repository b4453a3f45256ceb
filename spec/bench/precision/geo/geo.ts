import type { Size, Workload } from "../workload";
import { Atlas } from "./atlas";
import { geoChanges } from "./changes";
import { City, Comment, Country, Tag } from "./entities";
import { geoPages } from "./pages";
import { seedGeo } from "./seed";

/** Mostly read, by many conditions: equality, ranges, prefixes, aggregates. */
export function geo(size: Size): Workload {
  const atlas = new Atlas(size);
  return {
    name: "geo",
    entities: [Country, City, Tag, Comment],
    seed: (dataSource) => seedGeo(dataSource, atlas),
    pages: geoPages(atlas),
    changes: geoChanges(atlas),
  };
}
