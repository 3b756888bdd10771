import { NameError, type Names } from '../kit/names.js';
import { usableNames } from '../kit/usable-names.js';

/** Participles that do not end in -ed. */
const irregular = new Set(
  `begun bent bought bound broken brought built caught chosen come cut done drawn driven drunk fallen felt found
  fought forgotten frozen given gone grown held hidden hit kept known laid led left lent lost made met
  overdue paid put quit read run said seen sent set shown shut sold spent split stolen stood sunk taken taught
  thought thrown told understood withdrawn won worn written`.split(/\s+/),
);

/**
 * The forms of an event's name.
 * @throws NameError when it does not read as something that has happened
 */
export function eventNames(given: string, anyName = false): Names {
  const names = usableNames(given);
  const last = names.kebab.split('-').at(-1) as string;
  if (anyName || last.endsWith('ed') || irregular.has(last)) return names;
  throw new NameError(
    `${names.pascal} does not read as something that has happened: end in a participle, such as BookLent or LoanExtended, or pass --any-name`,
  );
}
