// How soon after a window is opened the Problems panel has the first word of gopls, and of goplens.
//
//   GOPLENS_TEST_CODE_SERVER=NODE_MODULES node measure.mjs GOPLENS GOPLS VSIX CHROMIUM FOLDER [ROUNDS [FAULT...]]
//
// For each of the faults, one window on gopls alone and one through goplens, in turns. Prints the medians. How long a
// window takes to come up varies more than what goplens adds: what the two take in the same window does not.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

import { withEditor } from './editor.mjs';
import { FAULTS, writeFault } from './faults.mjs';
import { layOut } from './machine.mjs';
import { problemsOf } from './page.mjs';
import { until } from './until.mjs';
import { Workbench } from './workbench.mjs';

/** How long what is open has to be the same until the editor keeps it for the next time, in milliseconds. */
const KEPT = 3_000;
/** How long gopls may go on when its window has gone, in milliseconds. */
const ENDING = 15_000;
/** How often the page is looked at, in milliseconds. */
const OFTEN = 20;

/** In the page: notes when a problem with each source, or of goplens with each code, is first to be seen. */
function note(problemsOf, often) {
  globalThis.seen = {};
  setInterval(() => {
    for (const { source, code } of problemsOf()) {
      globalThis.seen[source === 'goplens' ? code : 'gopls'] ??= performance.now();
    }
  }, often);
}

/** Has goplens build its launcher, and the settings as they were. */
function launcherOf({ env, at, settings }) {
  const goplens = at('home/.local/bin/goplens');
  execFileSync(goplens, ['setup', 'vscode'], { env });
  const launcher = at('home/.local/share/goplens/launcher/gopls');
  if (!readFileSync(settings, 'utf8').includes(launcher)) throw new Error(`${settings} does not name ${launcher}`);
  execFileSync(goplens, ['setup', 'vscode', '--undo'], { env });
  return launcher;
}

/** The gopls that work in this folder, by their process ids. */
function worksIn(folder) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'gopls' && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      // It has gone.
      return false;
    }
  });
}

/** Leaves a window as a user does who goes elsewhere, and sees to it that no gopls of it disturbs the next. */
async function leave(window, folder) {
  await window.page.waitForTimeout(KEPT);
  await window.page.goto('about:blank');
  await window.close();
  const gone = until(`no gopls in ${folder}`, () => worksIn(folder).length === 0, ENDING);
  await gone.catch(() => worksIn(folder).forEach((pid) => process.kill(pid)));
}

/** Opens the folder once, with the file and the panel that are to be there the next time. */
async function prepare(context, server, folder, file) {
  const window = await Workbench.open(context, server, folder, `${folder}-pictures`);
  await window.file(file);
  await window.openProblems();
  await until('a problem', async () => (await window.problems()).length > 0);
  await leave(window, folder);
}

/** Opens the folder; gives when each of these was first to be seen, in milliseconds. */
async function open(context, server, folder, awaited) {
  const window = await Workbench.open(context, server, folder, `${folder}-pictures`);
  const seen = await until(awaited.join(' and '), async () => {
    const seen = await window.page.evaluate(() => globalThis.seen);
    return awaited.every((one) => seen[one] !== undefined) && seen;
  }).catch(async (error) => {
    throw new Error(`${error.message}: see ${await window.picture('not-seen')}`);
  });
  await leave(window, folder);
  return awaited.map((one) => seen[one]);
}

const median = (all) => all.toSorted((a, b) => a - b)[(all.length - 1) >> 1];

async function measure(context, server, machine, launcher, rounds, faults) {
  console.log('fault: gopls alone, gopls behind goplens, goplens; goplens after gopls in the same window (medians, ms)');
  for (const name of faults) {
    const fault = FAULTS[name];
    const [alone, through] = [machine.at(`${name}-alone`), machine.at(`${name}-through`)];
    writeFault(fault, alone);
    writeFault(fault, through, launcher);
    for (const folder of [alone, through]) await prepare(context, server, folder, fault.open);
    const times = { alone: [], gopls: [], goplens: [], later: [] };
    for (let round = 0; round < rounds; round += 1) {
      const [own] = await open(context, server, alone, ['gopls']);
      const [gopls, goplens] = await open(context, server, through, ['gopls', fault.code]);
      times.alone.push(own);
      times.gopls.push(gopls);
      times.goplens.push(goplens);
      times.later.push(goplens - gopls);
      console.error(name, round, ...[own, gopls, goplens].map(Math.round));
    }
    const [own, gopls, goplens, later] = Object.values(times).map(median).map(Math.round);
    console.log(`${name}: ${own}, ${gopls}, ${goplens}; ${later}`);
  }
}

const [goplens, gopls, vsix, chromium, folder, rounds = '7', ...faults] = process.argv.slice(2);
const machine = layOut(folder, goplens, gopls);
const launcher = launcherOf(machine);
await withEditor({ vsix, chromium, machine }, async (browser, server) => {
  // What is open is kept by the browser.
  const context = await browser.newContext({ viewport: { width: 1160, height: 900 } });
  await context.addInitScript({ content: `(${note})(${problemsOf}, ${OFTEN})` });
  await measure(context, server, machine, launcher, Number(rounds), faults.length > 0 ? faults : Object.keys(FAULTS));
});
