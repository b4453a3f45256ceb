import type { Size } from "../workload";
import { Popularity } from "../popularity";

const SIZES = {
  full: { countries: 50, cities: 3000, tags: 100, comments: 4000 },
  tiny: { countries: 8, cities: 150, tags: 12, comments: 200 },
} as const;

/** How many rows the atlas begins with, and which of them are popular. */
export class Atlas {
  readonly countries: number;
  readonly cities: number;
  readonly tags: number;
  readonly comments: number;
  readonly popularCities: Popularity;
  readonly popularTags: Popularity;

  constructor(size: Size) {
    const { countries, cities, tags, comments } = SIZES[size];
    this.countries = countries;
    this.cities = cities;
    this.tags = tags;
    this.comments = comments;
    this.popularCities = new Popularity(cities, 1);
    this.popularTags = new Popularity(tags, 2);
  }
}

export const REGIONS = ["Africa", "Americas", "Asia", "Europe", "Oceania"] as const;

/** `AA`, `AB`, … */
export function countryCode(index: number): string {
  return String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26));
}
