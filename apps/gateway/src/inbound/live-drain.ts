/** So many clients a second come back somewhere else, if there is time for that. */
const perSecond = 250;

export interface Draining {
  announceEnd(code: 'MOVING', inMs: number): void;
  end(code: 'MOVING'): void;
}

/**
 * Tells every connection when it will be ended, each at a time of its own, and ends it then: clients come
 * back to other replicas one after the other. Takes at most `withinMs`, less when they are few.
 */
export async function drainLive(connections: readonly Draining[], withinMs: number): Promise<void> {
  const overMs = Math.min(withinMs, (connections.length * 1000) / perSecond);
  const begin = performance.now();
  const turns = connections.map((connection, index) => ({
    connection,
    inMs: Math.round((overMs * (index + Math.random())) / connections.length),
  }));
  for (const { connection, inMs } of turns) connection.announceEnd('MOVING', inMs);
  for (const { connection, inMs } of turns) {
    const leftMs = begin + inMs - performance.now();
    if (leftMs > 0) await pause(leftMs);
    connection.end('MOVING');
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
