import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { readableLine } from './readable-line.js';

const line = {
  level: 'warn',
  time: '2026-01-02T03:04:05.678Z',
  service: 'job',
  msg: 'It is late',
};

it('is one line of time, level, service, message and fields', () => {
  const text = readableLine(JSON.stringify({ ...line, jobId: 'o-1', why: 'a b', n: [1] }));
  expect(stripVTControlCharacters(text)).toBe(
    '03:04:05.678 WARN  job  It is late jobId=o-1 why="a b" n=[1]\n',
  );
});

it('has the stack of an error below', () => {
  const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at x' };
  const text = readableLine(JSON.stringify({ ...line, err }));
  expect(stripVTControlCharacters(text)).toBe(
    '03:04:05.678 WARN  job  It is late\n    Error: no\n        at x\n',
  );
});
