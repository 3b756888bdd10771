import { describe, expect, it } from 'vitest';
import { callsOf } from './curl.js';
import { docsOf, textOf } from './testing/page.js';

const { page, openApi, show } = docsOf();

describe('the docs page', () => {
  it('tells of an operation who may call it, with what, and what comes back', () => {
    const text = textOf(page, 'redriveDeadLetters');
    for (const shown of [
      'POST /v1/operations/{service}/dead-letters/redrive Run the handlers',
      'Authorization: Bearer <token>, a JWT: sub is the customer; the claim roles may hold operator. ' +
        'Development tokens come from POST /dev/token.',
      'service path, required text, at most 64 characters. As the overview names it',
      'DeadLetterAction as application/json, required { "ids": [ "17" ], "dryRun": true }',
      '403 Problem Forbidden: FORBIDDEN',
      'Retry-After: Seconds after which the same call may succeed',
    ]) {
      expect(text).toContain(shown);
    }
    expect(textOf(page, 'devToken')).toContain('None: anybody may call it.');
  });

  it('tells what parameters and fields must be', () => {
    expect(textOf(page, 'listDeadLetters')).toContain(
      'limit query, optional whole number, 1 to 100, 20 by default. Items of a page',
    );
    expect(textOf(page, 'schema-DeadLetter')).toContain('unread true | false. The message');
    expect(textOf(page, 'schema-DeadLetterPage')).toContain('nextCursor text or null');
  });

  it('shows as an answer what the request of the example makes', () => {
    expect(textOf(page, 'redriveDeadLetters')).toMatch(/"dryRun":true\}' .*"dryRun": true/);
  });

  it('shows every operation, parameter and schema of the document', () => {
    for (const { operation, path, method } of callsOf(openApi)) {
      const text = textOf(page, operation.operationId);
      expect(text).toContain(`${method.toUpperCase()} ${path} ${operation.summary}`);
      for (const { name } of operation.parameters ?? []) expect(text).toContain(`${name} `);
      for (const status of Object.keys(operation.responses)) expect(text).toContain(` ${status} `);
    }
    for (const name of Object.keys(openApi.components.schemas)) {
      expect(page).toContain(`<section id="schema-${name}">`);
    }
  });

  it('leads only to places that it has, each there once', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(ids).toEqual([...new Set(ids)]);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it('needs no script and no inline style', () => {
    expect(page).not.toMatch(/<script|style=|<style| on\w+=/);
  });

  it('escapes what it shows', () => {
    const evil = '<b>"x"</b>`<i>` & more';
    const path = '/v1/operations/{service}';
    const call = openApi.paths[path]!['get']!;
    const parameter = { ...call.parameters![0]!, name: evil, description: evil, example: evil };
    const get = { ...call, summary: evil, description: evil, parameters: [parameter] };
    const paths = { ...openApi.paths, [path]: { get } };
    const escaped = show(
      { ...openApi, paths, info: { title: evil, description: evil } },
      'http://<b>"x"</b>',
    );
    expect(escaped).not.toMatch(/<b>"x"|<i>/);
    expect(escaped).toContain('<code>&lt;i&gt;</code> &amp; more');
  });

  it('outside of development sends to the issuer instead of /dev/token', () => {
    const { page: elsewhere } = docsOf({ devToken: false });
    expect(elsewhere).not.toContain('/dev/token');
    expect(textOf(elsewhere, 'listServices')).toContain(
      'Tokens come from the issuer that this server trusts.',
    );
  });
});
