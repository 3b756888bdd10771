import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../root.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const json = (path: string) => JSON.parse(read(path)) as Record<string, unknown>;
const scripts = json('package.json')['scripts'] as Record<string, string>;

interface Job {
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Record<string, unknown>;
  }[];
  readonly 'timeout-minutes'?: number;
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

describe('the workflow of GitHub', () => {
  const { jobs, permissions } = parse(read('.github/workflows/ci.yml')) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('decides nothing itself: it runs .ci/run, which can be run', () => {
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual(['.ci/run']);
    expect(() => accessSync(join(root, '.ci/run'), constants.X_OK)).not.toThrow();
  });

  it('uses actions at a version, has all of the history, the Node of .nvmrc and an end', () => {
    for (const { uses } of steps)
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+/);
    const given = Object.assign({}, ...steps.map((step) => step.with)) as Record<string, unknown>;
    expect(given).toMatchObject({ 'fetch-depth': 0, 'node-version-file': '.nvmrc' });
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
});

describe('the forms for issues', () => {
  it.each(['bug', 'wish'])('%s asks for something, by fields with ids of their own', (name) => {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`)) as {
      name: string;
      description: string;
      body: { type: string; id: string; attributes: { label: string } }[];
    };
    expect([form.name, form.description]).not.toContain('');
    expect(new Set(form.body.map(({ id }) => id)).size).toBe(form.body.length);
    for (const { type, attributes } of form.body) {
      expect(['textarea', 'checkboxes', 'input', 'dropdown', 'markdown']).toContain(type);
      expect(attributes.label).not.toBe('');
    }
  });
});

describe('files for editors', () => {
  const container = json('.devcontainer/devcontainer.json');
  const { recommendations } = json('.vscode/extensions.json') as { recommendations: string[] };

  it.each(['.vscode/launch.json', '.vscode/settings.json', '.devcontainer/devcontainer.json'])(
    'the paths, npm scripts and targets of nx that %s names are there',
    (path) => {
      const text = read(path);
      const paths = [...text.matchAll(/\$\{workspaceFolder\}\/([\w./-]+)(?=")/g)].map(
        ([, found]) => found!,
      );
      for (const file of [...paths, ...mentioned(text)])
        expect(existsSync(join(root, file)), file).toBe(true);
      for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
        expect(scripts).toHaveProperty(script);
      for (const [, target = ''] of text.matchAll(/npx nx (\w+)/g))
        expect(json('nx.json')['targetDefaults']).toHaveProperty(target);
    },
  );

  it('the dev container has the pinned Node, what .ci/run installs, and the same extensions', () => {
    expect(container['image']).toMatch(new RegExp(`:${read('.nvmrc').trim()}-`));
    expect(container['onCreateCommand']).toContain('$(node tools/doctor.mjs --debian)');
    expect(container['customizations']).toEqual({ vscode: { extensions: recommendations } });
  });
});

/** Files of ours in a command or as a schema. */
function mentioned(text: string): string[] {
  return [...text.matchAll(/\b(tools\/[\w./-]+\.(?:mjs|json))/g)].map(([, path]) => path!);
}
