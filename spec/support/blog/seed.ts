import type { Lab } from "../lab";
import { Category, Comment, Post, Summary, Tag } from "./entities";

/** Its key changes, or nobody knows that it does not: junction tables refer with ON UPDATE CASCADE. */
export const TAG_KEY_UPDATED = ["tag", "post_tags_tag"];
export const POST_KEY_UPDATED = ["post", "post_tags_tag"];

/** Deleting a post deletes its comments and its places in the junction, and empties its summary's reference. */
export const POST_DELETED = ["post", "comment", "post_tags_tag", "summary"];

export const TAG_DELETED = ["tag", "post_tags_tag"];

/** A few rows in every table of the blog; keys count from 1. */
export async function seedBlog(lab: Lab): Promise<void> {
  const { manager } = lab.dataSource;
  await manager.insert(Category, [{ title: "news" }, { title: "sports" }]);
  await manager.insert(Tag, [{ name: "first" }, { name: "second" }, { name: "third" }]);
  await manager.insert(Post, [
    { title: "one", categoryId: 1 },
    { title: "two", categoryId: 2, views: 5 },
  ]);
  await manager.insert(Comment, [
    { text: "well", postId: 1 },
    { text: "done", postId: 2 },
  ]);
  await manager.insert("post_tags_tag", [
    { postId: 1, tagId: 1 },
    { postId: 1, tagId: 2 },
    { postId: 2, tagId: 2 },
  ]);
  await manager.insert(Summary, { text: "short", post: { id: 1 } });
}
