import {
  Column,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryGeneratedColumn,
} from "typeorm";
import { Cached } from "../../../src";

/** The blog that most specs are about: every kind of relation, everything cached. */
@Entity()
@Cached("all", "10m")
export class Category {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  title!: string;

  @OneToMany(() => Post, (post) => post.category)
  posts!: Post[];
}

@Entity()
@Cached("all", "10m")
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  title!: string;

  @Column({ default: true })
  visible!: boolean;

  @Column({ default: 0 })
  views!: number;

  @ManyToOne(() => Category, (category) => category.posts, { onDelete: "CASCADE", nullable: true })
  category!: Category | null;

  @Column({ nullable: true })
  categoryId!: number | null;

  @OneToMany(() => Comment, (comment) => comment.post)
  comments!: Comment[];

  @ManyToMany(() => Tag, (tag) => tag.posts)
  @JoinTable()
  tags!: Tag[];

  @OneToOne(() => Summary, (summary) => summary.post)
  summary!: Summary | null;
}

@Entity()
@Cached("all", "10m")
export class Comment {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  text!: string;

  @ManyToOne(() => Post, (post) => post.comments, { onDelete: "CASCADE" })
  post!: Post;

  @Column()
  postId!: number;
}

@Entity()
@Cached("all", "10m")
export class Tag {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  // Said, because TypeORM 0.3 defaults to NO ACTION at this end of a relation that has two.
  @ManyToMany(() => Post, (post) => post.tags, { onDelete: "CASCADE", onUpdate: "CASCADE" })
  posts!: Post[];
}

@Entity()
@Cached("all", "10m")
export class Summary {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  text!: string;

  @OneToOne(() => Post, (post) => post.summary, { onDelete: "SET NULL", nullable: true })
  @JoinColumn()
  post!: Post | null;
}

export const BLOG = [Category, Post, Comment, Tag, Summary] as const;
