import { describe, expect, it } from 'vitest';
import { namingOf } from './naming.js';
import { Rewriter } from './rewrite.js';

const old = namingOf({ name: 'lending', product: 'City Lending' });
const own = namingOf({
  name: 'acme-shop',
  scope: 'acme',
  imagePrefix: 'ghcr.io/acme',
  namespace: 'shop',
});
const rewriter = new Rewriter(old, own, ['order']);

describe('a text', () => {
  it.each([
    ['City Lending is a starter', 'Acme Shop is a starter'],
    ["from '@lending/contracts/order'", "from '@acme/contracts/order'"],
    ['proto/lending/order/v1/order.proto', 'proto/acme_shop/order/v1/order.proto'],
    ['lending.order.v1.OrderPlaced', 'acme_shop.order.v1.OrderPlaced'],
    [String.raw`/lending\.order\.v1\.Order/`, String.raw`/acme_shop\.order\.v1\.Order/`],
    ['lending.<%= a.snake %>.v1.<%= a %>S', 'acme_shop.<%= a.snake %>.v1.<%= a %>S'],
    ['lending.${snake}.v1', 'acme-shop.${snake}.v1'],
    ['lending.webhooks.v1.order_placed', 'acme_shop.webhooks.v1.order_placed'],
    [String.raw`/\blending[./]order/`, String.raw`/\bacme-shop[./]order/`],
    ['topic lending.order.v1', 'topic acme-shop.order.v1'],
    ['group order.lending.order.v1', 'group order.acme-shop.order.v1'],
    ['image: lending/order:1', 'image: ghcr.io/acme/order:1'],
    ['"namespace":"lending"', '"namespace":"shop"'],
    ['order.lending.svc', 'order.shop.svc'],
    ['MESSAGE LENDING_DIR=.lending', 'MESSAGE ACME_SHOP_DIR=.acme-shop'],
    ['lending_outbox_depth', 'acme_shop_outbox_depth'],
    ['LendingLag', 'AcmeShopLag'],
    ['X-Lending-Order-Id', 'X-Acme-Shop-Order-Id'],
    ['Given a lending that runs', 'Given an acme-shop that runs'],
    ['two lendings', 'two acme-shops'],
    ['lendingold, unlending', 'lendingold, unlending'],
  ])('%s', (before, after) => {
    expect(rewriter.text(before)).toBe(after);
  });

  it('given "service mesh" in a workspace called mesh, then leaves the field term', () => {
    const mesh = new Rewriter(namingOf({ name: 'mesh' }), own, []);
    expect(mesh.text('no service mesh: mesh-db')).toBe('no service mesh: acme-shop-db');
  });
});

describe('code', () => {
  it('keeps identifiers legal, and takes texts in it as texts', () => {
    const code = `const lending = new FaultyLending(\`the lending \${lending.url}\`, 'lending-db', { ...lending });`;
    expect(rewriter.file('a.ts', code)).toBe(
      `const acmeShop = new FaultyAcmeShop(\`the acme-shop \${acmeShop.url}\`, 'acme-shop-db', { ...acmeShop });`,
    );
  });

  it('given a template of code, then it is code', () => {
    const template = "import { Lending } from './<%= name %>.js';";
    expect(rewriter.file('a.ts.template', template)).toBe(
      "import { AcmeShop } from './<%= name %>.js';",
    );
  });

  it('is as before after the way back', () => {
    const code = `import { Lending } from '@lending/a'; // LENDING_DIR of lending.order.v1, lending_a\n`;
    const back = new Rewriter(own, old, ['order']);
    expect(back.file('a.ts', rewriter.file('a.ts', code))).toBe(code);
  });
});
