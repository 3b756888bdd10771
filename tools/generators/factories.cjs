// What generators.json names, for Nx, which runs on any Node from 20 on and knows neither ESM nor TypeScript:
// each generator is tools/src/generators/NAME/generator.ts, bundled when it is called.
const { generators } = require('../generators.json');

for (const name of Object.keys(generators)) {
  exports[name] = async (tree, options) => {
    const { guarded } = await import('./guarded.mjs');
    return guarded(name, tree, async () => {
      // Not before: what it reads may have to be taken back first.
      const { loadGenerator } = await import('./load.mjs');
      const generate = await loadGenerator(name);
      return generate(tree, options);
    });
  };
}
