// The sessions of this machine that are live.

import { readdir } from 'node:fs/promises';

import { exists, runs } from './processes';
import { type Session, readSession } from './session';

/** The sessions at one look. */
export interface Live {
  /** The newest first. */
  readonly sessions: readonly Session[];
  /** Whether one of them has yet to say whose it is: a look before long will find it. */
  readonly unsettled: boolean;
}

/** The live ones below a folder. It remembers which are over, so that a look costs little where there are thousands. */
export class Sessions {
  readonly #over = new Set<string>();

  constructor(readonly folder: string) {}

  /** Those that are live now. */
  async live(): Promise<Live> {
    const sessions: Session[] = [];
    let unsettled = false;
    for (const id of await this.#names()) {
      const session = await readSession(this.folder, id);
      if (session === undefined) {
        unsettled = true;
      } else if (await isLive(session)) {
        sessions.push(session);
        // The client says its name and its folders in one message.
        unsettled ||= session.client === undefined;
      } else {
        this.#over.add(id);
      }
    }
    return { sessions, unsettled };
  }

  /** The folders whose process may be there, the newest first: a name is the time of the start and the process id. */
  async #names(): Promise<string[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch {
      return [];
    }
    const left = names.filter((name) => {
      if (this.#over.has(name)) return false;
      const pid = /^[^-]+-(\d+)/.exec(name)?.[1];
      if (pid !== undefined && exists(Number(pid))) return true;
      this.#over.add(name);
      return false;
    });
    return left.sort().reverse();
  }
}

/** Whether a session goes on. */
export async function isLive(session: Session): Promise<boolean> {
  return session.end === undefined && (await runs(session.pid, session.program));
}
