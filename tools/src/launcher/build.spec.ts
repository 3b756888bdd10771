import { expect, it } from 'vitest';
import { buildFailure, builtNames } from './build.js';

it('names the projects that were built, whatever a bundler says beside', () => {
  const output = [
    'order: built in 210 ms',
    '\u001B[33m[PLUGIN_TIMINGS]\u001B[0m JavaScript callbacks ran for 3.3s',
    'See https://rolldown.rs/x for more: built in hints',
    'web: built in 1200 ms',
  ].join('\n');
  expect(builtNames(output)).toEqual(['order', 'web']);
});

it('given a build that fails, then says what to do after what the bundler says', () => {
  expect(buildFailure('order: no such file\n')).toMatchObject({
    code: 'BUILD_FAILED',
    message: 'The build failed:\norder: no such file\nMend what it says and start again.',
  });
});
