import type { Random } from '@mesh/messaging/testing/random';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import { aimedFaults } from './aimed.js';
import type { Fault, FaultKind } from './fault.js';
import { linkFaults } from './links.js';
import { processFaults } from './processes.js';
import { serverFaults } from './servers.js';
import { sessionFaults } from './sessions.js';

export const allFaults: readonly FaultKind[] = [
  ...processFaults,
  ...aimedFaults,
  ...serverFaults,
  ...sessionFaults,
  ...linkFaults,
];

/**
 * Draws faults as cards: each kind as often as its weight before any comes again, so that a short run has
 * met them all as far as its time goes. The order, whom they hit and for how long come from `random` alone.
 */
export class Deck {
  readonly #mesh: FaultyMesh;
  readonly #random: Random;
  readonly #cards: readonly FaultKind[];
  #left: FaultKind[] = [];

  constructor(mesh: FaultyMesh, random: Random, kinds: readonly FaultKind[] = allFaults) {
    this.#mesh = mesh;
    this.#random = random;
    this.#cards = kinds
      .filter((kind) => kind.isOf?.(mesh) ?? true)
      .flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  }

  draw(): Fault {
    if (this.#left.length === 0) this.#left = this.#random.shuffle(this.#cards);
    const kind = this.#left.pop();
    if (kind === undefined) throw new RangeError('There is no fault to draw');
    return { kind: kind.kind, ...kind.draw(this.#mesh, this.#random) };
  }
}
