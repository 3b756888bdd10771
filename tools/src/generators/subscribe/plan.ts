import type { Tree } from '@nx/devkit';
import type { FoundEvent } from '../kit/find-event.js';
import { NameError, namesOf } from '../kit/names.js';
import type { Service } from '../kit/services.js';
import { groupsOf } from '../kit/streams.js';

export type Delivery = 'effectively-once' | 'at-least-once' | 'at-most-once';

export interface SubscribeOptions {
  readonly service: string;
  readonly event: string;
  readonly delivery?: Delivery;
  readonly group?: string;
  readonly eachReplica?: boolean;
  /** For the gateway alone. */
  readonly key?: string;
  readonly versionField?: string;
  readonly plural?: string;
}

/** How a service hears an event. */
export interface Plan {
  readonly delivery: Delivery;
  readonly eachReplica: boolean;
  readonly group: string;
  /** The handler has to name it: it is not the one of the service. */
  readonly ownGroup: boolean;
}

/** @throws NameError for what can't be promised */
export function planSubscription(
  tree: Tree,
  asked: {
    readonly service: Service;
    readonly event: FoundEvent;
    readonly options: SubscribeOptions;
  },
): Plan {
  const { service, event, options } = asked;
  const ofGateway = (['key', 'versionField', 'plural'] as const).find((name) => options[name]);
  if (ofGateway !== undefined) {
    throw new NameError(
      `--${namesOf(ofGateway).kebab} says how something is shown live, so for the gateway alone: leave it out for ${service.kebab}`,
    );
  }
  if (event.stream === 'work') {
    throw new NameError(
      `${event.pascal} is work that ${event.producer.kebab} hands out by routing keys, no fact for everybody: subscribe to an event of a log, or see docs/how-to/webhooks.md for workers`,
    );
  }
  const eachReplica = options.eachReplica === true || options.delivery === 'at-most-once';
  const usual = service.hasDatabase ? 'effectively-once' : 'at-least-once';
  const delivery = options.delivery ?? (eachReplica ? 'at-most-once' : usual);
  if (delivery === 'effectively-once' && !service.hasDatabase) {
    throw new NameError(
      `${service.kebab} has no database to note in what it has handled: take --delivery at-least-once and an effect that bears repeats`,
    );
  }
  if (delivery === 'effectively-once' && eachReplica) {
    throw new NameError(
      `Every replica of ${service.kebab} would have the effect, so not once: leave out --each-replica, or take --delivery at-most-once`,
    );
  }
  const group = options.group ?? groupOf(tree, service, event, eachReplica);
  if (!/^[a-z][a-z\d.-]*$/.test(group))
    throw new NameError(`"${group}" is no group: take lower case, digits, dots and dashes`);
  return { delivery, eachReplica, group, ownGroup: group !== service.kebab };
}

/** That of the service, unless it reads another stream; a group of two streams would be replayed on both. */
function groupOf(tree: Tree, service: Service, event: FoundEvent, eachReplica: boolean): string {
  const { kebab } = service;
  const names = eachReplica
    ? [`${kebab}.watch`, `${kebab}.watch-${event.producer.kebab}`]
    : [kebab, `${kebab}.${event.producer.kebab}`];
  const stream = `${event.producer.camel}Stream`;
  const groups = groupsOf(tree, service);
  const isFree = (name: string) =>
    groups.every((one) => one.name !== name || one.stream === stream);
  return names.find(isFree) ?? (names[1] as string);
}
