import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleWith } from './bundle-defect.js';
import { defects } from './defect.js';

describe('bundleWith', () => {
  it.each(defects)('given $name, then it is in the service', async (defect) => {
    const { order = '' } = await bundleWith(defect, ['order']);
    const map = readFileSync(join(dirname(order), 'main.js.map'), 'utf8');
    expect(map).toContain(`chaos/src/defects/${defect.module}`);
  });

  it('given a defect in place of what no service imports, then says so', async () => {
    const [first] = defects;
    const nowhere = { ...first, name: 'nowhere', replaces: ['libs/outbox/src/gone.ts'] };
    await expect(bundleWith(nowhere, ['order'])).rejects.toThrow(
      'nowhere: order imports no libs/outbox/src/gone.ts',
    );
  });
});
