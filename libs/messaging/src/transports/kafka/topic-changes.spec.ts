import { describe, expect, it } from 'vitest';
import { differencesOf, type FoundTopic } from './topic-changes.js';

const topic = { name: 'mesh.test', partitions: 6 };
const found = (settings: Record<string, string> = {}): FoundTopic => ({
  ...{ partitions: 6, replicationFactor: 2, inSyncReplicas: 2 },
  settings: new Map(Object.entries({ 'max.message.bytes': '2097152', ...settings })),
});

describe('the differences of a topic', () => {
  it('given a topic that is as described, then there are none', () => {
    expect(differencesOf(topic, found({ 'retention.ms': '5' }))).toEqual([]);
  });

  it('given a topic that is not there, then making it is safe', () => {
    expect(differencesOf(topic, null)).toMatchObject([
      { resource: 'topic', name: 'mesh.test', setting: null, change: 'safe' },
    ]);
  });

  it.each([
    ['more partitions', { partitions: 9 }, {}, 'unsafe'],
    ['fewer partitions', { partitions: 3 }, {}, 'unsafe'],
    ['more copies', { replicationFactor: 3 }, {}, 'unsafe'],
    ['longer retention', { retentionMs: 10 }, { 'retention.ms': '9' }, 'safe'],
    ['shorter retention', { retentionMs: 9 }, { 'retention.ms': '10' }, 'unsafe'],
    ['retention for ever', { retentionMs: -1 }, { 'retention.ms': '10' }, 'safe'],
    ['an end of retention for ever', { retentionMs: 10 }, { 'retention.ms': '-1' }, 'unsafe'],
    ['compaction', { cleanupPolicy: 'compact' }, { 'cleanup.policy': 'delete' }, 'unsafe'],
    ['deletion', { cleanupPolicy: 'compact,delete' }, { 'cleanup.policy': 'compact' }, 'unsafe'],
    ['no deletion', { cleanupPolicy: 'compact' }, { 'cleanup.policy': 'delete,compact' }, 'safe'],
    ['more in sync', { minInsyncReplicas: 2 }, { 'min.insync.replicas': '1' }, 'safe'],
    ['more than there are', { minInsyncReplicas: 3 }, { 'min.insync.replicas': '1' }, 'unsafe'],
    ['fewer in sync', { minInsyncReplicas: 1 }, { 'min.insync.replicas': '2' }, 'unsafe'],
    ['larger messages', {}, { 'max.message.bytes': '1048588' }, 'safe'],
  ] as const)('given %s is wanted, then that is a difference', (_, wanted, has, change) => {
    const differences = differencesOf({ ...topic, ...wanted }, found(has));
    expect(differences).toMatchObject([{ change }]);
    expect(differences[0]?.why === undefined).toBe(change === 'safe');
  });

  it.each([
    ['the same policies in another order', { 'cleanup.policy': 'delete,compact' }],
    ['a broker that takes larger messages', { 'max.message.bytes': '9000000' }],
  ])('given %s, then there is no difference', (_, has) => {
    const wanted = { ...topic, cleanupPolicy: 'compact,delete' as const };
    expect(differencesOf(wanted, found({ 'cleanup.policy': 'compact,delete', ...has }))).toEqual(
      [],
    );
  });
});
