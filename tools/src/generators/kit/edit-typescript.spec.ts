import { describe, expect, it } from 'vitest';
import {
  addDeclaration,
  addImport,
  addMember,
  addProperty,
  addToArray,
  addToObject,
} from './edit-typescript.js';

const module = `import { Module } from '@nestjs/common';
import { CONFIG, type Config } from './config.js';

@Module({ controllers: [], providers: [One, { provide: Two, useFactory: () => new Two() }] })
export class ShopModule {}
`;

describe('an import', () => {
  it('given a new module, then comes after the last import', () => {
    expect(addImport(module, './three.js', 'Three')).toContain(
      `from './config.js';\nimport { Three } from './three.js';`,
    );
  });

  it('given a module that is imported from, then joins its names', () => {
    expect(addImport(module, './config.js', 'RUNTIME')).toContain(
      `import { CONFIG, type Config, RUNTIME } from './config.js';`,
    );
  });

  it('given a value of a module of which types are imported, then keeps them types', () => {
    expect(addImport(`import type { A } from './a.js';`, './a.js', 'B')).toBe(
      `import { type A, B } from './a.js';`,
    );
  });

  it.each(['CONFIG', 'type Config'])('given %s, which is there, then changes nothing', (name) => {
    expect(addImport(module, './config.js', name)).toBe(module);
  });

  it('given types alone, then says so once', () => {
    expect(addImport('', './b.js', 'type A', 'type B')).toBe(
      `import type { A, B } from './b.js';\n\n`,
    );
  });

  it('given no imports, then comes first', () => {
    expect(addImport('const a = 1;\n', './b.js', 'b')).toBe(
      `import { b } from './b.js';\n\nconst a = 1;\n`,
    );
  });
});

describe('an element of a list', () => {
  it('given an empty list, then is its only one', () => {
    expect(addToArray(module, 'controllers', 'Shop')).toContain('controllers: [Shop]');
  });

  it('given others, then is the last one', () => {
    expect(addToArray(module, 'providers', 'Three')).toContain('new Two() }, Three]');
  });

  it('given the same with other line breaks, then changes nothing', () => {
    const same = `{\n  provide: Two,\n  useFactory: () => new Two(),\n}`;
    expect(addToArray(module, 'providers', same)).toBe(module);
  });

  it('given a list that is not there, then says so', () => {
    expect(() => addToArray(module, 'exports', 'Shop')).toThrow('There is no exports with a list');
  });

  it('is found behind a type, a call or `as const`', () => {
    const text = `export const all: readonly A[] = [...a(), b] as const;`;
    expect(addToArray(text, 'all', 'c')).toBe(
      `export const all: readonly A[] = [...a(), b, c] as const;`,
    );
  });
});

describe('a property', () => {
  const schema = `export const schema = z.object({ ...common, A: z.string() });`;

  it('given a new key, then is the last one', () => {
    expect(addToObject(schema, 'schema', 'B: z.int()')).toContain('A: z.string(), B: z.int() }');
  });

  it.each(['A: z.int()', '...common'])(
    'given %s, whose key is there, then changes nothing',
    (one) => {
      expect(addToObject(schema, 'schema', one)).toBe(schema);
    },
  );
});

describe('a member', () => {
  const shop = `export class Shop {\n  open() {}\n}\n`;

  it('given a new name, then is the last one', () => {
    expect(addMember(shop, 'Shop', 'close', '  close() {}')).toBe(
      `export class Shop {\n  open() {}\n\nclose() {}\n}\n`,
    );
  });

  it('given its name is there, then changes nothing', () => {
    expect(addMember(shop, 'Shop', 'open', 'open() { return 1; }')).toBe(shop);
  });

  it('given no such class, then says so', () => {
    expect(() => addMember(shop, 'Mall', 'open', '')).toThrow(
      'There is no class or interface Mall',
    );
  });
});

describe('a property of a class', () => {
  const till = '@Inject(Till) private readonly till!: Till;';

  it.each([
    ['methods alone', `class Shop {\n  open() {}\n}`, `class Shop {\n  ${till}\n\n  open() {}\n}`],
    [
      'properties',
      `class Shop {\n  a = 1;\n\n  open() {}\n}`,
      `class Shop {\n  a = 1;\n  ${till}\n\n  open() {}\n}`,
    ],
    ['nothing', `class Shop {\n}`, `class Shop {\n  ${till}\n}`],
  ])('given %s, then comes in front of the methods, once', (_what, shop, expected) => {
    const once = addProperty(shop, 'Shop', 'till', till);
    expect(once).toBe(expected);
    expect(addProperty(once, 'Shop', 'till', till)).toBe(once);
  });

  it('given no such class, then says so', () => {
    expect(() => addProperty('', 'Mall', 'till', till)).toThrow('There is no class Mall');
  });
});

describe('a declaration', () => {
  it('is added once', () => {
    const once = addDeclaration('const a = 1;\n', 'b', 'export const b = 2;');
    expect(once).toBe('const a = 1;\nexport const b = 2;\n');
    expect(addDeclaration(once, 'b', 'export const b = 3;')).toBe(once);
  });
});
