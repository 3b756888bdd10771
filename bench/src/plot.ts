import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '@mesh/tools/root';
import type { TopLevelSpec } from 'vega-lite';

const FOLDER = join(root, 'bench', 'results');
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

export interface Bar {
  readonly name: string;
  readonly value: number;
}

/** Saves what was measured as a bar for each variant. */
export function plotBars(title: string, axis: string, bars: readonly Bar[]): Promise<void> {
  return save(title, {
    ...{ $schema: SCHEMA, title, width: 480, data: { values: [...bars] } },
    mark: 'bar',
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { labelLimit: 320 } },
      x: { field: 'value', type: 'quantitative', title: axis },
    },
  });
}

export interface Point {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

/** Saves what changed with something else, such as memory over time: a line for each series. */
export function plotLines(
  title: string,
  { x, y }: { readonly x: string; readonly y: string },
  points: readonly Point[],
): Promise<void> {
  return save(title, {
    ...{ $schema: SCHEMA, title, width: 640, height: 320, data: { values: [...points] } },
    mark: { type: 'line', point: points.length < 50 },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x },
      y: { field: 'y', type: 'quantitative', title: y },
      color: { field: 'series', type: 'nominal', title: null },
    },
  });
}

async function save(title: string, spec: TopLevelSpec): Promise<void> {
  // Late: they would be in the memory that is measured.
  const { parse, View } = await import('vega');
  const { compile } = await import('vega-lite');
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  mkdirSync(FOLDER, { recursive: true });
  const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const file = join(FOLDER, `${name.slice(0, 80)}.svg`);
  writeFileSync(file, svg);
  console.log(`  plot: ${relative(process.cwd(), file)}`);
}
