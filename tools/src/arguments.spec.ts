import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.js';

describe('the arguments of npm start and npm run servers', () => {
  it.each([
    ['npm start', [], {}, false],
    ['npm start -- --fresh', ['--fresh'], {}, true],
    ['npm start --fresh', [], { npm_config_fresh: 'true' }, true],
  ])('given %s, then fresh is what was asked', (_command, args, env, fresh) => {
    expect(readArguments(args, env)).toEqual({ fresh, help: false, wrong: undefined });
  });

  it('given an unknown option, then names it', () => {
    expect(readArguments(['--fresh', '--foo'], {}).wrong).toBe('There is no option --foo.');
  });
});
