import { describe, expect, it } from 'vitest';
import { Random } from './random.js';

const draw = (random: Random) => Array.from({ length: 50 }, () => random.between(1, 1000));

describe('Random', () => {
  it('given the same seed, then makes the same choices, and others with another', () => {
    expect(draw(new Random(7))).toEqual(draw(new Random(7)));
    expect(draw(new Random(7))).not.toEqual(draw(new Random(8)));
  });

  it('forks by label, whatever was drawn before', () => {
    const [used, fresh] = [new Random(7), new Random(7)];
    draw(used);
    expect(draw(used.fork('a'))).toEqual(draw(fresh.fork('a')));
    expect(draw(fresh.fork('a'))).not.toEqual(draw(fresh.fork('b')));
    expect(draw(new Random(8).fork('a'))).not.toEqual(draw(fresh.fork('a')));
  });

  it('reaches both ends of a range and leaves nothing out', () => {
    const random = new Random(1);
    const seen = new Set(Array.from({ length: 500 }, () => random.between(-1, 3)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3]);
  });

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 30 }, (_, index) => index);
    const shuffled = new Random(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });

  it('takes items out until there is none', () => {
    const random = new Random(5);
    const items = ['a', 'b', 'c'];
    const taken = [random.take(items), random.take(items), random.take(items)];
    expect(taken.sort()).toEqual(['a', 'b', 'c']);
    expect(random.take(items)).toBeUndefined();
  });

  it('picks every item, and nothing from nothing', () => {
    const random = new Random(5);
    const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])));
    expect(picked.size).toBe(3);
    expect(() => random.pick([])).toThrow(new RangeError('There is nothing to pick'));
  });
});
