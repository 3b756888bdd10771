import { parseArgs } from 'node:util';
import { allServices } from '../services/index.js';

export interface ImageOptions {
  readonly help: boolean;
  readonly services: readonly string[];
  /** The Dockerfile as it stands; otherwise with the packages that are installed here. */
  readonly whole: boolean;
  /** Each is built again from nothing, and has to have the same layers. */
  readonly twice: boolean;
  /** As buildah takes them: `id=ca,src=FILE`. */
  readonly secrets: readonly string[];
}

/** @throws TypeError naming the option that is wrong */
export function optionsOf(
  args: readonly string[],
  known: readonly string[] = allServices().map(({ name }) => name),
): ImageOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      service: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      twice: { type: 'boolean', default: false },
      secret: { type: 'string', multiple: true, default: [] },
    },
  });
  const names = values.service ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`--service: expected one of ${known.join(', ')}; received "${unknown}"`);
  const { help, quick, twice, secret: secrets } = values;
  return { help, services: names, whole: !quick, twice, secrets };
}
