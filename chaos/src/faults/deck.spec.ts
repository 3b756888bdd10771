import { Random } from '@mesh/messaging/testing/random';
import { describe, expect, it } from 'vitest';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import { allFaults, Deck } from './deck.js';

/** As much of a mesh as drawing looks at. */
const mesh = {
  replicas: ['order', 'gateway'].flatMap((service) => [
    { service, name: service },
    { service, name: `${service}-2` },
  ]),
  links: { all: [{ name: 'order to database' }, { name: 'browsers to gateway' }] },
  servers: { all: [{ name: 'database' }] },
} as unknown as FaultyMesh;

const wordsOf = (deck: Deck, count: number) =>
  Array.from({ length: count }, () => {
    const { kind, target, how } = deck.draw();
    return `${kind} ${target} ${how}`;
  });

describe('Deck', () => {
  it('given the same seed, then draws the same; given another, then not', () => {
    const drawn = (seed: number) => wordsOf(new Deck(mesh, new Random(seed)), 100);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  it('draws each kind as often as its weight before it begins again, of the servers that there are', () => {
    const here = allFaults.filter(({ kind }) => !/kafka|rabbitmq/.test(kind));
    const deck = new Deck(mesh, new Random(1));
    const drawn = Array.from({ length: here.reduce((sum, { weight }) => sum + weight, 0) }, () =>
      deck.draw(),
    );
    for (const { kind, weight } of here)
      expect([kind, drawn.filter((fault) => fault.kind === kind).length]).toEqual([kind, weight]);
  });
});
