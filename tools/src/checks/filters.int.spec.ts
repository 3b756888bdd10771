import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';

const npmTest = (...args: string[]) =>
  runProgram('node', [join(root, 'tools/exec.mjs'), 'tools/src/test.ts', ...args], {
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
  });

describe('npm test', () => {
  it('given a filter that matches no test, then it fails and says so', async () => {
    const { code, output } = await npmTest('unit', 'nosuchfilter');
    expect(output).toContain('No test files found');
    expect(output.trimEnd()).toMatch(/\n0 passed, 1 failed, 0 skipped$/);
    expect(code).toBe(1);
  });

  it('given a project that is not there beside one that is, then it fails and names it', async () => {
    const { code, output } = await npmTest('lint', 'contracts', 'nosuch');
    expect(output).toContain('No project matches nosuch; npx nx show projects lists them');
    expect(output.trimEnd()).toMatch(/\n0 passed, 1 failed, 0 skipped$/);
    expect(code).toBe(1);
  });
});
