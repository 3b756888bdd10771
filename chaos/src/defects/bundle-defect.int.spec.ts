import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleWith } from './bundle-defect.js';
import { defects } from './defect.js';

describe('bundleWith', () => {
  it.each(defects)('given $name, then it is in each service', async (defect) => {
    const entries = await bundleWith(defect);
    expect(Object.keys(entries)).toEqual(['order', 'inventory', 'notifications']);
    for (const entry of Object.values(entries)) {
      const map = readFileSync(join(dirname(entry), 'main.js.map'), 'utf8');
      expect(map).toContain(`chaos/src/defects/${defect.module}`);
    }
  });

  it('given a defect in place of what no service imports, then says so', async () => {
    const [first] = defects;
    const nowhere = { ...first, name: 'nowhere', replaces: ['libs/outbox/src/gone.ts'] };
    await expect(bundleWith(nowhere)).rejects.toThrow(
      /^nowhere: \w+ imports no libs\/outbox\/src\/gone\.ts$/,
    );
  });
});
