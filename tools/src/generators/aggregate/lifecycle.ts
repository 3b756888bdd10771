import { eventNames } from '../event/event-name.js';
import { NameError, namesOf, type Names } from '../kit/names.js';

/** A state of an aggregate, and the event that tells of reaching it. */
export interface State {
  /** `RETURNED`. */
  readonly upper: string;
  /** `LoanReturned`. */
  readonly event: string;
  /** The states that it may change into. */
  readonly next: readonly string[];
}

export interface Lifecycle {
  /** The first one is where it begins. */
  readonly states: readonly State[];
  /** Allowed changes, the first ones from the state where it begins. */
  readonly changes: readonly (readonly [from: string, to: string])[];
}

/**
 * The lifecycle of `opened>closed,opened>cancelled`.
 * @throws NameError for a list that is none, or a state that makes no event
 */
export function lifecycleOf(aggregate: Names, list: string): Lifecycle {
  const given = list.split(',').map((one) => one.trim().split('>'));
  const wrong = given.find((one) => one.length !== 2 || one.some((state) => state.trim() === ''));
  if (wrong) {
    throw new NameError(
      `"${wrong.join('>')}" is no change: give from>to separated by commas, such as opened>closed,opened>cancelled`,
    );
  }
  const changes = given.map(([from = '', to = '']) => [namesOf(from), namesOf(to)] as const);
  const twice = changes.find(([from, to]) => from.kebab === to.kebab);
  if (twice)
    throw new NameError(
      `${twice[0].kebab} can't change into itself: give two states, such as opened>closed`,
    );
  const all = new Map(changes.flat().map((state) => [state.upper, state]));
  const states = [...all.values()].map(({ upper, kebab }) => ({
    upper,
    event: eventNames(`${aggregate.kebab}-${kebab}`).pascal,
    next: changes.filter(([from]) => from.upper === upper).map(([, to]) => to.upper),
  }));
  const inWords = changes.map(([from, to]) => [from.upper, to.upper] as const);
  if (!states.some(({ next }) => next.length === 0))
    throw new NameError('There is no state that it ends in; add one, such as opened>closed');
  return { states, changes: inWords };
}
