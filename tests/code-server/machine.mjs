// The machine that the editor finds: a home, a PATH, settings and workspaces, all in one folder.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { settings } from './settings.mjs';
import { write, writeWorkspaces } from './workspaces.mjs';

/** Where code-server has what is the user's, as long as nothing else is said, below the home folder. */
export const DATA = '.local/share/code-server';

/** What would lead somewhere else than to this machine. */
const FOREIGN = [
  'GOBIN',
  'GOENV',
  'GOMODCACHE',
  'GOPLENS_GOPLS',
  'GOROOT',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
];

/** Lays everything out, with goplens and the real gopls in two folders of PATH. */
export function layOut(folder, goplens, gopls) {
  const at = (...names) => join(folder, ...names);
  const bin = at('home/.local/bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(goplens, join(bin, 'goplens'));
  mkdirSync(at('bin'), { recursive: true });
  symlinkSync(gopls, at('bin/gopls'));
  // Nothing else on this machine may be taken for gopls.
  const others = process.env.PATH.split(delimiter).filter((one) => !existsSync(join(one, 'gopls')));
  const bare = [bin, ...others].join(delimiter);
  const path = [at('bin'), bare].join(delimiter);

  write(at('home', DATA, 'User'), { 'settings.json': settings() });
  writeWorkspaces(at, bare);
  // code-server takes the environment of its extensions from a login shell.
  const profile = `export PATH='${path}'\n`;
  write(at('home'), { '.bash_profile': profile, '.profile': profile });

  const env = {
    ...process.env,
    PATH: path,
    HOME: at('home'),
    SHELL: '/bin/bash',
    GOPLENS_STATE: at('state'),
    GOPLENS_CONFIG: at('none.toml'),
    // A module cache of the user's may know of other releases of gopls, and goplens would tell.
    GOPATH: at('go'),
    // What Go has built for this user already, it does not build again.
    GOCACHE: execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim(),
    GOFLAGS: '-modcacherw',
    GOPROXY: 'off',
    GOTOOLCHAIN: 'local',
  };
  for (const name of FOREIGN) delete env[name];
  return { env, at, settings: at('home', DATA, 'User/settings.json') };
}
