// What there is to say of this window's session, kept true by looks from time to time.
//
// A look is some `stat` calls, and reads what has changed. It does not wait for the file system to tell: that
// would wake the editor at each record of the trace, which stands in the same folder.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Finding } from './finding';
import { Findings } from './findings';
import { type Method, type Session, readSession } from './session';
import { Sessions, isLive } from './sessions';
import { methodsOfTail, slowest } from './slowest';
import { type Window, chosen } from './window';

/** What is known of a session that is live. */
export interface View {
  readonly session: Session;
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** What the user waited for, the slowest first. */
  readonly slowest: readonly Method[];
}

/** A session that is followed. */
interface Followed {
  session: Session;
  readonly findings: Findings;
  /** When its `session.json` was written, and its trace. */
  written: string;
  traced: string;
  ofTail: readonly Method[];
}

/** Looks at the sessions of this machine for the one of this window. */
export class Watch {
  readonly #sessions: Sessions;
  readonly #window: () => Window;
  #listed = '';
  #unsettled = false;
  #for = '';
  #followed: Followed | undefined;

  constructor(sessions: string, window: () => Window) {
    this.#sessions = new Sessions(sessions);
    this.#window = window;
  }

  /** What the last look has seen; undefined where this window has no session. */
  get view(): View | undefined {
    const followed = this.#followed;
    if (followed === undefined) return undefined;
    const told = slowest(followed.session.methods);
    return {
      session: followed.session,
      findings: followed.findings.held,
      slowest: told.length > 0 ? told : slowest(followed.ofTail),
    };
  }

  /** Looks once; says whether anything is other than before. */
  async look(): Promise<boolean> {
    const before = this.#followed;
    let changed = await this.#read();
    if (await this.#mayChoose()) await this.#choose();
    const followed = this.#followed;
    if (followed === undefined) return before !== undefined;
    changed = (await followed.findings.look()) || changed;
    changed = (await this.#readTail(followed)) || changed;
    return changed || followed !== before;
  }

  /** Reads the session that is followed, where it has changed, and leaves it where it is over. */
  async #read(): Promise<boolean> {
    const followed = this.#followed;
    if (followed === undefined) return false;
    const changed = await this.#refresh(followed);
    if (await isLive(followed.session)) return changed;
    this.#followed = undefined;
    return true;
  }

  async #refresh(followed: Followed): Promise<boolean> {
    const { folder, id } = followed.session;
    const written = await mark(join(folder, 'session.json'));
    if (written === followed.written) return false;
    followed.written = written;
    followed.session = (await readSession(this.#sessions.folder, id)) ?? followed.session;
    return true;
  }

  /** Whether another session may be this window's now. */
  async #mayChoose(): Promise<boolean> {
    const listed = await mark(this.#sessions.folder);
    const { editor, folders } = this.#window();
    const for_ = JSON.stringify([editor, folders]);
    const same = listed === this.#listed && for_ === this.#for && !this.#unsettled;
    [this.#listed, this.#for] = [listed, for_];
    return !same || this.#followed === undefined;
  }

  async #choose(): Promise<void> {
    const { sessions, unsettled } = await this.#sessions.live();
    this.#unsettled = unsettled;
    const session = chosen(this.#window(), sessions);
    if (session?.id === this.#followed?.session.id) return;
    this.#followed = session && {
      session,
      findings: new Findings(session.folder),
      written: '',
      traced: '',
      ofTail: [],
    };
    // It may have changed since the list was made.
    if (this.#followed) await this.#refresh(this.#followed);
  }

  async #readTail(followed: Followed): Promise<boolean> {
    if (slowest(followed.session.methods).length > 0) return false;
    const traced = await mark(join(followed.session.folder, 'trace.jsonl'));
    if (traced === followed.traced) return false;
    followed.traced = traced;
    followed.ofTail = await methodsOfTail(followed.session.folder);
    return true;
  }
}

/** What tells a file, or a folder, from what it was before. */
async function mark(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}
