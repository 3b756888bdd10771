import type { Page } from './pages.js';

/** How a block of commands is held to be true. */
export type Mark =
  /** A test runs it as it stands: `<!-- run -->`. */
  | { readonly kind: 'run' }
  /** Files, or stages of npm test, that run the same: `<!-- run by: a.spec.ts, npm test -->`. */
  | { readonly kind: 'run by'; readonly runners: readonly string[] }
  /** What is not here: `<!-- needs: docker -->`. */
  | { readonly kind: 'needs'; readonly what: string };

/** A fenced block. */
export interface Block {
  readonly path: string;
  /** Of its fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Without the indentation of its fence. */
  readonly text: string;
  readonly mark: Mark | undefined;
}

const fence = /^( *)```(\w*)[^\n]*\n(.*?)^\1```$/gms;
const marked =
  /<!-- (?:(run)|run by: ([^\n]*?)|needs: ([^\n]*?)) -->\s*(?:<!-- \/?example -->\s*)?$/;

export function blocksOf({ path, text }: Page): readonly Block[] {
  return [...text.matchAll(fence)].map(
    ({ index, 1: indent = '', 2: language = '', 3: body = '' }) => {
      const before = text.slice(0, index);
      return {
        path,
        line: before.split('\n').length,
        language,
        text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
        mark: markOf(before),
      };
    },
  );
}

function markOf(before: string): Mark | undefined {
  const [, run, runners, what] = marked.exec(before) ?? [];
  if (run !== undefined) return { kind: 'run' };
  if (runners !== undefined) return { kind: 'run by', runners: runners.split(/,\s*/) };
  return what === undefined ? undefined : { kind: 'needs', what };
}

const languages = ['sh', 'bash', 'console'];

/** Whether it is for a terminal. */
export const isShell = ({ language }: Block) => languages.includes(language);

/** The commands of a block, each on one line: those after `$` where it also shows what they print. */
export function commandsOf({
  language,
  text,
}: Pick<Block, 'language' | 'text'>): readonly string[] {
  const lines = text.replaceAll(/\s*\\\n\s*/g, ' ').split('\n');
  const typed =
    language === 'console'
      ? lines.flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []))
      : lines;
  return typed.map((line) => line.replace(/(^|\s+)# .*$/, '').trim()).filter(Boolean);
}
