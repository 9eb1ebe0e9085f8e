// From a machine on which goplens lies around to one where it is at work, and back, as a user goes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';

import { called } from '../sessions.mjs';
import { settings } from '../settings.mjs';
import { until } from '../until.mjs';
import { write } from '../workspaces.mjs';

const RELOAD = 'Reload the window';

/** Ctrl+Click leads to where it should, whoever answers. */
async function jumps(window, file) {
  await window.file(file);
  await until('the definition', async () => {
    await window.jump('total(2, 3)', 'total');
    return until('total.go', async () => (await window.tab()) === 'total.go', 5_000).catch(() => false);
  });
  await window.park();
}

/** Where what was changed before cannot be read any more, the user is told that setting up failed, and nothing has come of it. */
export async function saysThatItFailed(window, { at, sessions, settings: file }) {
  await jumps(window, 'app/main.go');
  await window.statusWith('not set up', 'codicon-circle-slash');
  assert.deepEqual(sessions.live(at('shop')), []);
  await window.picture('not-set-up');

  const record = at('home/.local/share/goplens/setup.json');
  write(dirname(record), { [basename(record)]: '{' });
  await window.command('goplens: Set up');
  await window.terminalWith(/cannot be understood/);
  await window.page.getByText('did not do all that it should').first().waitFor();
  await window.picture('set-up-failed');
  rmSync(record);
  assert.equal(readFileSync(file, 'utf8'), settings());
}

/** Set up by the command: it ends in a terminal, and after a reload the session runs through the launcher. */
export async function setsUp(window, { at, env, sessions, settings: file }) {
  await window.command('goplens: Set up');
  await window.terminalWith(/takes it back/);
  await window.reloadBy(RELOAD, 'set-up');

  const launcher = at('home/.local/share/goplens/launcher/gopls');
  const now = readFileSync(file, 'utf8');
  for (const line of settings().split('\n')) assert.ok(now.includes(line), line);
  assert.ok(now.includes(JSON.stringify(launcher)), now);
  const built = execFileSync('go', ['version', '-m', launcher], { env, encoding: 'utf8' });
  assert.match(built, /go1\.\d+.*\n\tpath\t.*\n\tmod\t.*\(devel\)/);

  await window.file('app/main.go');
  await window.statusWith('gopls v');
  const [session] = sessions.live(at('shop'));
  assert.deepEqual(called(session.pid), { program: at('home/.local/bin/goplens'), name: launcher });
}

/** Taken back by the command: the settings are what they were, and after a reload the editor starts gopls itself. */
export async function undoes(window, { at, sessions, settings: file }) {
  await window.file('main.go');
  await window.statusWith('gopls v', 'codicon-check');
  await window.command('goplens: Undo the set-up');
  await window.terminalWith(/is as it was/);
  await window.reloadBy(RELOAD, 'taken-back');
  assert.equal(readFileSync(file, 'utf8'), settings());

  await jumps(window, 'main.go');
  await window.statusWith('not set up', 'codicon-circle-slash');
  assert.deepEqual(sessions.live(at('real')), []);
  await window.picture('undone');
}
