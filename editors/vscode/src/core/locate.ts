// Where goplens is on this machine.

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import type { Environment } from './state';

/** Where to look. */
export interface Places {
  /** The setting `goplens.path`. */
  readonly path?: string | undefined;
  /** What `go.alternateTools` has for gopls. */
  readonly alternateGopls?: string | undefined;
  readonly environment: Environment;
  readonly home: string;
  readonly windows: boolean;
}

/** What came of it. */
export interface Located {
  /** A goplens, by its path. */
  readonly goplens?: string;
  /** Whether it is what the Go extension starts as gopls. */
  readonly isGopls: boolean;
  /** What `go.alternateTools` has for gopls, where that is no goplens. */
  readonly alternateGopls?: string;
  /** Why the setting `goplens.path` names none. */
  readonly problem?: string;
}

/** What a program prints for `--version`; undefined where there is none, or it ends otherwise than with 0. */
export type Ask = (program: string) => Promise<string | undefined>;

/**
 * Looks by the setting, else what the Go extension starts, else PATH, else `~/.local/bin`. A setting that is wrong is
 * told, and nothing else is taken in its place.
 */
export async function locate(places: Places, ask: Ask = version): Promise<Located> {
  const isGoplens = async (program: string): Promise<boolean> => /^goplens \d/.test((await ask(program)) ?? '');
  const gopls = places.alternateGopls && expanded(places.alternateGopls, places.home);
  const isGopls = gopls ? await isGoplens(gopls) : false;
  const started = { isGopls, ...(gopls && !isGopls && { alternateGopls: gopls }) };
  if (places.path) {
    const goplens = expanded(places.path, places.home);
    if (await isGoplens(goplens)) return { goplens, ...started };
    return { ...started, problem: `goplens.path is ${goplens}, and that is no goplens.` };
  }
  if (gopls && isGopls) return { goplens: gopls, isGopls };
  for (const goplens of usual(places)) {
    if (await isGoplens(goplens)) return { goplens, ...started };
  }
  return started;
}

/** Where a user's programs are. */
function usual({ environment, home, windows }: Places): string[] {
  const name = windows ? 'goplens.exe' : 'goplens';
  const path = (environment.PATH ?? environment.Path ?? '').split(delimiter);
  const folders = [...path.filter((folder) => folder !== ''), join(home, '.local', 'bin')];
  return [...new Set(folders)].map((folder) => join(folder, name));
}

function expanded(path: string, home: string): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

/** Runs the program. */
async function version(program: string): Promise<string | undefined> {
  try {
    // Most of the folders in PATH have none, and to start nothing costs more than to look.
    await access(program, constants.X_OK);
  } catch {
    return undefined;
  }
  return new Promise((done) => {
    execFile(program, ['--version'], { timeout: 5000, windowsHide: true }, (error, stdout) => {
      done(error ? undefined : stdout);
    });
  });
}
