import { expect, it } from 'vitest';
import { kept, text } from './kept.js';

function storageOf(entries: Record<string, string> = {}): Storage {
  const map = new Map(Object.entries(entries));
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  } as unknown as Storage;
}
const keepIn = (storage: () => Storage) =>
  kept('name', { storage, initial: () => 'made', parse: text });

it('given a value that was set, when the page is opened again, then it is there', () => {
  const storage = storageOf();
  keepIn(() => storage).value = 'ann';
  expect(keepIn(() => storage).value).toBe('ann');
});

it('given what an older page wrote, when it is of no use, then it begins anew', () => {
  const broken = storageOf({ 'mesh.name': '{"half' });
  const other = storageOf({ 'mesh.name': '{"name":"ann"}' });
  expect([keepIn(() => broken).value, keepIn(() => other).value]).toEqual(['made', 'made']);
});

it('given storage that is refused, then the value lives with the page', () => {
  const state = keepIn(() => {
    throw new Error('SecurityError');
  });
  state.value = 'ann';
  expect(state.value).toBe('ann');
});
