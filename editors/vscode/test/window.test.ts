import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Session, session } from '../src/core/session';
import { chosen, fit } from '../src/core/window';
import { told } from './folder';

function of(folders: readonly string[], over: Readonly<Record<string, unknown>> = {}): Session {
  const made = session('/s/a', 'a', JSON.stringify(told({ folders, ...over })));
  assert.ok(made);
  return made;
}

const window = (...folders: string[]): { editor: string; folders: string[] } => ({ editor: 'Editor', folders });

test('a session with the folders of the window fits', () => {
  assert.equal(fit(window('file:///w/a'), of(['file:///w/a'])), 2);
  assert.equal(fit(window('file:///w/a', 'file:///w/b'), of(['file:///w/b', 'file:///w/a'])), 2);
  assert.equal(fit(window(), of([])), 2);
});

test('one with some of them fits less, and one with none does not', () => {
  assert.equal(fit(window('file:///w/a', 'file:///w/b'), of(['file:///w/a'])), 1);
  assert.equal(fit(window('file:///w/a'), of(['file:///w/a', 'file:///w/b'])), 1);
  assert.equal(fit(window('file:///w/a'), of(['file:///w/ab'])), 0);
  assert.equal(fit(window('file:///w/a'), of([])), 0);
  assert.equal(fit(window(), of(['file:///w/a'])), 0);
});

test('a folder is the same however it is spelled', () => {
  assert.equal(fit(window('file:///w/%C3%B6%20x'), of(['file:///w/ö x/'])), 2);
  assert.equal(fit(window('file:///c%3A/w'), of(['file:///C:/w'])), 2);
  assert.equal(fit(window('file:///w/100%'), of(['file:///w/100%'])), 2);
});

test('the session of another editor is not this window\'s', () => {
  assert.equal(fit(window('file:///w/a'), of(['file:///w/a'], { client: { name: 'Neovim' } })), 0);
});

test('the best is chosen, and of several the newest', () => {
  const [some, old, older] = [of(['file:///w/a', 'file:///w/b']), of(['file:///w/a']), of(['file:///w/a'])];
  assert.equal(chosen(window('file:///w/a'), [some, old, older]), old);
  assert.equal(chosen(window('file:///w/b'), [old, some]), some);
  assert.equal(chosen(window('file:///w/c'), [some, old, older]), undefined);
});
