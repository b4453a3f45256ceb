import type { DataSource, FindManyOptions, ObjectLiteral } from "typeorm";
import { Between, In, IsNull, LessThan, Like, MoreThanOrEqual, Not } from "typeorm";

export interface BlogRead {
  readonly read: (blog: DataSource) => Promise<unknown>;
  /** A line for each statement. */
  readonly uses: readonly string[];
}

export const FINDS: Readonly<Record<string, BlogRead>> = {
  "one by its key": {
    read: (blog) => blog.manager.findOneBy("Post", { id: 1 }),
    uses: ["post(authorId id removed title views) [id=# & removed null]; limited"],
  },
  "several keys, columns chosen": {
    read: (blog) => find(blog, "Author", { where: { id: In([1, 2]) }, select: { id: true, name: true } }),
    uses: ["author(id name) [id=#]"],
  },
  operators: {
    read: (blog) =>
      find(blog, "Post", {
        where: {
          views: Between(1, 9),
          title: Like("a%"),
          id: LessThan(5),
          author: { id: Not(3), active: true, name: Not(IsNull()) },
        },
        order: { views: "DESC" },
      }),
    uses: [
      "post(authorId id removed title views) [views>=# & views<=# & title~~# & id<# & removed null] / author(active id name) [id<># & active=# & name not null]",
    ],
  },
  alternatives: {
    read: (blog) =>
      find(blog, "Post", {
        where: [{ views: 1, title: "x" }, { views: 2, title: "y" }, { id: MoreThanOrEqual(3) }],
      }),
    uses: ["post(authorId id removed title views) [removed null & views=# & title=# | removed null & id>=#]"],
  },
  "relations that a join adds": {
    read: (blog) =>
      find(blog, "Post", {
        where: { id: 1 },
        relations: { author: true, tags: true, comments: { author: true } },
      }),
    uses: [
      "post(authorId id removed title views) [id=# & removed null] / author(active id name) selected<id=0.authorId> / post_tags(postId tagId) [postId=#~post.id] unused<postId=0.id> / tag(id label) selected<id=2.tagId> / comment(authorId id postId removed text) [removed null & postId=#~post.id] selected<postId=0.id> / author(active id name) selected<id=4.authorId>",
    ],
  },
  "relations in statements of their own": {
    read: (blog) =>
      find(blog, "Post", {
        where: { id: 1 },
        relations: { author: true, tags: true },
        relationLoadStrategy: "query",
      }),
    uses: [
      "post(authorId id removed title views) [id=# & removed null]",
      "author(active id name) / post(authorId id removed) [id=# & removed null]",
      "tag(id label) / post_tags(postId tagId) [postId=#]",
    ],
  },
  "a page with joined relations": {
    read: (blog) =>
      find(blog, "Post", {
        where: { views: 7 },
        relations: { author: true, tags: true },
        order: { title: "ASC" },
        skip: 10,
        take: 10,
      }),
    uses: [
      "post(id removed title views) [views=# & removed null]; limited combined repeatable",
      "post(authorId id removed title views) [views=# & removed null & id=#] / author(active id name) selected<id=0.authorId> / post_tags(postId tagId) [postId=#~post.id] unused<postId=0.id> / tag(id label) selected<id=2.tagId>",
    ],
  },
  "a page that is ordered by a relation": {
    read: (blog) =>
      find(blog, "Post", {
        relations: { author: true, tags: true },
        order: { author: { name: "ASC" } },
        take: 10,
      }),
    uses: [
      "post(authorId id removed) [removed null] / author(id name); limited combined repeatable",
      "post(authorId id removed title views) [removed null & id=#] / author(active id name) selected<id=0.authorId> / post_tags(postId tagId) [postId=#~post.id] unused<postId=0.id> / tag(id label) selected<id=2.tagId>",
    ],
  },
  "a count": {
    read: (blog) => blog.manager.countBy("Post", { author: { id: 2 } }),
    uses: [
      "post(authorId id removed) [removed null & authorId=#~author.id] / author(id) [id=#]; combined repeatable",
    ],
  },
  "a count with relations": {
    read: (blog) =>
      blog.manager.count<ObjectLiteral>("Post", {
        relations: { author: true, tags: true },
        where: { views: 3 },
      }),
    uses: [
      "post(authorId id removed views) [views=# & removed null] / author(id) unused<id=0.authorId> / post_tags(postId tagId) unused<postId=0.id> / tag(id) unused<id=2.tagId>; combined repeatable",
    ],
  },
  "whether one exists": {
    read: (blog) => blog.manager.existsBy("Vote", { postId: 1, readerId: 2 }),
    uses: ["vote(postId readerId) [postId=# & readerId=#]; limited"],
  },
  "a composite key": {
    read: (blog) =>
      blog
        .createQueryBuilder("Vote", "vote")
        .whereInIds([1, 2].map((id) => ({ postId: id, readerId: id })))
        .getMany(),
    uses: ["vote(postId readerId stars) [postId=# & readerId=#]"],
  },
  "soft-deleted rows, too": {
    read: (blog) => find(blog, "Post", { withDeleted: true, where: { author: { id: 1 } } }),
    uses: ["post(authorId id removed title views) [authorId=#~author.id] / author(id) [id=#]"],
  },
  "a child of a single table": {
    read: (blog) => blog.manager.findBy("Picture", { width: 3 }),
    uses: ["medium(id kind width) [width=# & kind=#]"],
  },
  "relation ids": {
    read: (blog) => find(blog, "Post", { where: { id: 1 }, loadRelationIds: true }),
    uses: [
      "post(authorId id removed title views) [id=# & removed null]",
      "tag(id) / post_tags(postId tagId) [postId=#]",
      "comment(id postId removed) [postId=# & removed null]",
    ],
  },
  "a relation by its key": {
    read: (blog) => blog.createQueryBuilder().relation("Post", "tags").of(1).loadMany(),
    uses: ["tag(id label) / post_tags(postId tagId) [postId=#]"],
  },
  "descendants in a closure table": {
    read: (blog) => blog.getTreeRepository("Topic").findDescendants({ id: 1 }),
    uses: ["topic(id name parentId) / topic_closure(id_ancestor id_descendant) [id_ancestor=#]"],
  },
  "roots of a tree": {
    read: (blog) => blog.getTreeRepository("Topic").findRoots(),
    uses: ["topic(id name parentId) [parentId null]"],
  },
  groups: {
    read: (blog) =>
      blog
        .createQueryBuilder("Post", "post")
        .select("post.authorId", "author")
        .addSelect("COUNT(*)", "posts")
        .where("post.views > :views", { views: 3 })
        .groupBy("post.authorId")
        .having("post.authorId IN (:...authors)", { authors: [1, 2] })
        .orderBy("posts")
        .getRawMany(),
    uses: ["post(authorId removed views) [views># & removed null & authorId=#]; combined"],
  },
  "an inner join that narrows": {
    read: (blog) =>
      blog
        .createQueryBuilder("Post", "post")
        .innerJoin("post.tags", "tag", "tag.label = :label", { label: "x" })
        .where("post.id = :id", { id: 1 })
        .getMany(),
    uses: [
      "post(authorId id removed title views) [id=# & removed null] / post_tags(postId tagId) [postId=#~post.id] / tag(id label) [label=#]",
    ],
  },
  "a join of which nothing is selected": {
    read: (blog) =>
      blog
        .createQueryBuilder("Post", "post")
        .leftJoin("post.comments", "comment")
        .where("post.id = :id", { id: 1 })
        .getMany(),
    uses: [
      "post(authorId id removed title views) [id=# & removed null] / comment(postId removed) [removed null & postId=#~post.id] unused<postId=0.id>",
    ],
  },
  "a subquery": {
    read: (blog) =>
      blog
        .createQueryBuilder("Post", "post")
        .where((builder) => {
          const comments = builder
            .subQuery()
            .select("1")
            .from("Comment", "comment")
            .where("comment.postId = post.id")
            .andWhere("comment.text = :text", { text: "x" });
          return `EXISTS ${comments.getQuery()}`;
        })
        .getMany(),
    uses: [
      "post(authorId id removed title views) [removed null] / comment(postId removed text) [text=# & removed null]",
    ],
  },
  "a sum": {
    read: (blog) => blog.manager.sum<ObjectLiteral>("Post", "views", { author: { id: 1 } }),
    uses: [
      "post(authorId removed views) [removed null & authorId=#~author.id] / author(id) [id=#]; combined",
    ],
  },
};

/** The entities are schemas without classes: their columns have no types to check against. */
function find(blog: DataSource, entity: string, options: FindManyOptions<ObjectLiteral>): Promise<unknown> {
  return blog.manager.find<ObjectLiteral>(entity, options);
}
