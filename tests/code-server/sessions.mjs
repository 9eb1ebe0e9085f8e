// The sessions that the windows have, as their folders tell.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The sessions below a state directory. */
export class Sessions {
  constructor(state) {
    this.folder = join(state, 'sessions');
  }

  /** Those that have not ended. */
  live() {
    return readdirSync(this.folder).flatMap((id) => {
      try {
        const session = JSON.parse(readFileSync(join(this.folder, id, 'session.json'), 'utf8'));
        return session.end === undefined && session.gopls !== undefined ? [{ id, pid: session.pid }] : [];
      } catch {
        // It is being made.
        return [];
      }
    });
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
