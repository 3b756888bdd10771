import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether an address is one of those that were named. */
export type Trusts = (address: string) => boolean;

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** What of a request tells where it came from. */
export interface CameFrom {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Names for what can't be reached from elsewhere. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Addresses, ranges such as `10.0.0.0/8`, `loopback` and `private`, separated by commas.
 * @returns undefined when one of them is none of these
 */
export function parseTrusted(list: string): Trusts | undefined {
  const texts = list.split(',').map((text) => text.trim());
  const ranges = texts.flatMap((text) => (named[text] ?? [text]).map(rangeOf));
  if (ranges.some((range) => range === undefined)) return undefined;
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const one = ipaddr.process(address);
    return (ranges as Range[]).some(
      ([network, bits]) => network.kind() === one.kind() && one.match([network, bits] as never),
    );
  };
}

/** The proxies that a config names (`TRUST_PROXY`); nobody, unless it names any. */
export function trustsOf(proxies: string | undefined): Trusts {
  return (proxies === undefined ? undefined : parseTrusted(proxies)) ?? (() => false);
}

/** Where a request came from: the last address of its way that no trusted proxy has. */
export function clientAddress(request: CameFrom, trusts: Trusts): string {
  const [forwarded] = [request.headers['x-forwarded-for'] ?? []].flat();
  const way = (forwarded?.split(',') ?? []).map((text) => text.trim()).filter((text) => text);
  let address = request.socket.remoteAddress ?? '';
  while (way.length > 0 && trusts(address)) address = way.pop()!;
  return address;
}

/**
 * Whose address it is, as limits count: an IPv4 address, or the /64 of an IPv6 address, within which anybody
 * who has one has all.
 */
export function addressOwner(address: string): string {
  if (isIPv4(address)) return address;
  if (!ipaddr.isValid(address)) return address;
  const one = ipaddr.process(address);
  if (one.kind() === 'ipv4') return one.toString();
  return `${(one as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

function rangeOf(text: string): Range | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  // ipaddr.js also reads `1` as an address.
  if (isIP(text) === 0) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
