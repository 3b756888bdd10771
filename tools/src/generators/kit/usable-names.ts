import { NameError, namesOf, type Names } from './names.js';
import { isReserved } from './reserved.js';

/** With what generated code puts around a name, 63 characters are the most that PostgreSQL takes. */
const MAX_LENGTH = 40;

/**
 * The forms of a name that code is generated for.
 * @throws NameError that says what to give instead
 */
export function usableNames(given: string): Names {
  const names = namesOf(given);
  if (isReserved(names.camel)) {
    throw new NameError(
      `The name ${names.kebab} is reserved, for it means something in TypeScript or in what is generated: choose another one, such as ${names.kebab}-entry`,
    );
  }
  if (names.kebab.length > MAX_LENGTH) {
    throw new NameError(
      `"${names.kebab}" has ${names.kebab.length} characters: give at most ${MAX_LENGTH}, for PostgreSQL bounds what is named after it`,
    );
  }
  return names;
}
