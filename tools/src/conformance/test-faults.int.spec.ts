import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';

const testFaults = (...args: string[]) =>
  runProgram('node', [join(root, 'tools/exec.mjs'), 'tools/src/test-faults.ts', ...args], {
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
  });

describe('npm run test:faults', () => {
  it('explains itself', async () => {
    const { code, output } = await testFaults('--help');
    expect(output).toContain('--seed N           makes the same random choices');
    expect(code).toBe(0);
  });

  it.each([
    [['--rule', '37'], '--rule is a whole number from 1 to 36, not "37"'],
    [['--tranport', 'kafka'], "Unknown option '--tranport'"],
    [['kafka'], "Unexpected argument 'kafka'"],
  ])('given %j, then says what is wrong and runs nothing', async (args, message) => {
    const { code, output } = await testFaults(...args);
    expect(output).toContain(message);
    expect(output).not.toContain('Seed');
    expect(code).toBe(2);
  });

  it('runs a rule with the seed that it is given, and shows it in the matrix', async () => {
    const args = ['--transport', 'embedded', '--rule', '4', '--seed', '42'];
    const { code, output } = await testFaults(...args);
    expect(output).toMatch(/^Seed 42; embedded\n/);
    expect(output).toMatch(/\nrule 4 {4}a handler that throws .* {2}pass\n/);
    expect(output).not.toContain('NOT RUN');
    expect(output).toContain(`npm run test:faults -- ${args.join(' ')}\n`);
    expect(output.trimEnd()).toMatch(/\n1 passed, 0 failed$/);
    expect(code).toBe(0);
  });
});
