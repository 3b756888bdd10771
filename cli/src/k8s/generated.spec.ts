import { describe, expect, it } from 'vitest';
import { staleFiles } from './generated.js';

describe('what is made from code', () => {
  it('given the files on disk, then they are as the code says: npm run mesh -- manifests write', () => {
    expect(staleFiles()).toEqual([]);
  });
});
