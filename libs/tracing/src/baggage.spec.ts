import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { currentBaggage, formatBaggage, parseBaggage, withBaggage } from './baggage.js';

const kept = (header: string) => withBaggage(header, currentBaggage);
const member = (index: number, bytes: number) => `${`key${index}=`.padEnd(bytes, 'x')}`;

describe('baggage', () => {
  test.each([
    ['one member', 'tenant=blue', 'tenant=blue'],
    ['spaces around', ' tenant =\tblue , region=eu ', 'tenant=blue,region=eu'],
    ['properties', 'tenant=blue;ttl=5 ; hidden,region=eu', 'tenant=blue;ttl=5;hidden,region=eu'],
    ['encoded text', 'city=K%C3%B6ln%2C%20DE', 'city=K%C3%B6ln%2C%20DE'],
    ['an empty value', 'flag=', 'flag='],
    ['the name of a prototype', '__proto__=a,constructor=b', '__proto__=a,constructor=b'],
    ['a name twice', 'a=1,a=2', 'a=2'],
  ])('given %s, then is kept', (_, header, expected) => {
    expect(kept(header)).toBe(expected);
  });

  test.each([
    'no separator',
    '=value',
    'na me=1',
    'a=wi"de',
    'a=%E0',
    'a=größe',
    'a=b;p=ü',
    '',
    ',',
  ])('given a member %j that is not valid, then it alone is left out', (broken) => {
    expect(kept(`${broken},tenant=blue`)).toBe('tenant=blue');
    expect(kept(broken)).toBeUndefined();
  });

  test('passes on 64 members and 8192 bytes, and leaves out whole members beyond', () => {
    const small = Array.from({ length: 65 }, (_, index) => member(index, 10));
    expect(kept(small.join(','))).toBe(small.slice(0, 64).join(','));
    const filling = [member(1, 4096), member(2, 4095)];
    expect(kept(filling.join(','))).toHaveLength(8192);
    const tooLarge = [member(1, 4096), member(2, 4096), member(3, 100)];
    expect(kept(tooLarge.join(','))).toBe(`${tooLarge[0]},${tooLarge[2]}`);
  });

  test('decodes values, and encodes what a header can not hold', () => {
    const baggage = parseBaggage('city=K%C3%B6ln%2C%20DE')!;
    expect(baggage.getEntry('city')?.value).toBe('Köln, DE');
    expect(formatBaggage(baggage.setEntry('lone', { value: '\ud800;' }))).toBe(
      'city=K%C3%B6ln%2C%20DE,lone=%EF%BF%BD%3B',
    );
    expect(formatBaggage(baggage.removeEntry('city'))).toBeUndefined();
  });

  test('given two at once, when awaiting, then neither sees the other', async () => {
    const seen = await Promise.all(
      ['a=1', undefined, 'b=2'].map((header) =>
        withBaggage(header, async () => {
          await pause(1);
          return currentBaggage();
        }),
      ),
    );
    expect(seen).toEqual(['a=1', undefined, 'b=2']);
  });

  test('given none inside of some, then there is none; outside there never was any', () => {
    withBaggage('a=1', () =>
      withBaggage(undefined, () => expect(currentBaggage()).toBeUndefined()),
    );
    expect(currentBaggage()).toBeUndefined();
  });
});
