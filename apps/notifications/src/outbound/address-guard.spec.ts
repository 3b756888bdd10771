import { describe, expect, it } from 'vitest';
import { AddressGuard, parseCidrs } from './address-guard.js';

/** A guard to which every name has these addresses. */
function guardWith(addresses: readonly string[], allowed?: string) {
  const asked: string[] = [];
  const guard = new AddressGuard({
    ...(allowed !== undefined && { allowed: parseCidrs(allowed) }),
    resolve: async (host) => {
      asked.push(host);
      return addresses;
    },
  });
  return { guard, asked };
}
const addressesOf = (url: string, addresses: readonly string[] = [], allowed?: string) =>
  guardWith(addresses, allowed).guard.addressesOf(new URL(url));

const forbidden = { name: 'WebhookError', code: 'WEBHOOK_ADDRESS_FORBIDDEN', retryable: false };

/** Each as an address that a name has, and where there is an equal form, in that form. */
const notPublic = [
  ...['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1'],
  ...['172.31.255.255', '192.168.0.1', '169.254.0.1', '169.254.169.254', '100.64.0.1'],
  ...['100.127.255.255', '100.100.100.200', '168.63.129.16', '192.0.0.192', '192.0.2.1'],
  ...['198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255'],
];
const hex = (address: string) =>
  Buffer.from(address.split('.').map(Number))
    .toString('hex')
    .replace(/(.{4})/, '$1:');
const notPublic6 = [
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1'],
  ...['100::1', '2001:db8::1', '2001::1', '2001:2::1', '2001:10::1', '2001:20::1', '3fff::1'],
  ...[
    '5f00::1',
    '4000::1',
    '64:ff9b:1::a00:1',
    '2002:a00:1::',
    '2002:5db8:d822::',
    '::ffff:0:a00:1',
  ],
];

describe('an address that is not public', () => {
  it.each([
    ...notPublic,
    ...notPublic.map((address) => `::ffff:${address}`),
    ...notPublic.map((address) => `::ffff:${hex(address)}`),
    ...notPublic.map((address) => `64:ff9b::${hex(address)}`),
    ...notPublic.map((address) => `::${hex(address)}`),
    ...notPublic.map((address) => `2002:${hex(address)}::1`),
    ...notPublic6,
    ...['127.1', '0x7f.1', '2130706433', 'localhost', ''],
  ])(
    'given a name with the address %s, then forbids it, alone or beside a public one',
    async (address) => {
      for (const addresses of [[address], ['93.184.215.14', address]])
        await expect(addressesOf('https://shop.example', addresses)).rejects.toMatchObject(
          forbidden,
        );
    },
  );

  it.each([
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '017700000001', '0x7f.0.0.0x1', '0'],
    ...['0177.0.0.1', '127.0.0.1.', '①②⑦.0.0.1', '127。0。0。1', '%31%32%37.0.0.1', '0xA9FEA9FE'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]', '[::127.0.0.1]'],
    ...['[64:ff9b::10.0.0.1]', '[2002:7f00:1::]', '[fe80::1]', '[fd00::1]', '169.254.169.254'],
  ])(
    'given the host %s, then forbids it without asking for it, and says so at boot',
    async (host) => {
      const { guard, asked } = guardWith(['93.184.215.14']);
      const url = new URL(`https://${host}/hooks`);
      expect(guard.faultOf(url)).toMatch(/^is at /);
      await expect(guard.addressesOf(url)).rejects.toMatchObject(forbidden);
      expect(asked).toEqual([]);
    },
  );

  it('given a name with a dot at its end, then forbids what it resolves to', async () => {
    await expect(addressesOf('https://localhost.', ['127.0.0.1'])).rejects.toMatchObject(forbidden);
  });

  it.each(['localhost', 'LOCALHOST'])('asks the system for %s, and forbids it', async (host) => {
    const guard = new AddressGuard({});
    await expect(guard.addressesOf(new URL(`https://${host}`))).rejects.toMatchObject(forbidden);
  });

  it('says which name, which address and why, and nothing of the path', async () => {
    await expect(addressesOf('https://shop.example/secret?a=b', ['10.1.2.3'])).rejects.toThrow(
      /^The host of a webhook, shop\.example, is at 10\.1\.2\.3, which is private and not allowed$/,
    );
  });
});

