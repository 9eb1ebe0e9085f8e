import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { session as read } from '../src/core/session';
import { Sessions } from '../src/core/sessions';
import { nobody, session, temporary, told } from './folder';

test('a session is what its file says', () => {
  const methods = { 'textDocument/hover': { count: 3, p50_us: 700, p99_us: 900, max_us: 950, outcomes: { ok: 3 } } };
  const one = read('/s/a', 'a', JSON.stringify(told({ go: 'go1.26.8', methods })));
  assert.equal(one?.gopls, 'v0.23.0');
  assert.equal(one.client, 'Editor');
  assert.deepEqual(one.folders, ['file:///w/shop']);
  assert.deepEqual(one.methods, [{ name: 'textDocument/hover', count: 3, p50: 700, slowest: 950 }]);
});

test('what is no session, or only the half of one, is none', () => {
  for (const json of ['', '{"pid": 1', 'null', '[]', '{}', '{"pid":"1"}']) {
    assert.equal(read('/s/a', 'a', json), undefined, json);
  }
  const bare = read('/s/a', 'a', '{"pid":1,"argv":7,"folders":[3],"methods":[],"client":null}');
  assert.deepEqual(bare?.folders, []);
  assert.deepEqual(bare.methods, []);
});

test('only those are live that run and did not end, the newest first', async (t) => {
  const folder = temporary(t);
  const name = (second: number, pid = process.pid): string => `20261128T05000${second}.000Z-${pid}`;
  session(folder, name(1));
  session(folder, name(3));
  session(folder, name(4), { end: '2026-11-28T06:00:00Z' });
  session(folder, name(5, nobody()), { pid: nobody() });
  // The id of one that was killed belongs to another program now.
  session(folder, name(6), { argv: ['/bin/gopls'] });
  mkdirSync(join(folder, 'something-else'));
  writeFileSync(join(folder, 'a-file'), '');
  const { sessions, unsettled } = await new Sessions(folder).live();
  assert.deepEqual(sessions.map(({ id }) => id), [name(3), name(1)]);
  assert.equal(unsettled, false);
});

test('one that a launcher started by its own name is live', async (t) => {
  const folder = temporary(t);
  const launched = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 60_000)'], { argv0: '/launcher/gopls' });
  t.after(() => launched.kill());
  const { pid } = launched;
  const id = `20261128T050001.000Z-${pid}`;
  session(folder, id, { pid });
  assert.deepEqual((await new Sessions(folder).live()).sessions.map(({ pid }) => pid), [pid]);
});

test('one that is being made is waited for', async (t) => {
  const folder = temporary(t);
  const sessions = new Sessions(folder);
  assert.deepEqual(await sessions.live(), { sessions: [], unsettled: false });
  const id = `20261128T050001.000Z-${process.pid}`;
  mkdirSync(join(folder, id));
  assert.deepEqual(await sessions.live(), { sessions: [], unsettled: true });
  session(folder, id, { client: undefined, folders: [] });
  assert.equal((await sessions.live()).unsettled, true);
  session(folder, id);
  const live = await sessions.live();
  assert.deepEqual([live.sessions.length, live.unsettled], [1, false]);
});

test('there may be no folder of sessions yet', async () => {
  assert.deepEqual((await new Sessions('/nowhere/at/all').live()).sessions, []);
});
