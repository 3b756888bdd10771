import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.js';
import { allServices } from './index.js';

interface Project {
  readonly name: string;
  readonly targets: {
    readonly serve: {
      readonly dependsOn: readonly {
        readonly projects: readonly string[];
        readonly target: string;
      }[];
    };
  };
}

it.each(allServices())(
  'given nx serve $name, then the servers and what it calls are served too',
  ({ name, calls }) => {
    const text = readFileSync(join(root, 'apps', name, 'project.json'), 'utf8');
    const { targets, ...project } = JSON.parse(text) as Project;
    const { dependsOn } = targets.serve;
    const served = dependsOn
      .filter(({ target }) => target === 'serve')
      .flatMap((one) => one.projects);
    expect(project.name).toBe(name);
    expect(dependsOn).toContainEqual({ projects: ['mesh'], target: 'infra' });
    expect(served).toEqual(expect.arrayContaining([...calls]));
  },
);
