import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { root } from '../root.js';

/** What every Kubernetes object has. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/**
 * The custom resources that k8s/components make, each checked as strictly as the definition allows: a field
 * that its operator does not know, one that is missing, a value of another type. The files come from the
 * operators' definitions, by `tools/src/k8s/import-schemas.ts`; nothing is looked up over the network.
 */
export class CrdSchemas {
  readonly #folder: string;
  readonly #files: ReadonlySet<string>;
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv({
    ...{ strict: false, allErrors: true, validateFormats: false },
    // Patterns are those of Go, which knows no flag u.
    unicodeRegExp: false,
  });

  constructor(folder = join(root, 'k8s/schemas')) {
    this.#folder = folder;
    this.#files = new Set(readdirSync(folder));
  }

  /** `<group>_<Kind>` of each schema that is here. */
  get kinds(): readonly string[] {
    return [...this.#files].flatMap((file) => (/^(.+)\.json$/.exec(file) ?? []).slice(1)).sort();
  }

  /** Whether objects of that kind can be checked here. */
  knows(object: KubernetesObject): boolean {
    return this.#files.has(fileOf(object));
  }

  /**
   * What is wrong with an object, a sentence a fault, none when it is right.
   * @throws Error when there is no schema of its kind
   */
  faults(object: KubernetesObject): readonly string[] {
    const name = `${object.kind} ${object.metadata.name}`;
    if (!this.knows(object))
      throw new Error(`${name}: there is no schema k8s/schemas/${fileOf(object)}`);
    const validate = this.#schema(fileOf(object));
    if (validate(object)) return [];
    return (validate.errors ?? []).map((error) => `${name}: ${sentence(error)}`);
  }

  #schema(file: string): ValidateFunction {
    let compiled = this.#compiled.get(file);
    if (compiled === undefined) {
      const text = readFileSync(join(this.#folder, file), 'utf8');
      compiled = this.#ajv.compile(JSON.parse(text) as object);
      this.#compiled.set(file, compiled);
    }
    return compiled;
  }
}

function fileOf({ apiVersion, kind }: KubernetesObject): string {
  return `${apiVersion.split('/')[0]}_${kind}.json`;
}

function sentence({ instancePath, keyword, params, message }: ErrorObject): string {
  const at = instancePath === '' ? '/' : instancePath;
  if (keyword === 'additionalProperties')
    return `${at} has no field ${JSON.stringify(params['additionalProperty'])}`;
  if (keyword === 'enum') return `${at} is none of ${JSON.stringify(params['allowedValues'])}`;
  return `${at} ${message ?? keyword}`;
}
