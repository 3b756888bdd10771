import type { Tree } from '@nx/devkit';

/** What this workspace calls itself, and which state of the starter it has: starter.json. */
export interface Starter extends Naming {
  /** Of the starter that this workspace was cloned from, or last took its changes from. */
  readonly version: string;
  /** Whether `remove-example` was run: then an upgrade leaves it out as well. */
  readonly exampleRemoved?: boolean;
}

/** The names of a workspace. */
export interface Naming {
  /** `acme-shop`: files, folders, metrics, variables of the environment, databases; the words in texts. */
  readonly name: string;
  /** `Acme Shop`: titles. */
  readonly product: string;
  /** npm packages: `@acme/contracts`. */
  readonly scope: string;
  /** Protobuf packages: `acme.order.v1`. */
  readonly protoPackage: string;
  /** Kafka topics, AMQP exchanges: `acme.order.v1`. */
  readonly topicPrefix: string;
  /** Images: `ghcr.io/acme/order`. */
  readonly imagePrefix: string;
  /** Kubernetes. */
  readonly namespace: string;
}

export const starterFile = 'starter.json';

export function readStarter(tree: Tree): Starter {
  const text = tree.read(starterFile, 'utf8');
  if (text === null)
    throw new Error(`${starterFile} is gone: it says what this workspace is called; get it back`);
  return JSON.parse(text) as Starter;
}

export function writeStarter(tree: Tree, starter: Starter): void {
  tree.write(starterFile, `${JSON.stringify(starter, undefined, 2)}\n`);
}
