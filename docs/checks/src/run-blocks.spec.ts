import { Mesh } from '@mesh/tools/testing/mesh';
import { eventually } from '@mesh/tools/testing/eventually';
import { root } from '@mesh/tools/root';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, type Block } from './blocks.js';
import { readPages } from './pages.js';
import { missingLine, stepsOf } from './printed.js';
import { Terminal, type Printed } from './terminal.js';

const blocks = readPages(root)
  .flatMap(blocksOf)
  .filter(({ mark }) => mark?.kind === 'run');
const paths = [...new Set(blocks.map(({ path }) => path))];
const ofPage = (path: string) => blocks.filter((block) => block.path === path);

const looks = /--dry-run|mesh -- [\w-]+ (list|stats|show|status|audit|parked)\b/;

let mesh: Mesh;
// What pages tell to wait for half a minute for.
const env = { RESERVATION_TIMEOUT_MS: '5000' };
beforeAll(async () => (mesh = await Mesh.start({ env })));
afterAll(() => mesh?.stop());

it('some blocks are run', () => {
  expect(blocks.length).toBeGreaterThan(5);
});

// One mesh for all: a page tells what to do first, and leaves nothing behind that another would trip over.
describe.each(paths)('what %s tells to type', (path) => {
  let terminal: Terminal;
  beforeAll(() => {
    const port = new URL(mesh.url).port;
    terminal = new Terminal({ project: root, env: { MESH_DIR: mesh.dir, PORT: port } });
  });
  afterAll(() => terminal.close());

  it.each(ofPage(path).map((block) => [block.line, block] as const))(
    'line %i',
    async (_, block) => {
      if (block.language === 'console') await runShown(block);
      else await runAll(block);
    },
  );

  const explain = (shown: string, printed: Printed | undefined) =>
    `Not there: ${missingLine(shown, printed?.text ?? '')}\n${printed?.text}`;

  /** The port that pages name is what npm start takes unless told. */
  const typed = (text: string) =>
    text.replaceAll('localhost:3000', `localhost:${new URL(mesh.url).port}`);

  async function runAll({ text }: Block): Promise<void> {
    const printed = await terminal.run(typed(text));
    expect(printed.code, printed.text).toBe(0);
    expect(printed.text).not.toContain('urn:mesh:error');
  }

  async function runShown({ text }: Block): Promise<void> {
    for (const { command, shown } of stepsOf(text)) {
      let printed: Printed | undefined;
      // Who only looks may look again: what a page tells of takes its time.
      await eventually(
        `what is shown of: ${command}`,
        async () => {
          if (printed === undefined || looks.test(command))
            printed = await terminal.run(typed(command));
          return missingLine(shown, printed.text) === undefined;
        },
        { withinMs: looks.test(command) ? 30_000 : 0, explain: () => explain(shown, printed) },
      );
    }
  }
});
