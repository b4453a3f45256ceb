/** What a map needs of a place. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly population: number;
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Dots in a drawing of `width` by `height` units. */
export interface DotMap {
  readonly width: number;
  readonly height: number;
  readonly dots: readonly Dot[];
}

const SIDE = 320;
const MARGIN = 12;
const LARGEST_RADIUS = 8;

/**
 * Places as dots whose area grows with the population, north up; enough of them show the shape of a
 * country. `undefined` if there are too few. Longitudes shrink by the cosine of the middle latitude.
 */
export function dotMap(places: readonly Place[]): DotMap | undefined {
  if (places.length < 3) return undefined;
  const latitudes = extent(places.map((place) => place.latitude));
  const shrink = Math.cos((((latitudes.min + latitudes.max) / 2) * Math.PI) / 180);
  const xs = unwrap(places.map((place) => place.longitude)).map((longitude) => longitude * shrink);
  const x = extent(xs);
  const scale = SIDE / Math.max(x.max - x.min, latitudes.max - latitudes.min, 0.1);
  const largest = extent(places.map((place) => place.population)).max;
  const dots = places.map((place, i) => ({
    x: round(MARGIN + (xs[i]! - x.min) * scale),
    y: round(MARGIN + (latitudes.max - place.latitude) * scale),
    radius: round(Math.max(1, LARGEST_RADIUS * Math.sqrt(place.population / Math.max(1, largest)))),
  }));
  const height = (latitudes.max - latitudes.min) * scale;
  return { width: round(2 * MARGIN + (x.max - x.min) * scale), height: round(2 * MARGIN + height), dots };
}

// Fiji and Russia reach across the 180th meridian: their western longitudes go on beyond 180.
function unwrap(longitudes: readonly number[]): number[] {
  const { min, max } = extent(longitudes);
  return longitudes.map((longitude) => (max - min > 180 && longitude < -30 ? longitude + 360 : longitude));
}

function extent(values: readonly number[]): { min: number; max: number } {
  return { min: Math.min(...values), max: Math.max(...values) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
