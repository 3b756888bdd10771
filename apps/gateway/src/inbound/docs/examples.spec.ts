import { describe, expect, it } from 'vitest';
import { topicsOf } from '../../feature.js';
import { features } from '../../features.js';
import { counters, probes } from '../../use-cases/testing/probe-resources.js';
import { devTokenApi } from '../dev-token.api.js';
import { Subscriptions } from '../live-messages.js';
import { liveNamespace } from './live-namespace.js';
import { Problem } from './openapi-parts.js';
import { operationsApi } from './operations-api.js';

const parts = [...features.flatMap(({ api }) => api ?? []), operationsApi('gateway'), devTokenApi];
const schemas = [...parts.flatMap((part) => part.schemas), Problem];

it.each(schemas)('the example of $id is of its schema', ({ schema, example }) => {
  expect(schema.safeParse(example).error?.issues).toBeUndefined();
});

describe.each(['subscribe', 'unsubscribe'])('each example of %s is taken', (name) => {
  it('with what this gateway serves', () => {
    const topics = topicsOf(features);
    const subscriptions = new Subscriptions(topics);
    for (const { payload } of liveNamespace(topics).messages[name]!.examples) {
      expect(subscriptions.parse(payload)).not.toHaveProperty('fault');
    }
  });

  it('given nothing to follow, then there is none', () => {
    const { messages } = liveNamespace({ resources: [], states: [] });
    expect(messages[name]!.examples).toEqual([]);
  });
});

it('a name of a resource is that of one', () => {
  const topics = topicsOf(features);
  const names = [...topics.resources, probes].flatMap(({ idField, feed }) => [idField, feed]);
  const feeds = [...names, ...[...topics.states, counters].map(({ feed }) => feed)];
  expect(feeds).toEqual([...new Set(feeds)]);
  expect(topics.resources.filter(({ isDefault }) => isDefault).length).toBeLessThanOrEqual(1);
});
