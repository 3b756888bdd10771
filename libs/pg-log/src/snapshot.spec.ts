import { describe, expect, it } from 'vitest';
import { EMPTY_SNAPSHOT, snapshotParts } from './snapshot.js';

describe('snapshotParts', () => {
  it('gives the end and what is in progress before it', () => {
    expect(snapshotParts('10:20:10,14,15')).toEqual({ xmax: '20', inProgress: ['10', '14', '15'] });
  });

  it('given nothing in progress, then gives none', () => {
    expect(snapshotParts('20:20:')).toEqual({ xmax: '20', inProgress: [] });
    expect(snapshotParts(EMPTY_SNAPSHOT)).toEqual({ xmax: '1', inProgress: [] });
  });
});
