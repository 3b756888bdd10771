import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretText } from '../../test/webhook.js';
import { AddressGuard } from './address-guard.js';
import { ConfiguredWebhookEndpoints, readEndpointsFile } from './webhook-endpoints-file.js';

const bytes = new Uint8Array(32).fill(7);
const secret = secretText(bytes);
const endpoint = { id: 'shop', url: 'https://shop.example/h', secret, kinds: ['order_placed'] };

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'endpoints-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function read(content: unknown) {
  const file = join(folder, 'endpoints.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readEndpointsFile(file, new AddressGuard({}));
}

describe('readEndpointsFile', () => {
  it('reads endpoints with one secret or several', () => {
    const other = { ...endpoint, id: 'erp-2', secret: [secret, secretText(bytes.slice(8))] };
    expect(read([endpoint, other])).toEqual({
      faults: [],
      endpoints: [
        {
          id: 'shop',
          url: new URL('https://shop.example/h'),
          secrets: [bytes],
          kinds: new Set(['order_placed']),
        },
        expect.objectContaining({ id: 'erp-2', secrets: [bytes, bytes.slice(8)] }),
      ],
    });
  });

  it('given an empty list, then nobody is told and nothing is wrong', () => {
    expect(read([])).toEqual({ endpoints: [], faults: [] });
  });

  it.each([
    [{ id: 'Shop!' }, '[0].id must be at most 40 lower-case letters, digits and hyphens'],
    [{ id: 7 }, '[0].id must be a text'],
    [{ url: 'shop' }, '[0].url must be a URL'],
    [
      { url: 'http://shop.example' },
      '[0].url must begin with https://, or be of an allowed private address',
    ],
    [{ url: 'https://10.0.0.1/' }, '[0].url is at 10.0.0.1, which is private and not allowed'],
    [{ secret: 'hunter2' }, '[0].secret[0] must be "whsec_" and 24 to 64 bytes in base64'],
    [
      { secret: [secret, secretText(bytes.slice(9))] },
      '[0].secret[1] must be "whsec_" and 24 to 64 bytes in base64',
    ],
    [
      { secret: undefined },
      '[0].secret must be "whsec_" and 24 to 64 bytes in base64, or a list of one to four of these',
    ],
    [
      { secret: [] },
      '[0].secret must be "whsec_" and 24 to 64 bytes in base64, or a list of one to four of these',
    ],
    [
      { kinds: ['order_placed', 'order_lost'] },
      '[0].kinds[1] must be one of order_placed, order_confirmed, order_rejected, order_cancelled',
    ],
    [{ kinds: [] }, '[0].kinds must name one or more'],
    [{ kinds: undefined }, '[0].kinds must be a list'],
    [{ secrets: [] }, '[0] has what nobody knows: secrets'],
  ])('given %j, then %s', (changes, fault) => {
    expect(read([{ ...endpoint, ...changes }]).faults).toEqual([fault]);
  });

  it('given many faults, then tells all of them, and no secret', () => {
    const { faults } = read([
      endpoint,
      { ...endpoint, url: 'ftp://shop.example', kinds: ['x'] },
      { ...endpoint, secret: `${secret}!` },
      endpoint,
    ]);
    expect(faults).toHaveLength(3);
    expect(faults[2]).toBe('[3].id is there twice');
    expect(faults.join()).not.toContain(secret);
  });

  it.each([
    [`[{"secret": "${secret}"`, 'it is not JSON'],
    ['{}', 'it is not a list'],
  ])('given %s, then says so and quotes nothing', (content, fault) => {
    expect(read(content).faults).toEqual([fault]);
  });

  it('given no file, then says so', () => {
    const { faults } = readEndpointsFile(join(folder, 'none.json'), new AddressGuard({}));
    expect(faults).toEqual([expect.stringContaining('ENOENT')]);
  });
});

describe('ConfiguredWebhookEndpoints', () => {
  const shop = { id: 'shop', url: new URL(endpoint.url), secrets: [bytes], kinds: new Set(['a']) };
  const endpoints = new ConfiguredWebhookEndpoints([shop]);

  it('wants what one of them wants, and finds by id', async () => {
    expect(await endpoints.wants('a')).toBe(true);
    expect(await endpoints.wants('b')).toBe(false);
    expect(await endpoints.find('shop')).toMatchObject({ id: 'shop' });
    expect(await endpoints.find('other')).toBeUndefined();
    expect(await endpoints.all()).toHaveLength(1);
  });
});
