import { expect, test } from 'vitest';
import { AuthenticationError } from '../errors.js';
import { AccessReport } from './access-report.js';

test('given the same refusal many times, then it is said once, and once that it is over', () => {
  const said: string[] = [];
  const report = new AccessReport((level, message, { err }) =>
    said.push([level, message, (err as Error | undefined)?.message ?? ''].join(' | ')),
  );
  report.granted();
  for (let time = 0; time < 100; time += 1)
    report.refused(new AuthenticationError('wrong password'));
  report.refused(new AuthenticationError('certificate expired'));
  report.granted();
  report.granted();
  report.refused(new AuthenticationError('certificate expired'));
  expect(said).toEqual([
    'error | The broker does not let us in | wrong password',
    'error | The broker does not let us in | certificate expired',
    'info | The broker lets us in again | ',
    'error | The broker does not let us in | certificate expired',
  ]);
});
