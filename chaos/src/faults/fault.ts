import type { Random } from '@mesh/messaging/testing/random';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';

/** One thing that goes wrong, drawn and not yet made. */
export interface Fault {
  /** `SIGKILL a service`: what counts are kept by. */
  readonly kind: string;
  /** `order-2`: no two faults are made to the same at once. */
  readonly target: string;
  /** What else was drawn: `for 1200 ms`. */
  readonly how: string;
  /**
   * Makes it and, where it lasts, takes it away again, sooner when the signal comes. Fulfilled with the moment
   * (performance.now()) since which the mesh was left to recover: when a process or a server was ended, or when
   * a fault that lasts was over.
   */
  strike(signal: AbortSignal): Promise<number>;
}

/** Draws whom it hits, and how. */
export interface FaultKind {
  readonly kind: string;
  /** How often it is drawn, compared to others: less where recovery takes long. */
  readonly weight: number;
  /** Whether there is what it hits. @default in every mesh */
  isOf?(mesh: FaultyMesh): boolean;
  draw(mesh: FaultyMesh, random: Random): Omit<Fault, 'kind'>;
}
