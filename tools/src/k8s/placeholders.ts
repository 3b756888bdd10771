/** The top-level domain of examples (RFC 2606): nothing that is named so is ever reached. */
const placeholder = /[\w.-]+\.example(?![\w.-])/g;

/**
 * What of rendered objects is still as an example has it, a sentence each with its place. Keys, such as those of
 * labels, are names and not addresses.
 */
export function placeholdersIn(objects: readonly unknown[]): readonly string[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object as { kind?: string; metadata?: { name?: string } };
    const found = placesIn(object, '').map(({ path, name }) => `${name} (${path.slice(1)})`);
    return [...new Set(found)].map((one) => `${kind} ${metadata?.name}: ${one}`);
  });
}

function placesIn(
  value: unknown,
  path: string,
): { readonly path: string; readonly name: string }[] {
  if (typeof value === 'string')
    return (value.match(placeholder) ?? []).map((name) => ({ path, name }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    placesIn(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
  );
}
