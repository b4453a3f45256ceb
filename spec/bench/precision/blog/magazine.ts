import { Popularity } from "../popularity";
import type { Size } from "../workload";

const SIZES = {
  full: { users: 300, categories: 12, tags: 60, posts: 3000, comments: 6000 },
  tiny: { users: 20, categories: 4, tags: 8, posts: 100, comments: 200 },
} as const;

/** How many rows the blog begins with, and which of them are popular. */
export class Magazine {
  readonly users: number;
  readonly categories: number;
  readonly tags: number;
  readonly posts: number;
  readonly comments: number;
  readonly popularUsers: Popularity;
  readonly popularCategories: Popularity;
  readonly popularTags: Popularity;
  readonly popularPosts: Popularity;

  constructor(size: Size) {
    const { users, categories, tags, posts, comments } = SIZES[size];
    this.users = users;
    this.categories = categories;
    this.tags = tags;
    this.posts = posts;
    this.comments = comments;
    this.popularUsers = new Popularity(users, 1);
    this.popularCategories = new Popularity(categories, 2);
    this.popularTags = new Popularity(tags, 3);
    this.popularPosts = new Popularity(posts, 4);
  }
}

/** Of the posts that there are from the beginning, whose keys count from 1. */
export function slugOf(postId: number): string {
  return `post-${postId}`;
}
