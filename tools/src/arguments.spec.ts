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

  it.each([
    ['npm start -- --replicas 2', ['--fresh', '--replicas', '2'], {}, true],
    ['npm start -- --replicas=2', ['--replicas=2'], {}, false],
    ['npm start --replicas=2', [], { npm_config_replicas: '2' }, false],
    ['npm start --replicas 2', ['2'], { npm_config_replicas: 'true' }, false],
  ])('given %s, then two replicas', (_command, args, env, fresh) => {
    const asked = readArguments(args, env, { replicated: true });
    expect(asked).toEqual({ fresh, replicas: '2', help: false, wrong: undefined });
  });

  it('given --replicas to a command that has none, then names it', () => {
    expect(readArguments(['--replicas=2'], {}).wrong).toBe('There is no option --replicas=2.');
  });

  it('given an unknown option, then names it', () => {
    expect(readArguments(['--fresh', '--foo'], {}).wrong).toBe('There is no option --foo.');
  });
});
