/** Names of manifests, databases and of the workspace that are something else already. */
export const reservedNames: readonly string[] = [
  ...['api-server', 'collector', 'dns', 'edge', 'kafka', 'keda', 'linkerd', 'otel-collector'],
  ...['outside', 'postgres', 'prometheus', 'rabbitmq', 'telemetry'],
  ...['any', 'base', 'log', 'mesh', 'namespace', 'operations', 'service', 'tools', 'type', 'web'],
];

/** Longest name: with `-migrate-` and a tag it is a Kubernetes name of 63 characters at most. */
const MAX_LENGTH = 30;

/** What is wrong with a name for a service; empty when nothing is. */
export function nameFaults(name: string): readonly string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return [
      `"${name}" is no name of a service: small letters, digits and single dashes, as in stock-count`,
    ];
  if (name.length > MAX_LENGTH) return [`"${name}" is longer than ${MAX_LENGTH} characters`];
  if (reservedNames.includes(name) || name.endsWith('-db') || name.endsWith('-operator'))
    return [`"${name}" is the name of something else of the mesh; choose another`];
  return [];
}
