import type { Declaration, Setting } from './declaration.js';

/** The setting that exists otherwise than it is declared. */
export interface Mismatch {
  readonly setting: string;
  /** As the broker has it; null for none, undefined when its text was cut before that. */
  readonly found: string | null | undefined;
  /** As AMQP calls it; absent when both have the setting, and then it is of one type. */
  readonly foundType: string | undefined;
}

/** AMQP has room for 255 bytes: with a long name the end is missing. */
const inequivalent = /inequivalent arg '(?<setting>[^']+)' for (exchange|queue) /;
const current =
  / but current is (none|(?:the value )?'(?<text>[^']*)'(?: of type '(?<type>\w+)')?)(?!\.\.\.)/;

/** Reads a 406 of RabbitMQ, 3.10 to 4; null for any other error. It names the first mismatch only. */
export function mismatchOf(error: unknown): Mismatch | null {
  if (!(error instanceof Error)) return null;
  const setting = inequivalent.exec(error.message)?.groups?.['setting'];
  if (setting === undefined) return null;
  const found = current.exec(error.message);
  if (found === null) return { setting, found: undefined, foundType: undefined };
  return { setting, found: found.groups?.['text'] ?? null, foundType: found.groups?.['type'] };
}

/** The declaration with that setting as the broker has it; without it when the broker did not say. */
export function asFound(declaration: Declaration, mismatch: Mismatch): Declaration {
  const { setting, found, foundType } = mismatch;
  const { [setting]: wanted, ...others } = declaration.settings;
  if (found === null || found === undefined) return { ...declaration, settings: others };
  const settings = { ...others, [setting]: valueOf(found, foundType, wanted) };
  return { ...declaration, settings };
}

function valueOf(text: string, type: string | undefined, wanted: Setting | undefined): Setting {
  if (type === 'longstr' || (type === undefined && typeof wanted === 'string')) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return Number(text);
}
