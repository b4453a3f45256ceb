import "reflect-metadata";
import type { DataSourceOptions, ObjectLiteral, QueryRunner } from "typeorm";
import { DataSource, EntitySchema } from "typeorm";

const Author = new EntitySchema<ObjectLiteral>({
  name: "Author",
  columns: {
    id: { type: Number, primary: true, generated: true },
    name: { type: String },
    active: { type: Boolean },
  },
  relations: { posts: { type: "one-to-many", target: "Post", inverseSide: "author" } },
});

const Tag = new EntitySchema<ObjectLiteral>({
  name: "Tag",
  columns: { id: { type: Number, primary: true, generated: true }, label: { type: String } },
});

const Post = new EntitySchema<ObjectLiteral>({
  name: "Post",
  columns: {
    id: { type: Number, primary: true, generated: true },
    title: { type: String },
    views: { type: Number },
    removed: { type: Date, deleteDate: true },
  },
  relations: {
    author: { type: "many-to-one", target: "Author", joinColumn: true },
    tags: { type: "many-to-many", target: "Tag", joinTable: { name: "post_tags" } },
    comments: { type: "one-to-many", target: "Comment", inverseSide: "post" },
  },
});

const Comment = new EntitySchema<ObjectLiteral>({
  name: "Comment",
  columns: {
    id: { type: Number, primary: true, generated: true },
    text: { type: String },
    removed: { type: Date, deleteDate: true },
  },
  relations: {
    post: { type: "many-to-one", target: "Post", joinColumn: true },
    author: { type: "many-to-one", target: "Author", joinColumn: true },
  },
});

/** A composite key. */
const Vote = new EntitySchema<ObjectLiteral>({
  name: "Vote",
  columns: {
    postId: { type: Number, primary: true },
    readerId: { type: Number, primary: true },
    stars: { type: Number },
  },
});

class Medium {
  id!: number;
}
class Picture extends Medium {
  width!: number;
}

const MediumSchema = new EntitySchema<Medium>({
  target: Medium,
  name: "Medium",
  tableName: "medium",
  columns: { id: { type: Number, primary: true, generated: true } },
  inheritance: { pattern: "STI", column: { name: "kind", type: String } },
});

const PictureSchema = new EntitySchema<Picture>({
  target: Picture,
  name: "Picture",
  type: "entity-child",
  discriminatorValue: "picture",
  columns: { id: { type: Number, primary: true, generated: true }, width: { type: Number, nullable: true } },
});

const Topic = new EntitySchema<ObjectLiteral>({
  name: "Topic",
  trees: [{ type: "closure-table" }],
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String } },
  relations: {
    parent: { type: "many-to-one", target: "Topic", treeParent: true, inverseSide: "children" },
    children: { type: "one-to-many", target: "Topic", treeChildren: true, inverseSide: "parent" },
  },
});

const entities = [Author, Tag, Post, Comment, Vote, MediumSchema, PictureSchema, Topic];

export const BLOGS: Readonly<Record<"postgres" | "mysql" | "sqlite", DataSourceOptions>> = {
  postgres: { type: "postgres", entities },
  mysql: { type: "mysql", database: "blog", entities },
  sqlite: { type: "sqljs", entities },
};

/** A data source without a connection: its statements end in `texts`. */
export async function recordingBlog(
  options: DataSourceOptions,
): Promise<{ readonly blog: DataSource; readonly texts: string[] }> {
  const blog = new DataSource(options);
  await (blog as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas();
  const texts: string[] = [];
  const runner = {
    connection: blog,
    dataSource: blog,
    manager: blog.manager,
    data: {},
    broadcaster: { broadcast: async () => {} },
    query: async (sql: string) => {
      texts.push(sql);
      const records = answer(sql);
      return { records, raw: records };
    },
    release: async () => {},
  };
  blog.createQueryRunner = () => runner as unknown as QueryRunner;
  return { blog, texts };
}

/** One row of ones for the first statement of a page or of relations that are loaded apart, else none. */
function answer(sql: string): readonly ObjectLiteral[] {
  const names = [...sql.matchAll(/AS ["`]((?:ids_)?Post_\w+|cnt)["`]/g)].map((match) => match[1] ?? "");
  const wanted = sql.includes("ids_Post") ? names.filter((name) => name.startsWith("ids_")) : names;
  return [Object.fromEntries(wanted.map((name) => [name, name === "Post_removed" ? null : 1]))];
}
