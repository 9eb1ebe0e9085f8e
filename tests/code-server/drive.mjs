// VS Code in a browser, with an extension that starts goplens as the Go extension does, and goplens's own.
//
//   GOPLENS_TEST_CODE_SERVER=NODE_MODULES node drive.mjs GOPLENS GOPLS VSIX CHROMIUM FOLDER PICTURES
//
// GOPLENS is a file called gopls. Works in FOLDER, keeps a picture of each step in PICTURES, and those that the READMEs
// show in the folder that GOPLENS_TEST_README_PICTURES names, where it does. Prints one line of JSON,
// {"ok":true,"checks":[...]}, or {"ok":false,...} with what went wrong, and then ends with 1.

import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { layOut } from './machine.mjs';
import { Server } from './server.mjs';
import { Sessions } from './sessions.mjs';
import { jumpsThroughLink, saysWhyThereIsNone } from './steps/others.mjs';
import {
  explainsInPage,
  explainsInProblems,
  fixes,
  jumps,
  listsFindings,
  restarts,
  showsStatus,
  tailsInTerminal,
} from './steps/shop.mjs';
import { Workbench } from './workbench.mjs';

/** Each window by its folder, with what is done in it. */
const WINDOWS = {
  shop: [
    jumps,
    explainsInProblems,
    showsStatus,
    explainsInPage,
    listsFindings,
    fixes,
    restarts,
    tailsInTerminal,
  ],
  link: [jumpsThroughLink],
  bare: [saysWhyThereIsNone],
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
  const modules = process.env.GOPLENS_TEST_CODE_SERVER;
  const { chromium: launcher } = createRequire(join(modules, 'here.js'))('playwright-core');
  const machine = layOut(folder, goplens, gopls);
  machine.sessions = new Sessions(machine.at('state'));
  const client = fileURLToPath(new URL('client', import.meta.url));
  const server = await Server.start(modules, machine, vsix, client);
  try {
    // Root has to do without the sandbox, and a container often has a small /dev/shm.
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
    const browser = await launcher.launch({ executablePath: chromium, args });
    try {
      await drive(browser, server, machine, pictures);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
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
