// Where goplens keeps its sessions.

import { isAbsolute, join, resolve } from 'node:path';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The state directory: `$GOPLENS_STATE`, else `$XDG_STATE_HOME/goplens`, else `~/.local/state/goplens`. */
export function stateFolder(environment: Environment, home: string): string {
  const own = environment.GOPLENS_STATE;
  if (own) return resolve(own);
  const xdg = environment.XDG_STATE_HOME;
  // A relative path is to be ignored, says the XDG specification.
  const base = xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'state');
  return join(base, 'goplens');
}

/** The folder that has a folder for each session. */
export function sessionsFolder(state: string): string {
  return join(state, 'sessions');
}
