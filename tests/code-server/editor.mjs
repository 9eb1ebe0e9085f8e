// VS Code and a browser to use it in.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Server } from './server.mjs';

/** Starts both on a machine, has them used, and ends them. */
export async function withEditor({ vsix, chromium, machine }, use) {
  const modules = process.env.GOPLENS_TEST_CODE_SERVER;
  const { chromium: launcher } = createRequire(join(modules, 'here.js'))('playwright-core');
  const client = fileURLToPath(new URL('client', import.meta.url));
  const server = await Server.start(modules, machine, vsix, client);
  try {
    // Root has to do without the sandbox, and a container often has a small /dev/shm.
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
    // A user's browser blocks windows that nobody asked for.
    const ignoreDefaultArgs = ['--disable-popup-blocking'];
    const browser = await launcher.launch({ executablePath: chromium, args, ignoreDefaultArgs });
    try {
      await use(browser, server);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}
