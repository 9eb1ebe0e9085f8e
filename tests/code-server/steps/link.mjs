// A workspace under another name than gopls has for it.

import assert from 'node:assert/strict';

import { until } from '../until.mjs';

/** Through a link, the jump stays in the tree that is open. */
export async function jumpsThroughLink(window, { at }) {
  await window.file('main.go');
  await window.statusWith('gopls v', 'codicon-check');
  await window.jump('total(2, 3)', 'total');
  await until('total.go', async () => (await window.tab()) === 'total.go' && (await window.line()) === 4);
  assert.equal(await window.path(), at('link/total.go'));
  await window.park();
  await window.picture('linked');
}
