// VS Code in a browser, with an extension that starts goplens as the Go extension does, and goplens's own.
//
//   GOPLENS_TEST_CODE_SERVER=NODE_MODULES node drive.mjs GOPLENS GOPLS VSIX CHROMIUM FOLDER PICTURES
//
// Works in FOLDER, keeps a picture of each step in PICTURES, and those that the READMEs show in the folder that
// GOPLENS_TEST_README_PICTURES names, where it does. Prints one line of JSON,
// {"ok":true,"checks":[...]}, or {"ok":false,...} with what went wrong, and then ends with 1.

import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { withEditor } from './editor.mjs';
import { layOut } from './machine.mjs';
import { Sessions } from './sessions.mjs';
import { saysWhyThereIsNone } from './steps/bare.mjs';
import { jumpsThroughLink } from './steps/link.mjs';
import { saysThatItFailed, setsUp, undoes } from './steps/setup.mjs';
import {
  explainsInPage,
  explainsInProblems,
  fixes,
  jumps,
  listsFindings,
  restarts,
  showsStatus,
} from './steps/shop.mjs';
import { examines, opensFolder, tailsInTerminal } from './steps/terminal.mjs';
import { Workbench } from './workbench.mjs';

/** Each window by its folder, with what is done in it. */
const WINDOWS = {
  shop: [
    saysThatItFailed,
    setsUp,
    jumps,
    explainsInProblems,
    showsStatus,
    explainsInPage,
    listsFindings,
    fixes,
    restarts,
    tailsInTerminal,
    examines,
    opensFolder,
  ],
  link: [jumpsThroughLink],
  bare: [saysWhyThereIsNone],
  real: [undoes],
};
/** The pictures that a README shows, and how large they may be, in bytes. */
const SHOWN = ['finding', 'fixes', 'explained'];
const LARGEST = 150_000;

const checks = [];

async function drive(browser, server, machine, pictures) {
  for (const [folder, steps] of Object.entries(WINDOWS)) {
    const window = await Workbench.open(browser, server, machine.at(folder), pictures);
    for (const step of steps) {
      try {
        await step(window, machine);
      } catch (error) {
        await window.picture(`${step.name}-failed`);
        throw new Error(`${step.name}: ${error.message}`);
      }
      checks.push(step.name);
    }
    await window.close();
  }
}

/** Puts the pictures where the READMEs have them. */
function show(pictures, folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of SHOWN) {
    const picture = join(pictures, `${name}.png`);
    const { size } = statSync(picture);
    if (size > LARGEST) throw new Error(`${picture} has ${size} bytes, more than ${LARGEST}`);
    copyFileSync(picture, join(folder, `${name}.png`));
  }
}

async function run([goplens, gopls, vsix, chromium, folder, pictures]) {
  const machine = layOut(folder, goplens, gopls);
  machine.sessions = new Sessions(machine.at('state'));
  await withEditor({ vsix, chromium, machine }, (browser, server) => drive(browser, server, machine, pictures));
  const shown = process.env.GOPLENS_TEST_README_PICTURES;
  if (shown) show(pictures, shown);
}

try {
  await run(process.argv.slice(2));
  console.log(JSON.stringify({ ok: true, checks }));
} catch (error) {
  console.log(JSON.stringify({ ok: false, checks, error: String(error?.message ?? error) }));
  process.exitCode = 1;
}
