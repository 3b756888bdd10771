import { describe, expect, it } from 'vitest';
import { optionsOf } from './options.js';

const known = ['clerk', 'door'];

describe('optionsOf', () => {
  it('given nothing, then all services are built as the Dockerfile stands', () => {
    expect(optionsOf([], known)).toEqual({
      help: false,
      services: ['clerk', 'door'],
      whole: true,
      twice: false,
      secrets: [],
    });
  });

  it('given one service and --quick, then that one, of what is installed', () => {
    expect(optionsOf(['--service', 'clerk', '--quick'], known)).toMatchObject({
      services: ['clerk'],
      whole: false,
    });
  });

  it('given --twice and secrets, then so', () => {
    const secrets = ['id=ca,src=ca.pem', 'id=npmrc,src=.npmrc'];
    expect(
      optionsOf(['--twice', ...secrets.flatMap((one) => ['--secret', one])], known),
    ).toMatchObject({
      twice: true,
      secrets,
    });
  });

  it('given --help, then only that is asked', () => {
    expect(optionsOf(['--help'], known).help).toBe(true);
  });

  it('given a service that is none, then says which there are', () => {
    expect(() => optionsOf(['--service', 'shop'], known)).toThrow(
      '--service: expected one of clerk, door; received "shop"',
    );
  });
});
