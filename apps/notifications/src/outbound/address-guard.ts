import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { WebhookError } from '../use-cases/webhook.js';

/** A range of addresses: `10.0.0.0/8`, `fd00::/8`. */
export type Cidr = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** The addresses of a name; rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Services of clouds that give secrets to whoever asks from inside: never called, whatever is allowed. */
const metadata = ['169.254.169.254', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254'];

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Says which URLs and addresses may be called on behalf of somebody else, so that no URL reaches into
 * the network that this service runs in.
 *
 * An address passes when it is public, or in one of the allowed ranges. Loopback, private,
 * link-local, shared (CGNAT), multicast, unspecified and reserved ones do not, nor what stands for one of
 * them in IPv6: IPv4-mapped and NAT64 addresses are judged by the IPv4 address in them; 6to4, Teredo
 * and IPv4-compatible ones never pass.
 */
export class AddressGuard {
  readonly #allowed: readonly Cidr[];
  readonly #resolve: Resolve;

  constructor(options: {
    /** Ranges that pass although they are not public. @default none */
    readonly allowed?: readonly Cidr[];
    /** @default as the system resolves names, /etc/hosts included */
    readonly resolve?: Resolve;
  }) {
    this.#allowed = options.allowed ?? [];
    this.#resolve = options.resolve ?? resolveBySystem;
  }

  /** What is wrong with a URL as it is written, without asking any name server; undefined when nothing is. */
  faultOf(url: URL): string | undefined {
    const { protocol, port, hash } = url;
    if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https://';
    if (url.username !== '' || url.password !== '') return 'must not have a user or a password';
    if (hash !== '') return 'must not have a fragment';
    if (!['', '80', '443'].includes(port) && Number(port) < 1024)
      return `must not use port ${port}; 80, 443 or one from 1024 on`;
    if (protocol === 'http:' && this.#allowed.length === 0)
      return 'must begin with https://, or be of an allowed private address';
    const host = hostOf(url);
    return isIP(host) === 0 ? undefined : this.#faultOfAddress(host, protocol);
  }

  /**
   * The addresses of the URL's host, every one of them checked: connect to these and to no other. A name
   * is resolved once; one forbidden address among many forbids it.
   * @throws WebhookError WEBHOOK_ADDRESS_FORBIDDEN, or WEBHOOK_UNAVAILABLE for a name without addresses
   */
  async addressesOf(url: URL): Promise<readonly string[]> {
    const fault = this.faultOf(url);
    if (fault !== undefined) throw forbidden(`The URL of a webhook ${fault}`);
    const host = hostOf(url);
    const addresses = isIP(host) === 0 ? await this.#ask(host) : [host];
    for (const address of addresses) {
      const wrong = this.#faultOfAddress(address, url.protocol);
      if (wrong !== undefined) throw forbidden(`The host of a webhook, ${host}, ${wrong}`);
    }
    return addresses;
  }

  async #ask(host: string): Promise<readonly string[]> {
    const addresses = await this.#resolve(host).catch((cause: Error) => {
      throw new WebhookError('WEBHOOK_UNAVAILABLE', `No address of ${host}: ${cause.message}`, {
        cause,
      });
    });
    if (addresses.length === 0)
      throw new WebhookError('WEBHOOK_UNAVAILABLE', `No address of ${host}`);
    return addresses;
  }

  #faultOfAddress(text: string, protocol: string): string | undefined {
    if (isIP(text) === 0) return `is at ${JSON.stringify(text)}, which is no address`;
    const address = meantBy(ipaddr.parse(text));
    if (metadata.includes(address.toString())) return `is at ${text}, a metadata service`;
    if (this.#allowed.some((cidr) => isIn(address, cidr))) return undefined;
    if (!isPublic(address)) return `is at ${text}, which is ${address.range()} and not allowed`;
    if (protocol === 'http:') return `is at ${text}, which may only be called over https://`;
    return undefined;
  }
}

/** Ranges, separated by commas. @throws Error naming the one that is none */
export function parseCidrs(list: string): readonly Cidr[] {
  return list.split(',').map((text) => {
    const cidr = text.trim();
    if (!ipaddr.isValidCIDR(cidr)) throw new Error(`${JSON.stringify(cidr)} is no range`);
    return ipaddr.parseCIDR(cidr);
  });
}

/** WHATWG URLs have turned 2130706433, 0x7f.1 and 0177.0.0.1 into 127.0.0.1 already. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** The IPv4 address inside of an IPv6 one, where packets to it end up there. */
function meantBy(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(nat64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  return address;
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, [range, bits]: Cidr): boolean {
  return address.kind() === range.kind() && address.match(range, bits);
}

function forbidden(message: string): WebhookError {
  return new WebhookError('WEBHOOK_ADDRESS_FORBIDDEN', message);
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}
