import {
  baggageEntryMetadataFromString,
  context,
  propagation,
  type Baggage,
  type BaggageEntry,
} from '@opentelemetry/api';
import { ensureContextManager } from './context-manager.js';

/**
 * What W3C baggage asks every carrier to pass on; what is beyond is left out, whole members at a time.
 * @see https://www.w3.org/TR/baggage/#limits
 */
export const MAX_BAGGAGE_MEMBERS = 64;
export const MAX_BAGGAGE_BYTES = 8192;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const octets = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const properties = /^[\x20-\x2b\x2d-\x7e\t]*$/;

/**
 * The W3C baggage of the running work as a header, at most 64 members and 8192 bytes of ASCII;
 * undefined when there is none.
 */
export function currentBaggage(): string | undefined {
  ensureContextManager();
  const baggage = propagation.getActiveBaggage();
  return baggage && formatBaggage(baggage);
}

/**
 * Runs `fn` with the baggage of a header, and with none where the header is missing or has no valid
 * member. Everything that `fn` awaits sees it by {@link currentBaggage}.
 */
export function withBaggage<T>(header: string | undefined, fn: () => T): T {
  ensureContextManager();
  const baggage = parseBaggage(header);
  const active = context.active();
  return context.with(
    baggage === undefined
      ? propagation.deleteBaggage(active)
      : propagation.setBaggage(active, baggage),
    fn,
  );
}

/** The valid members of a header, within the limits; undefined when there are none. */
export function parseBaggage(header: string | undefined): Baggage | undefined {
  const entries = new Map<string, BaggageEntry>();
  for (const member of withinLimits(header?.split(',') ?? [])) {
    const [pair = '', ...rest] = member.split(';');
    const separator = pair.indexOf('=');
    const name = pair.slice(0, separator).trim();
    const value = decoded(pair.slice(separator + 1).trim());
    if (separator < 0 || !token.test(name) || value === undefined) continue;
    const metadata = rest.map((property) => property.trim()).join(';');
    if (!properties.test(metadata)) continue;
    entries.set(name, {
      value,
      ...(metadata !== '' && { metadata: baggageEntryMetadataFromString(metadata) }),
    });
  }
  if (entries.size === 0) return undefined;
  return propagation.createBaggage(Object.fromEntries(entries));
}

/** Undefined when no member is left. */
export function formatBaggage(baggage: Baggage): string | undefined {
  const members = baggage
    .getAllEntries()
    .filter(([name]) => token.test(name))
    .map(([name, { value, metadata }]) => {
      const text = metadata?.toString() ?? '';
      return `${name}=${encodeURIComponent(value.toWellFormed())}${text === '' ? '' : `;${text}`}`;
    });
  return withinLimits(members).join(',') || undefined;
}

function withinLimits(members: readonly string[]): readonly string[] {
  const fitting: string[] = [];
  let bytes = 0;
  for (const member of members) {
    const added = member.length + (bytes === 0 ? 0 : 1);
    if (fitting.length === MAX_BAGGAGE_MEMBERS || bytes + added > MAX_BAGGAGE_BYTES) continue;
    bytes += added;
    fitting.push(member);
  }
  return fitting;
}

function decoded(value: string): string | undefined {
  if (!octets.test(value)) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
