import { describe, expect, it } from 'vitest';
import { checkRules } from './rules.js';

const faults = (env: Record<string, string>) =>
  checkRules(['INBOX_RETENTION'], env).map(({ expected }) => expected);

describe('INBOX_RETENTION', () => {
  it('is at least as long as what a replay can bring again', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ INBOX_RETENTION: '7d', MESH_PROFILE: 'brokers' })).toEqual([]);
    expect(faults({ INBOX_RETENTION: '6d', MESH_PROFILE: 'brokers' })).toEqual([
      'at least the retention of topics (7d), or a replay would handle twice what the inbox forgot',
    ]);
    expect(faults({ MESH_LOG_RETENTION: '9d' })).toEqual([
      'at least the retention MESH_LOG_RETENTION (9d), or a replay would handle twice what the inbox forgot',
    ]);
    expect(faults({ MESH_LOG_RETENTION: '60d' })).toEqual([
      'the retention MESH_LOG_RETENTION to be 45d at most (it is 60d): an inbox remembers no longer, and a replay would handle twice what it forgot',
    ]);
    expect(faults({ INBOX_RETENTION: '2h', MESH_LOG_RETENTION: '1h' })).toEqual([]);
  });
});
