// Session folders as goplens makes them, for the tests.

import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { exists } from '../src/core/processes';

/** A folder that goes with the test. */
export function temporary(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'goplens-extension-'));
  test.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** What this process runs: a session with it is live. */
export const PROGRAM = process.execPath;

/** A process id that no process has. */
export function nobody(): number {
  for (let pid = 4_000_000; ; pid += 1) if (!exists(pid)) return pid;
}

/** What a `session.json` has for a session of this process. */
export function told(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    pid: process.pid,
    goplens: '0.1.0',
    gopls: 'v0.23.0',
    client: { name: 'Editor', version: '1.2.3' },
    argv: [PROGRAM],
    folders: ['file:///w/shop'],
    start: '2026-11-28T05:02:31.823882Z',
    messages: 231,
    methods: {},
    ...over,
  };
}

/** Makes a session, or writes its `session.json` anew as goplens does; gives its folder. */
export function session(sessions: string, id: string, over: Readonly<Record<string, unknown>> = {}): string {
  const folder = join(sessions, id);
  mkdirSync(folder, { recursive: true });
  const part = join(folder, 'session.json.part');
  writeFileSync(part, JSON.stringify(told(over)));
  renameSync(part, join(folder, 'session.json'));
  return folder;
}

/** A line of `findings.jsonl`. */
export function line(event: string, over: Readonly<Record<string, unknown>> = {}): string {
  const finding = {
    code: 'import-cycle',
    severity: 'error',
    title: 'A.',
    cause: 'B.',
    evidence: ['a fact'],
    fixes: [{ title: 'Do it', action: { shell: 'go do' } }],
    subject: '',
    uri: 'file:///w/shop/a.go',
    range: { start: { line: 4, character: 2 }, end: { line: 4, character: 5 } },
    at: 7,
    ...over,
  };
  return `${JSON.stringify({ time: '2026-11-28T05:02:32.000000Z', event, finding })}\n`;
}
