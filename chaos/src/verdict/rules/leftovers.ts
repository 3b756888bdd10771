import type { Evidence } from '../evidence.js';
import type { Finding } from '../finding.js';

/**
 * Nothing is under way any more, and nothing was given up: every fault that a run makes passes, so a dead
 * letter says that something took a passing fault for a lasting one.
 */
export function judgeLeftovers({ inFlight, deadLetters }: Evidence): Finding[] {
  return [
    ...inFlight.map((what): Finding => ({ kind: 'unfinished', key: 'the mesh', what })),
    ...deadLetters.map(({ place, group, type, key, eventId, reason, error }): Finding => {
      const what = `${place}: ${type} ${eventId} is a dead letter of ${group} (${reason}: ${error})`;
      return { kind: 'unexplained', key: key ?? eventId, what };
    }),
  ];
}
