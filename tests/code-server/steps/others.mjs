// A workspace under another name than gopls has for it, and a machine without gopls.

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

/** Where there is no gopls, the reason stands in the Problems panel. */
export async function saysWhyThereIsNone(window) {
  await window.file('main.go');
  await window.openProblems();
  const [reason] = await until('the reason', async () => {
    const all = (await window.problems()).filter(({ source }) => source === 'goplens');
    return all.length > 0 && all;
  });
  assert.match(reason.text, /gopls/);
  assert.match(reason.text, /go install golang\.org\/x\/tools\/gopls/);
  await window.statusWith('no gopls');
  await window.picture('no-gopls');
}
