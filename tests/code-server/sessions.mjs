// The sessions that the windows have, as their folders tell.

import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The sessions below a state directory. */
export class Sessions {
  constructor(state) {
    this.folder = join(state, 'sessions');
  }

  /** Those with a gopls that have not ended, in a window on this folder. */
  live(folder) {
    const uri = pathToFileURL(folder).href;
    return this.#names().flatMap((id) => {
      try {
        const session = JSON.parse(readFileSync(join(this.folder, id, 'session.json'), 'utf8'));
        const { pid, end, gopls, folders, argv } = session;
        return end === undefined && gopls !== undefined && folders.includes(uri) ? [{ id, pid, argv }] : [];
      } catch {
        // It is being made.
        return [];
      }
    });
  }

  #names() {
    try {
      return readdirSync(this.folder);
    } catch {
      // There was none yet.
      return [];
    }
  }

  /** The process of gopls in a session: the child of goplens by that name. */
  gopls({ pid }) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    const named = (one) => readFileSync(`/proc/${one}/comm`, 'utf8').trim() === 'gopls';
    const gopls = children.find(named);
    if (gopls === undefined) throw new Error(`goplens ${pid} has no gopls`);
    return gopls;
  }
}

/** What a process runs, and by what name it was called. */
export function called(pid) {
  const [name] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return { program: readlinkSync(`/proc/${pid}/exe`), name };
}
