import { Popularity } from "../popularity";
import type { Page, Visit } from "../workload";
import { Category, Comment, Post, type Status, STATUSES, User } from "./entities";
import { type Magazine, slugOf } from "./magazine";

const PAGE_SIZE = 10;
const NEWEST_FIRST = { createdAt: "DESC", id: "DESC" } as const;
const ADMIN_PAGES = 3;

export function blogPages(magazine: Magazine): readonly Page[] {
  const { popularCategories, popularPosts, popularTags, popularUsers } = magazine;
  const only = new Popularity(1, 1);
  const lists = new Popularity(ADMIN_PAGES * STATUSES.length, 1);
  return [
    page("home", 20, popularCategories, (visit, instance) => home(visit, instance + 1)),
    page("post", 40, popularPosts, (visit, instance) => post(visit, slugOf(instance + 1))),
    page("author", 8, popularUsers, (visit, instance) => author(visit, instance + 1)),
    page("profile", 5, popularUsers, (visit, instance) => profile(visit, instance + 1)),
    page("tag", 8, popularTags, (visit, instance) => tagged(visit, instance + 1)),
    page("categories", 8, only, categories),
    page("latest comments", 4, only, latestComments),
    page("slug", 4, popularPosts, (visit, instance) => slug(visit, slugOf(instance + 1))),
    page("admin list", 3, lists, (visit, instance) =>
      adminList(
        visit,
        STATUSES[instance % STATUSES.length] as Status,
        Math.floor(instance / STATUSES.length),
      ),
    ),
  ];
}

function page(name: string, weight: number, popularity: Popularity, show: Page["show"]): Page {
  return { name, weight, popularity, show };
}

async function home({ dataSource, ask }: Visit, categoryId: number): Promise<void> {
  const where = { published: true, categoryId };
  await ask(() => dataSource.getRepository(Category).findOneBy({ id: categoryId }));
  await ask(() =>
    dataSource
      .getRepository(Post)
      .find({ where, relations: { author: true }, order: NEWEST_FIRST, take: PAGE_SIZE }),
  );
}

async function post({ dataSource, ask }: Visit, slug: string): Promise<void> {
  const relations = { author: true, category: true, tags: true } as const;
  const found = await ask(() =>
    dataSource.getRepository(Post).findOne({ where: { slug, published: true }, relations }),
  );
  if (!found) return;
  const comments = dataSource
    .getRepository(Comment)
    .createQueryBuilder("comment")
    .leftJoinAndSelect("comment.user", "user")
    .where("comment.postId = :id", { id: found.id })
    .orderBy("comment.createdAt", "ASC")
    .addOrderBy("comment.id", "ASC");
  await ask(() => comments.clone().getMany());
}

async function author({ dataSource, ask }: Visit, authorId: number): Promise<void> {
  const posts = dataSource.getRepository(Post);
  const where = { authorId, published: true };
  await ask(() => dataSource.getRepository(User).findOneBy({ id: authorId }));
  await ask(() => posts.find({ where, order: NEWEST_FIRST, take: PAGE_SIZE }));
  await ask(() => posts.countBy(where));
}

async function profile({ dataSource, ask }: Visit, id: number): Promise<void> {
  await ask(() => dataSource.getRepository(User).findOneBy({ id }));
  await ask(() => dataSource.getRepository(Comment).countBy({ userId: id }));
}

async function tagged({ dataSource, ask }: Visit, id: number): Promise<void> {
  const query = dataSource
    .getRepository(Post)
    .createQueryBuilder("post")
    .innerJoin("post.tags", "tag")
    .leftJoinAndSelect("post.author", "author")
    .where("tag.id = :id AND post.published = :published", { id, published: true })
    .orderBy("post.createdAt", "DESC")
    .addOrderBy("post.id", "DESC");
  await ask(() => query.clone().take(PAGE_SIZE).getMany());
}

async function categories({ dataSource, ask }: Visit): Promise<void> {
  const counts = dataSource
    .getRepository(Post)
    .createQueryBuilder("post")
    .select("post.categoryId", "categoryId")
    .addSelect("COUNT(*)", "posts")
    .where("post.published = :published", { published: true })
    .groupBy("post.categoryId");
  await ask(() => dataSource.getRepository(Category).find({ order: { title: "ASC", id: "ASC" } }));
  await ask(() => counts.clone().getRawMany());
}

async function latestComments({ dataSource, ask }: Visit): Promise<void> {
  const relations = { user: true } as const;
  await ask(() => dataSource.getRepository(Comment).find({ relations, order: { id: "DESC" }, take: 5 }));
}

/** What an editor's form asks: is it taken, and by what. */
async function slug({ dataSource, ask }: Visit, slug: string): Promise<void> {
  const posts = dataSource.getRepository(Post);
  await ask(() => posts.existsBy({ slug }));
  await ask(() => posts.findOne({ where: { slug }, select: { id: true, title: true } }));
}

async function adminList({ dataSource, ask }: Visit, status: Status, page: number): Promise<void> {
  const query = dataSource
    .getRepository(Post)
    .createQueryBuilder("post")
    .leftJoinAndSelect("post.category", "category")
    .where("post.status = :status", { status })
    .orderBy("post.createdAt", "DESC")
    .addOrderBy("post.id", "DESC");
  await ask(() =>
    query
      .clone()
      .skip(page * PAGE_SIZE)
      .take(PAGE_SIZE)
      .getManyAndCount(),
  );
}
