import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The names of attributes that the semantic conventions of OpenTelemetry have and do not call deprecated, by their
 * own package: `messaging.system.name`, not `messaging.system`.
 */
export function conventionalAttributes(): ReadonlySet<string> {
  const entry = fileURLToPath(import.meta.resolve('@opentelemetry/semantic-conventions'));
  const files = ['stable_attributes.d.mts', 'experimental_attributes.d.mts'];
  return new Set(
    files.flatMap((file) => namesIn(readFileSync(join(dirname(entry), file), 'utf8'))),
  );
}

const declaration = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*declare const ATTR_\w+: "([^"]+)"/g;

function namesIn(text: string): string[] {
  return [...text.matchAll(declaration)].flatMap(([, comment = '', name = '']) =>
    comment.includes('@deprecated') ? [] : [name],
  );
}
