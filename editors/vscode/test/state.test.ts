import assert from 'node:assert/strict';
import { test } from 'node:test';

import { stateFolder } from '../src/core/state';

test('the environment decides where the state is, in the order of the contract', () => {
  const home = '/home/me';
  assert.equal(stateFolder({}, home), '/home/me/.local/state/goplens');
  assert.equal(stateFolder({ XDG_STATE_HOME: '/s' }, home), '/s/goplens');
  assert.equal(stateFolder({ XDG_STATE_HOME: 'not/absolute' }, home), '/home/me/.local/state/goplens');
  assert.equal(stateFolder({ XDG_STATE_HOME: '/s', GOPLENS_STATE: '/x' }, home), '/x');
  assert.equal(stateFolder({ GOPLENS_STATE: '' }, home), '/home/me/.local/state/goplens');
});
