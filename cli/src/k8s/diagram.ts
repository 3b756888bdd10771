import type { Arrow } from './arrows.js';
import { isHere, placeIn, type Places } from './places.js';

/** The arrows as a Mermaid diagram, those between the same two places as one. */
export function diagramOf(arrows: readonly Arrow[], places: Places): string {
  /** Outside of the namespace is round. */
  const node = (name: string) => {
    const id = name.replaceAll('-', '_');
    return isHere(placeIn(places, name)) ? `${id}[${name}]` : `${id}([${name}])`;
  };
  const pairs = Map.groupBy(arrows, ({ from, to }) => `${from} ${to}`);
  const lines = [...pairs.values()].map((between) => {
    const [{ from, to }] = between as [Arrow];
    const what = [...new Set(between.map((arrow) => arrow.what))].join(', ');
    return `  ${node(from)} -- "${what}" --> ${node(to)}`;
  });
  return ['```mermaid', 'flowchart LR', ...lines, '```'].join('\n');
}
