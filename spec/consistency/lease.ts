/** Milliseconds of `lease`: short, so that a round sees what a killed writer leaves behind run out. */
export const LEASE_MS = 2000;
