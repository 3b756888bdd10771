import { bundleEntry } from '@mesh/tools/bundle';

const bundles = new Map<string, Promise<string>>();

/** The entry as one file that node runs. Made once: half of what a short process costs would go into it each time. */
export function bundled(entry: string): Promise<string> {
  const known = bundles.get(entry) ?? bundleEntry(entry);
  bundles.set(entry, known);
  return known;
}
