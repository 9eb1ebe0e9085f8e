import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { type Present, lacks } from '../src/core/lack';
import { type Places, locate } from '../src/core/locate';
import { temporary } from './folder';

/** A machine on which these programs are goplens. */
const machine = (...programs: string[]) => (program: string): Promise<string | undefined> =>
  Promise.resolve(programs.includes(program) ? 'goplens 0.1.0\n' : undefined);

const places = (over: Partial<Places> = {}): Places => ({
  environment: { PATH: '/usr/bin:/opt/bin' },
  home: '/home/me',
  windows: false,
  ...over,
});

test('the setting comes first, then the editor\'s gopls, PATH, and the home folder', async () => {
  const all = machine('/p/goplens', '/l/gopls', '/opt/bin/goplens', '/home/me/.local/bin/goplens');
  const gopls = { alternateGopls: '/l/gopls' };
  const both = { path: '/p/goplens', ...gopls };
  assert.deepEqual(await locate(places(both), all), { goplens: '/p/goplens', isGopls: true });
  assert.deepEqual(await locate(places(gopls), all), { goplens: '/l/gopls', isGopls: true });
  assert.deepEqual(await locate(places(), all), { goplens: '/opt/bin/goplens', isGopls: false });
  const home = machine('/home/me/.local/bin/goplens');
  assert.deepEqual(await locate(places(gopls), home), {
    goplens: '/home/me/.local/bin/goplens',
    isGopls: false,
    alternateGopls: gopls.alternateGopls,
  });
  assert.deepEqual(await locate(places({ path: '~/x/goplens' }), machine('/home/me/x/goplens')), {
    goplens: '/home/me/x/goplens',
    isGopls: false,
  });
});

test('a setting that is wrong is told, and nothing is taken in its place', async () => {
  const located = await locate(places({ path: '/p/goplens' }), machine('/opt/bin/goplens'));
  assert.equal(located.goplens, undefined);
  assert.match(located.problem ?? '', /goplens\.path is \/p\/goplens/);
});

test('another gopls is no goplens', async () => {
  const gopls = (): Promise<string> => Promise.resolve('golang.org/x/tools/gopls v0.23.0\n');
  assert.deepEqual(await locate(places({ alternateGopls: '/l/gopls' }), gopls), {
    isGopls: false,
    alternateGopls: '/l/gopls',
  });
});

test('a program is asked by being run', async (t) => {
  const folder = temporary(t);
  const environment = { PATH: folder };
  assert.deepEqual(await locate(places({ environment })), { isGopls: false });
  const goplens = join(folder, 'goplens');
  writeFileSync(goplens, '#!/bin/sh\nexit 1\n');
  assert.deepEqual(await locate(places({ environment })), { isGopls: false }, 'it cannot be run');
  chmodSync(goplens, 0o755);
  assert.deepEqual(await locate(places({ environment })), { isGopls: false }, 'it fails');
  writeFileSync(goplens, '#!/bin/sh\necho goplens 0.1.0\n');
  assert.deepEqual(await locate(places({ environment })), { goplens, isGopls: false });
});

test('what is missing is told, and never nothing', () => {
  const there = { goExtension: true, languageServer: true, goFile: true, located: { goplens: '/g', isGopls: true } };
  const said = (present: Present): string => lacks(present).map(({ said }) => said).join('\n');
  const told = (over: Partial<typeof there> = {}): string => said({ ...there, ...over });
  assert.match(told(), /no session for the folders/);
  assert.match(told({ goFile: false }), /when a Go file is opened/);
  assert.match(told({ languageServer: false }), /go\.useLanguageServer/);
  assert.match(told({ located: { goplens: '/g', isGopls: false } }), /run "goplens: Set up"/);
  const other = { goplens: '/g', isGopls: false, alternateGopls: '/team/gopls' };
  assert.match(told({ located: other }), /starts \/team\/gopls, which go\.alternateTools names/);
  const nothing = { ...there, goExtension: false, located: { isGopls: false } };
  assert.deepEqual(lacks(nothing).map(({ short }) => short), ['not found', 'no Go extension']);
  assert.match(said(nothing), /no goplens on this machine[^]*golang\.go/);
  assert.match(said({ ...there, located: { isGopls: false, problem: 'That.' } }), /^That\.$/);
});
