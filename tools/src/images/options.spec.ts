import { describe, expect, it } from 'vitest';
import { optionsOf } from './options.js';

describe('optionsOf', () => {
  it('given nothing, then all services are built as the Dockerfile stands', () => {
    expect(optionsOf([])).toEqual({
      help: false,
      services: ['order', 'inventory', 'notifications', 'gateway'],
      whole: true,
      twice: false,
      secrets: [],
    });
  });

  it('given one service and --quick, then that one, of what is installed', () => {
    expect(optionsOf(['--service', 'order', '--quick'])).toMatchObject({
      services: ['order'],
      whole: false,
    });
  });

  it('given --twice and secrets, then so', () => {
    const secrets = ['id=ca,src=ca.pem', 'id=npmrc,src=.npmrc'];
    expect(optionsOf(['--twice', ...secrets.flatMap((one) => ['--secret', one])])).toMatchObject({
      twice: true,
      secrets,
    });
  });

  it('given --help, then only that is asked', () => {
    expect(optionsOf(['--help']).help).toBe(true);
  });

  it('given a service that is none, then says which there are', () => {
    expect(() => optionsOf(['--service', 'shop'])).toThrow(
      '--service: expected one of order, inventory, notifications, gateway; received "shop"',
    );
  });
});
