// What commands do with wrong words: they say so, and end.

/**
 * @param {string} name of the option
 * @param {string} text
 */
export function wholeNumber(name, text) {
  const number = Number(text);
  return Number.isInteger(number) && number > 0
    ? number
    : fail(`--${name} ${text} is no whole number above 0`);
}

/**
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(message);
  process.exit(1);
}
