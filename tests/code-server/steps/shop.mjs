// A workspace with a healthy part and a faulty one: its go.work leaves out a module that the other needs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { until } from '../until.mjs';

const CODE = 'go-work-does-not-list-module';
const FIX = 'List ./stock in go.work';

/** What goplens has in the Problems panel. */
async function found(window) {
  return (await window.problems()).filter(({ source }) => source === 'goplens');
}

/** Ctrl+Click on what is healthy. */
export async function jumps(window) {
  await window.file('app/main.go');
  await window.statusWith('gopls v');
  await window.jump('total(2, 3)', 'total');
  await until('total.go', async () => (await window.tab()) === 'total.go' && (await window.line()) === 4);
  await window.park();
  await window.picture('jumped');
}

/** Ctrl+Click on what is faulty, and what stands in the Problems panel then. */
export async function explainsInProblems(window, { at }) {
  await window.file('app/main.go');
  await window.openProblems();
  await window.jump('stock.Left', 'Left');
  const [finding] = await until('a finding of goplens', async () => {
    const all = await found(window);
    return all.length > 0 && all;
  });
  assert.equal(await window.tab(), 'main.go', 'there is nothing to jump to');
  assert.match(finding.text, /go\.work does not list \.\/stock/);
  assert.equal(finding.code, CODE);
  // In the browser a file of the machine has the scheme of a remote one.
  assert.equal(new URL(finding.link).pathname, at(`state/findings/${CODE}.md`));
  await window.park();
}

/** The item in the status bar, and its menu. */
export async function showsStatus(window) {
  await window.statusWith(CODE, 'gopls v', 'codicon-error');
  await window.picture('finding');
  await window.page.locator('.statusbar-item[id^="goplens.goplens"]').click();
  const rows = window.page.locator('.quick-input-list .monaco-list-row');
  await until('the menu', async () => (await rows.allInnerTexts()).some((text) => text.includes('Tail this session')));
  await window.picture('menu');
  await window.key('Escape');
}

/** The page of the finding, from the lightbulb. */
export async function explainsInPage(window) {
  await window.file('app/main.go');
  await window.click('stock.Left', 'Left');
  const offered = await window.fixes();
  assert.ok(offered.includes(FIX), offered.join(', '));
  await window.picture('fixes');
  await window.fix(`Explain: ${CODE}`);
  await until('the page', async () => {
    const text = await window.views();
    return text.includes('Found here') && text.includes('go.work does not list ./stock') && text.includes('What to do');
  });
  await window.picture('explained');
  await window.key('Control+F4');
}

/** The list of findings leads to the place of one. */
export async function listsFindings(window) {
  await window.file('app/total.go');
  await window.command('goplens: Show findings');
  const rows = window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'go.work does not list ./stock' });
  await rows.first().waitFor();
  await window.picture('findings');
  await rows.first().click();
  await until('its place', async () => (await window.tab()) === 'main.go' && (await window.line()) === 11);
}

/** The quick fix, and the definition that it makes work. */
export async function fixes(window, { at }) {
  await window.file('app/main.go');
  await window.click('stock.Left', 'Left');
  await window.fixes();
  await window.fix(FIX);
  await window.command('File: Save All Files');
  await until('go.work', () => readFileSync(at('shop/go.work'), 'utf8').includes('./stock'));
  await until('no finding', async () => (await found(window)).length === 0);
  await window.statusWith('gopls v', 'codicon-check');
  await window.file('app/main.go');
  await window.jump('stock.Left', 'Left');
  await until('stock.go', async () => (await window.tab()) === 'stock.go' && (await window.line()) === 5);
  await window.park();
  await window.picture('fixed');
}

/** gopls is killed; the client starts it again, and the next definition works. */
export async function restarts(window, { at, sessions }) {
  const [before] = sessions.live(at('shop'));
  process.kill(sessions.gopls(before), 'SIGKILL');
  await until('another session', () => sessions.live(at('shop')).some(({ id }) => id !== before.id));
  await window.file('app/main.go');
  await until('the definition', async () => {
    await window.jump('stock.Left', 'Left');
    return until('stock.go', async () => (await window.tab()) === 'stock.go', 5_000).catch(() => false);
  });
  await window.statusWith('gopls v', 'codicon-check');
  await window.park();
  await window.picture('restarted');
}