describe('a public address', () => {
  it.each([
    ...[
      '93.184.215.14',
      '1.1.1.1',
      '172.15.255.255',
      '172.32.0.1',
      '100.63.255.255',
      '100.128.0.1',
    ],
    ...['169.253.255.255', '192.167.255.255', '2606:4700:4700::1111', '2a00:1450:4001::200e'],
    ...['::ffff:93.184.215.14', '64:ff9b::5db8:d70e'],
  ])('passes as %s', async (address) => {
    expect(await addressesOf('https://shop.example', [address])).toEqual([address]);
  });

  it('is not called over plain http, also where private ones are', async () => {
    const calling = addressesOf('http://shop.example', ['93.184.215.14'], '10.0.0.0/8');
    await expect(calling).rejects.toThrow('may only be called over https://');
  });
});

describe('allowed ranges', () => {
  const allowed = '127.0.0.0/8, ::1/128,169.254.0.0/16,fd00::/8';
  it.each([['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['169.254.1.1'], ['fd00::1']])(
    'let %s pass, over http too',
    async (address) => {
      expect(await addressesOf('http://shop.example', [address], allowed)).toEqual([address]);
    },
  );
  it.each(['10.0.0.1', '::2', '0.0.0.0'])('let %s not pass, which is in none', async (address) => {
    await expect(addressesOf('http://shop.example', [address], allowed)).rejects.toMatchObject(
      forbidden,
    );
  });
  it.each(['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', 'fd00:ec2:0::254'])(
    'let the metadata service at %s never pass',
    async (address) => {
      await expect(addressesOf('https://shop.example', [address], allowed)).rejects.toThrow(
        'a metadata service',
      );
    },
  );
  it.each(['', 'localhost', '10.0.0.1', '10.0.0.0/33', '10.0.0.0/8,x'])('are not %j', (list) => {
    expect(() => parseCidrs(list)).toThrow(/is no range$/);
  });
});

describe('a URL', () => {
  it.each([
    ['ftp://shop.example', 'must begin with https://'],
    ['file:///etc/passwd', 'must begin with https://'],
    ['http://shop.example', 'must begin with https://, or be of an allowed private address'],
    ['https://ann:secret@shop.example', 'must not have a user or a password'],
    ['https://ann@shop.example', 'must not have a user or a password'],
    ['https://shop.example:25', 'must not use port 25; 80, 443 or one from 1024 on'],
    ['https://shop.example:0', 'must not use port 0; 80, 443 or one from 1024 on'],
    ['https://shop.example/#a', 'must not have a fragment'],
  ])('given %s, then %s', async (url, fault) => {
    expect(guardWith([]).guard.faultOf(new URL(url))).toBe(fault);
    await expect(addressesOf(url, ['93.184.215.14'])).rejects.toMatchObject(forbidden);
  });
  it.each(['https://shop.example', 'https://shop.example:80/a?b=c', 'https://shop.example:8443'])(
    'passes as %s',
    (url) => {
      expect(guardWith([]).guard.faultOf(new URL(url))).toBeUndefined();
    },
  );
});

describe('a name', () => {
  it('without addresses may have some later', async () => {
    const unavailable = { code: 'WEBHOOK_UNAVAILABLE', retryable: true };
    await expect(addressesOf('https://shop.example', [])).rejects.toMatchObject(unavailable);
    const guard = new AddressGuard({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    await expect(guard.addressesOf(new URL('https://shop.example'))).rejects.toMatchObject({
      ...unavailable,
      message: 'No address of shop.example: ENOTFOUND',
    });
  });
});
