import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
} from "typeorm";

export type Status = "draft" | "review" | "final";
export const STATUSES: readonly Status[] = ["draft", "review", "final"];

@Entity()
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @Column({ unique: true })
  email!: string;

  @Column("text")
  bio!: string;

  @OneToMany(() => Post, (post) => post.author)
  posts!: Post[];
}

@Entity()
export class Category {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ unique: true })
  slug!: string;

  @Column()
  title!: string;

  @OneToMany(() => Post, (post) => post.category)
  posts!: Post[];
}

@Entity()
export class Tag {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @ManyToMany(() => Post, (post) => post.tags)
  posts!: Post[];
}

@Entity()
@Index(["categoryId", "createdAt"])
@Index(["authorId"])
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ unique: true })
  slug!: string;

  @Column()
  title!: string;

  @Column("text")
  body!: string;

  @Column("varchar", { length: 10 })
  status!: Status;

  @Column({ default: false })
  published!: boolean;

  @Column("integer", { default: 0 })
  views!: number;

  @CreateDateColumn()
  createdAt!: Date;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @Column("integer")
  authorId!: number;

  @ManyToOne(() => User, (user) => user.posts)
  author!: User;

  @Column("integer")
  categoryId!: number;

  @ManyToOne(() => Category, (category) => category.posts)
  category!: Category;

  @ManyToMany(() => Tag, (tag) => tag.posts)
  @JoinTable({ name: "post_tag" })
  tags!: Tag[];

  @OneToMany(() => Comment, (comment) => comment.post)
  comments!: Comment[];
}

@Entity()
@Index(["postId"])
export class Comment {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column("text")
  body!: string;

  @CreateDateColumn()
  createdAt!: Date;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @Column("integer")
  postId!: number;

  @ManyToOne(() => Post, (post) => post.comments, { onDelete: "CASCADE" })
  post!: Post;

  @Column("integer")
  userId!: number;

  @ManyToOne(() => User)
  user!: User;
}
