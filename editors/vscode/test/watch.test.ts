import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Watch } from '../src/core/watch';
import { line, session, temporary } from './folder';

const ID = (second: number): string => `20261128T05000${second}.000Z-${process.pid}`;
const END = { end: '2026-11-28T06:00:00Z' };

test('a window without a session has nothing to show', async (t) => {
  const watch = new Watch(temporary(t), () => ({ editor: 'Editor', folders: ['file:///w/shop'] }));
  assert.equal(await watch.look(), false);
  assert.equal(watch.view, undefined);
});

test('what changes in a session is seen at the next look', async (t) => {
  const sessions = temporary(t);
  const watch = new Watch(sessions, () => ({ editor: 'Editor', folders: ['file:///w/shop'] }));
  const folder = session(sessions, ID(1), { gopls: undefined });
  assert.equal(await watch.look(), true);
  assert.equal(watch.view?.session.id, ID(1));
  assert.equal(await watch.look(), false, 'nothing has changed');

  session(sessions, ID(1));
  assert.equal(await watch.look(), true);
  assert.equal(watch.view.session.gopls, 'v0.23.0');

  appendFileSync(join(folder, 'findings.jsonl'), line('finding'));
  assert.equal(await watch.look(), true);
  assert.deepEqual(watch.view.findings.map(({ code }) => code), ['import-cycle']);

  session(sessions, ID(1), END);
  assert.equal(await watch.look(), true);
  assert.equal(watch.view, undefined);
});

test('the slowest is that of session.json, and before there is one that of the trace', async (t) => {
  const sessions = temporary(t);
  const watch = new Watch(sessions, () => ({ editor: 'Editor', folders: ['file:///w/shop'] }));
  const folder = session(sessions, ID(1));
  writeFileSync(join(folder, 'trace.jsonl'), '{"kind":"response","method":"textDocument/hover","latency_us":7}\n');
  await watch.look();
  assert.deepEqual(watch.view?.slowest.map(({ slowest }) => slowest), [7]);
  session(sessions, ID(1), { methods: { 'textDocument/definition': { count: 1, p50_us: 3, max_us: 3 } } });
  assert.equal(await watch.look(), true);
  assert.deepEqual(watch.view.slowest.map(({ name }) => name), ['textDocument/definition']);
});

test('a session that takes the place of another is followed', async (t) => {
  const sessions = temporary(t);
  const watch = new Watch(sessions, () => ({ editor: 'Editor', folders: ['file:///w/shop'] }));
  const folder = session(sessions, ID(1));
  appendFileSync(join(folder, 'findings.jsonl'), line('finding'));
  await watch.look();
  // It says whose it is only when the client has.
  session(sessions, ID(2), { client: undefined, folders: [] });
  await watch.look();
  assert.equal(watch.view?.session.id, ID(1));
  session(sessions, ID(2));
  assert.equal(await watch.look(), true);
  assert.equal(watch.view.session.id, ID(2));
  assert.deepEqual(watch.view.findings, []);
});

test('a window that opens another folder has another session', async (t) => {
  const sessions = temporary(t);
  const window = { editor: 'Editor', folders: ['file:///w/shop'] };
  const watch = new Watch(sessions, () => window);
  session(sessions, ID(1));
  session(sessions, ID(2), { folders: ['file:///w/other'] });
  await watch.look();
  assert.equal(watch.view?.session.id, ID(1));
  window.folders = ['file:///w/other'];
  assert.equal(await watch.look(), true);
  assert.equal(watch.view.session.id, ID(2));
});
