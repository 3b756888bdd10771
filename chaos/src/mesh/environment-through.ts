import type { Environment } from '@mesh/tools/launcher';
import { addressVariable, allServices } from '@mesh/tools/services';
import type { Links } from './links.js';

/** What a replica reaches by a URL. Kafka tells its clients an address of its own: the proxy's. */
const urls = { DATABASE_URL: 'database', MESH_LOG_URL: 'database', AMQP_URL: 'rabbitmq' } as const;

/** Of the services, whose replicas are listed. */
const targets = Object.fromEntries(
  allServices().map(({ name }) => [addressVariable(name), name] as const),
);

/** The variables of a replica, with a link in each address of a server or of another service. */
export async function environmentThrough(
  links: Links,
  replica: string,
  environment: Environment,
): Promise<Environment> {
  const changed: Record<string, string> = { ...environment };
  for (const [variable, server] of Object.entries(urls)) {
    const url = environment[variable];
    if (url) changed[variable] = await links.urlThrough(`${replica} to ${server}`, url);
  }
  for (const [variable, service] of Object.entries(targets)) {
    const target = environment[variable];
    if (target) changed[variable] = await targetThrough(links, `${replica} to ${service}`, target);
  }
  return changed;
}

/** `ipv4:127.0.0.1:1,127.0.0.1:2`: a link to each. */
async function targetThrough(links: Links, name: string, target: string): Promise<string> {
  const addresses = target.replace(/^ipv4:/, '').split(',');
  const through: string[] = [];
  for (const [index, address] of addresses.entries()) {
    const port = Number(address.slice(address.lastIndexOf(':') + 1));
    const link = index === 0 ? name : `${name}-${index + 1}`;
    through.push(`127.0.0.1:${await links.through(link, port)}`);
  }
  return addresses.length === 1 ? (through[0] ?? target) : `ipv4:${through.join(',')}`;
}
