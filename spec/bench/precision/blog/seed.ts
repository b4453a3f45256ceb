import type { DataSource } from "typeorm";
import { Random } from "../../../unit/sql/random";
import { capitalised, sentence, word } from "../words";
import { insertAll } from "../workload";
import { Category, Comment, Post, STATUSES, Tag, User } from "./entities";
import { type Magazine, slugOf } from "./magazine";

const FIRST_POST = Date.UTC(2020, 0, 1);
const HOUR = 3_600_000;

export async function seedBlog(dataSource: DataSource, magazine: Magazine): Promise<void> {
  const random = new Random(2);
  await insertAll(dataSource, User, people(magazine, random));
  await insertAll(dataSource, Category, named(magazine.categories, "category", random));
  await insertAll(
    dataSource,
    Tag,
    named(magazine.tags, "tag", random).map(({ title }) => ({ name: title })),
  );
  await insertAll(dataSource, Post, posts(magazine, random));
  await insertAll(dataSource, "post_tag", placesOfTags(magazine, random));
  await insertAll(dataSource, Comment, comments(magazine, random));
}

function people({ users }: Magazine, random: Random): object[] {
  return Array.from({ length: users }, (_, index) => {
    return { name: capitalised(word(random)), email: `${index}@example.org`, bio: sentence(random, 20) };
  });
}

function named(count: number, kind: string, random: Random): { slug: string; title: string }[] {
  return Array.from({ length: count }, (_, index) => {
    return { slug: `${kind}-${index + 1}`, title: capitalised(word(random)) };
  });
}

/** An hour apart; nine of ten are published. */
function posts(magazine: Magazine, random: Random): object[] {
  return Array.from({ length: magazine.posts }, (_, index) => {
    const published = random.chance(0.9);
    return {
      slug: slugOf(index + 1),
      title: sentence(random, 5),
      body: sentence(random, 40),
      status: published ? "final" : random.pick(STATUSES),
      published,
      views: random.below(1000),
      createdAt: new Date(FIRST_POST + index * HOUR),
      authorId: 1 + magazine.popularUsers.draw(random),
      categoryId: 1 + magazine.popularCategories.draw(random),
    };
  });
}

function placesOfTags(magazine: Magazine, random: Random): object[] {
  return Array.from({ length: magazine.posts }, (_, index) => {
    const tags = new Set(Array.from({ length: random.below(4) }, () => magazine.popularTags.draw(random)));
    return [...tags].map((tag) => ({ postId: index + 1, tagId: tag + 1 }));
  }).flat();
}

function comments(magazine: Magazine, random: Random): object[] {
  return Array.from({ length: magazine.comments }, (_, index) => {
    return {
      body: sentence(random, 12),
      createdAt: new Date(FIRST_POST + index * HOUR),
      postId: 1 + magazine.popularPosts.draw(random),
      userId: 1 + magazine.popularUsers.draw(random),
    };
  });
}
