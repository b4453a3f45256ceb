import type { DataSource } from "typeorm";
import type { Random } from "../../../unit/sql/random";
import { capitalised, sentence, word } from "../words";
import type { Change } from "../workload";
import { Comment, Post, STATUSES, User } from "./entities";
import type { Magazine } from "./magazine";

/** Visitors count and comment on what is popular; editors work on any post. */
export function blogChanges(magazine: Magazine): readonly Change[] {
  const popularPost = (random: Random): number => 1 + magazine.popularPosts.draw(random);
  const anyPost = (random: Random): number => 1 + random.below(magazine.posts);
  const anyUser = (random: Random): number => 1 + random.below(magazine.users);
  const anyCategory = (random: Random): number => 1 + random.below(magazine.categories);
  const popularTag = (random: Random): number => 1 + magazine.popularTags.draw(random);
  return [
    change("count a view", 40, ({ manager }, random) =>
      manager.increment(Post, { id: popularPost(random) }, "views", 1),
    ),
    change("edit a post", 12, (dataSource, random) => editPost(dataSource, anyPost(random), random)),
    change("comment on a post", 10, ({ manager }, random) => {
      const [postId, userId] = [popularPost(random), anyUser(random)];
      return manager.save(Comment, { body: sentence(random, 12), postId, userId });
    }),
    change("comment without reading it back", 5, ({ manager }, random) => {
      const [postId, userId] = [popularPost(random), anyUser(random)];
      return manager.insert(Comment, { body: sentence(random, 12), postId, userId });
    }),
    change("publish or unpublish", 6, ({ manager }, random) =>
      manager.update(Post, anyPost(random), { published: random.chance(0.7) }),
    ),
    change("write a post", 5, (dataSource, random) =>
      writePost(dataSource, anyUser(random), anyCategory(random), popularTag(random), random),
    ),
    change("edit a profile", 4, ({ manager }, random) =>
      manager.update(User, { id: anyUser(random) }, { bio: sentence(random, 20) }),
    ),
    change("move to another category", 4, ({ manager }, random) =>
      manager.save(Post, { id: anyPost(random), categoryId: anyCategory(random) }),
    ),
    change("hide a comment", 3, (dataSource, random) => hideComment(dataSource, popularPost(random))),
    change("set the status", 3, (dataSource, random) => setStatus(dataSource, anyPost(random), random)),
    change("tag a post", 3, (dataSource, random) => tagPost(dataSource, anyPost(random), popularTag(random))),
    change("delete a comment", 2, (dataSource, random) => deleteComment(dataSource, popularPost(random))),
    change("delete a post", 1, ({ manager }, random) => manager.softDelete(Post, anyPost(random))),
    change("take the tags off a post", 1, (dataSource, random) => untagPost(dataSource, anyPost(random))),
    change("rename a user", 1, ({ manager }, random) =>
      manager.save(User, { id: anyUser(random), name: capitalised(word(random)) }),
    ),
  ];
}

function change(name: string, weight: number, apply: Change["apply"]): Change {
  return { name, weight, apply };
}

/** Loads, assigns and saves, as a form's handler does. A deleted post cannot be edited. */
async function editPost({ manager }: DataSource, id: number, random: Random): Promise<void> {
  const post = await manager.findOneBy(Post, { id });
  if (!post) return;
  if (random.chance(0.3)) post.title = sentence(random, 5);
  post.body = sentence(random, 40);
  await manager.save(post);
}

/** The post and its place among the tag's, in one transaction; half of them are drafts. */
async function writePost(
  { manager }: DataSource,
  authorId: number,
  categoryId: number,
  tagId: number,
  random: Random,
): Promise<void> {
  const published = random.chance(0.5);
  await manager.save(Post, {
    slug: `new-${word(random)}-${random.next()}`,
    title: sentence(random, 5),
    body: sentence(random, 40),
    status: published ? "final" : "draft",
    published,
    authorId,
    categoryId,
    tags: [{ id: tagId }],
  });
}

async function setStatus(dataSource: DataSource, id: number, random: Random): Promise<void> {
  const status = random.pick(STATUSES);
  const update = dataSource.createQueryBuilder().update(Post).set({ status });
  await update.where("id = :id", { id }).execute();
}

async function tagPost(dataSource: DataSource, postId: number, tagId: number): Promise<void> {
  const insert = dataSource.createQueryBuilder().insert().into("post_tag");
  await insert.values({ postId, tagId }).orIgnore().execute();
}

async function untagPost({ manager }: DataSource, id: number): Promise<void> {
  const post = await manager.findOne(Post, { where: { id }, relations: { tags: true } });
  if (!post) return;
  post.tags = [];
  await manager.save(post);
}

async function hideComment({ manager }: DataSource, postId: number): Promise<void> {
  const comment = await newestComment(manager, postId);
  if (comment) await manager.softRemove(comment);
}

async function deleteComment({ manager }: DataSource, postId: number): Promise<void> {
  const comment = await newestComment(manager, postId);
  if (comment) await manager.remove(comment);
}

function newestComment(manager: DataSource["manager"], postId: number): Promise<Comment | null> {
  return manager.findOne(Comment, { where: { postId }, order: { id: "DESC" } });
}
