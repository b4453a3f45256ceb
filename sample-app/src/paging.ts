/** One page of a longer list, counted from 1. */
export interface Paging {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  /** Number of the page's first and last row; both 0 in an empty list. */
  readonly from: number;
  readonly to: number;
}

/** The page that a URL asks for; 1 for everything that is not a number from 1 to 99,999. */
export function pageNumber(text: unknown): number {
  return typeof text === "string" && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 1;
}

export function paging(page: number, size: number, total: number): Paging {
  const pages = Math.max(1, Math.ceil(total / size));
  const from = total === 0 ? 0 : (page - 1) * size + 1;
  return { page, pages, total, from, to: Math.min(page * size, total) };
}

/** `skip` and `take` of a page. */
export function slice(page: number, size: number): { skip: number; take: number } {
  return { skip: (page - 1) * size, take: size };
}
