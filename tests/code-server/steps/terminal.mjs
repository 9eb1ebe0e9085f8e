// What opens beside the text: terminals, and the folder of the session.

import { basename } from 'node:path';

import { until } from '../until.mjs';

/** The messages of the session, in a terminal. */
export async function tailsInTerminal(window) {
  await window.command('goplens: Tail this session');
  // It takes the cursor when it comes up, from whatever has it.
  await window.terminalWith(/[→←] textDocument/);
  await window.file('app/total.go');
  await window.terminalWith(/textDocument\/\w+ .*total\.go/);
  await window.picture('tail');
}

/** The machine and the workspace, examined in a terminal. */
export async function examines(window) {
  await window.command('goplens: Doctor');
  await window.terminalWith(/checks in [\d.]+ s\)/);
  await window.picture('doctor');
}

/** The session's folder, in a window of its own. */
export async function opensFolder(window, { at, sessions }) {
  const [{ id }] = sessions.live(at('shop'));
  const opened = window.page.context().waitForEvent('page');
  // Where the command fails, that is what went wrong.
  opened.catch(() => {});
  await window.command('goplens: Open the session folder');
  const page = await opened;
  const files = page.locator('.explorer-folders-view .monaco-list-row');
  await until(basename(id), async () => (await files.allInnerTexts()).some((text) => text.includes('trace.jsonl')));
  await page.screenshot({ path: `${window.pictures}/folder.png` });
  await page.close();
}
