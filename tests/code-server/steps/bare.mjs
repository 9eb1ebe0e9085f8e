// A workspace whose settings give a PATH without gopls.

import assert from 'node:assert/strict';

import { until } from '../until.mjs';

/** Where there is no gopls, the reason stands in the Problems panel, and its name in the status bar. */
export async function saysWhyThereIsNone(window) {
  await window.file('main.go');
  await window.openProblems();
  const [reason] = await until('the reason', async () => {
    const all = (await window.problems()).filter(({ source }) => source === 'goplens');
    return all.length > 0 && all;
  });
  assert.match(reason.text, /gopls/);
  assert.match(reason.text, /go install golang\.org\/x\/tools\/gopls/);
  assert.equal(reason.code, 'gopls-not-found');
  await window.statusWith('gopls-not-found', 'no gopls', 'codicon-error');
  await window.picture('no-gopls');
}
