import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { message, told } from '../src/core/finding';
import { Findings } from '../src/core/findings';
import { GrowingFile } from '../src/core/growing';
import { line, temporary } from './folder';

test('a finding says all that the Problems panel says', () => {
  const fixes = [
    { title: 'Install it', action: { shell: 'apt install golang' } },
    { title: 'Set PATH', action: { hand: 'In the editor.' } },
    { title: 'List it', action: { edit: [{ uri: 'file:///w/go.work' }, { uri: 'file:///w/go.work' }] } },
    { title: 'Tidy it', action: { server: { command: 'gopls.tidy' } } },
  ];
  const read = told(line('finding', { fixes }));
  assert.ok(read);
  assert.equal(
    message(read.finding),
    'A.\nB.\n- a fact\nFix: Install it: apt install golang\nFix: Set PATH. In the editor.' +
      '\nFix: List it (Quick Fix; then save go.work)\nFix: Tidy it (Quick Fix)',
  );
  assert.deepEqual([read.finding.line, read.finding.character], [4, 2]);
});

test('what another goplens writes is no error', () => {
  for (const odd of ['', '{', '{"event":"finding"}', line('noted'), line('finding', { severity: 'fatal' })]) {
    assert.equal(told(odd), undefined, odd);
  }
  assert.equal(told(line('finding', { range: null, uri: null, fixes: null }))?.finding.line, 0);
});

test('findings come and go, the worst first', async (t) => {
  const folder = temporary(t);
  const file = join(folder, 'findings.jsonl');
  const findings = new Findings(folder);
  assert.equal(await findings.look(), false, 'there is no file yet');
  appendFileSync(file, line('finding', { severity: 'warning', code: 'load-slow' }));
  appendFileSync(file, line('finding') + line('finding', { quiet: true, code: 'unknown-method' }));
  assert.equal(await findings.look(), true);
  const codes = (): string[] => findings.held.map(({ code }) => code);
  assert.deepEqual(codes(), ['import-cycle', 'load-slow']);
  assert.equal(await findings.look(), false, 'nothing is new');

  // The same again with other words is still one; elsewhere it is another.
  appendFileSync(file, line('finding', { title: 'C.' }) + line('finding', { uri: 'file:///w/shop/b.go' }));
  await findings.look();
  assert.deepEqual(findings.held.map(({ title }) => title), ['C.', 'A.', 'A.']);
  appendFileSync(file, line('cleared') + line('cleared', { uri: 'file:///w/shop/b.go' }));
  await findings.look();
  assert.deepEqual(codes(), ['load-slow']);
});

test('a line is read when it is whole, and once', async (t) => {
  const path = join(temporary(t), 'file');
  const file = new GrowingFile(path);
  appendFileSync(path, 'one\ntw');
  assert.deepEqual((await file.lines()).lines, ['one']);
  assert.deepEqual((await file.lines()).lines, []);
  appendFileSync(path, 'o\nthr\u00f6');
  assert.deepEqual((await file.lines()).lines, ['two']);
  appendFileSync(path, 'ee\n');
  assert.deepEqual((await file.lines()).lines, ['thr\u00f6ee']);
});

test('a large file is read in pieces, and a line without end is left out', async (t) => {
  const path = join(temporary(t), 'file');
  const long = 'x'.repeat(600 * 1024);
  appendFileSync(path, `${long}\n${long}${long}\nlast\n`);
  const file = new GrowingFile(path);
  const lengths: number[] = [];
  let pieces = 0;
  for (let more = true; more; pieces += 1) {
    const read = await file.lines();
    ({ more } = read);
    lengths.push(...read.lines.map(({ length }) => length));
  }
  assert.deepEqual(lengths, [long.length, 'last'.length]);
  assert.ok(pieces > 4, `${pieces} pieces`);
});
