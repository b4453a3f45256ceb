import type { Size, Workload } from "../workload";
import { blogChanges } from "./changes";
import { Category, Comment, Post, Tag, User } from "./entities";
import { Magazine } from "./magazine";
import { blogPages } from "./pages";
import { seedBlog } from "./seed";

/** Much written: views are counted, posts edited, comments made. */
export function blog(size: Size): Workload {
  const magazine = new Magazine(size);
  return {
    name: "blog",
    entities: [User, Category, Tag, Post, Comment],
    seed: (dataSource) => seedBlog(dataSource, magazine),
    pages: blogPages(magazine),
    changes: blogChanges(magazine),
  };
}
