import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { methodsOfTail, slowest } from '../src/core/slowest';
import { temporary } from './folder';

const answer = (method: string, latency: number, more = {}): string =>
  JSON.stringify({ seq: 1, kind: 'response', method, id: 5, latency_us: latency, ...more });

test('what the user asked for counts, and not what gopls asks or nobody waits for', () => {
  const methods = [
    'client/registerCapability',
    'initialize',
    'textDocument/definition',
    'textDocument/didOpen',
    'textDocument/hover',
    'window/workDoneProgress/create',
    'workspace/configuration',
    'workspace/semanticTokens/refresh',
    'workspace/symbol',
  ].map((name, slowest) => ({ name, count: 1, slowest: name.endsWith('didOpen') ? undefined : slowest }));
  const names = slowest(methods).map(({ name }) => name);
  assert.deepEqual(names, ['workspace/symbol', 'textDocument/hover', 'textDocument/definition']);
});

test('the end of a trace tells of its methods', async (t) => {
  const folder = temporary(t);
  assert.deepEqual(await methodsOfTail(folder), [], 'there is no trace yet');
  const lines = [
    answer('textDocument/hover', 30),
    answer('textDocument/hover', 10),
    answer('textDocument/hover', 20),
    answer('workspace/executeCommand', 99, { id: 'goplens:1' }),
    JSON.stringify({ seq: 1, kind: 'notification', method: 'exit' }),
    answer('textDocument/hover', 99).slice(0, 40),
  ];
  writeFileSync(join(folder, 'trace.jsonl'), lines.join('\n'));
  const hover = { name: 'textDocument/hover', count: 3, p50: 20, slowest: 30 };
  assert.deepEqual(await methodsOfTail(folder), [hover]);
});

test('no more than the end is read', async (t) => {
  const folder = temporary(t);
  const one = `${answer('textDocument/hover', 1, { body: 'x'.repeat(1000) })}\n`;
  writeFileSync(join(folder, 'trace.jsonl'), answer('textDocument/definition', 9) + '\n' + one.repeat(1000));
  const methods = await methodsOfTail(folder);
  assert.deepEqual(methods.map(({ name }) => name), ['textDocument/hover']);
  assert.equal(methods[0]?.count, Math.floor((256 * 1024) / one.length));
});
