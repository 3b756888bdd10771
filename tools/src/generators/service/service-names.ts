import { isReserved } from '../kit/reserved.js';
import { NameError, namesOf, type Names } from '../kit/names.js';

/** What carries the name gets a suffix, and 63 characters are the most that Kubernetes takes. */
const MAX_LENGTH = 30;
/** Folders, packages and places that are not services, or are the mesh's own. */
const taken = new Set(
  `api-server base bench chaos checks cli collector contracts dns e2e edge envelope gateway kafka keda linkerd
  live-client mesh messaging outbox outside pg-log postgres probe prometheus rabbitmq service service-kit telemetry
  tools tracing type web`.split(/\s+/),
);

/** The forms of a service's name. @throws NameError that says what to give instead */
export function serviceNames(given: string): Names {
  const names = namesOf(given);
  if (names.kebab !== given) {
    throw new NameError(`"${given}" is not kebab-case: give ${names.kebab}`);
  }
  if (given.length > MAX_LENGTH) {
    throw new NameError(
      `"${given}" has ${given.length} characters: give at most ${MAX_LENGTH}, for Kubernetes bounds what is named after it`,
    );
  }
  if (taken.has(given) || isReserved(names.camel)) {
    throw new NameError(`The name ${given} is reserved: choose another one`);
  }
  return names;
}
