import { describe, expect, it, vi } from 'vitest';
import { StoredPlace, type PlaceStorage } from './stored-place.js';

function place(storage: PlaceStorage) {
  const warn = vi.fn();
  return { place: new StoredPlace({ storage, key: 'k' }, warn), warn };
}

describe('StoredPlace', () => {
  it('given a storage that answers at once, then so does it', () => {
    const kept = new Map([['k', '7']]);
    const { place: stored } = place({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
    });
    const found = vi.fn();
    stored.load(found);
    expect(found).toHaveBeenCalledExactlyOnceWith('7');
    stored.keep('8');
    expect(kept.get('k')).toBe('8');
  });

  it('given a slow storage, then one write at a time, and of those that wait the last', async () => {
    const written: string[] = [];
    const turns: (() => void)[] = [];
    const { place: stored } = place({
      getItem: () => Promise.resolve(null),
      setItem: (_key, value) => {
        written.push(value);
        return new Promise<void>((done) => turns.push(done));
      },
    });
    for (const cursor of ['1', '2', '3']) stored.keep(cursor);
    expect(written).toEqual(['1']);
    turns[0]!();
    await vi.waitFor(() => expect(written).toEqual(['1', '3']));
  });

  it('given a storage that refuses, then that is told and nothing else happens', async () => {
    const refuse = () => {
      throw new Error('QuotaExceededError');
    };
    const { place: stored, warn } = place({ getItem: refuse, setItem: refuse });
    const found = vi.fn();
    stored.load(found);
    stored.keep('1');
    expect(found).toHaveBeenCalledExactlyOnceWith(undefined);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2));
    expect(warn.mock.calls[1]![0]).toMatchObject({
      code: 'STORAGE_FAILED',
      message: 'The place "k" could not be kept: a reload may repeat events',
    });
  });
});
