// Which session is this window's.

import type { Session } from './session';

/** What tells an editor's window from others. */
export interface Window {
  /** The name that the editor gives to a language server. */
  readonly editor: string;
  /** The URIs of its folders. */
  readonly folders: readonly string[];
}

/** How well a session fits a window: 2 where it has just its folders, 1 where it has some of them, else 0. */
export function fit(window: Window, session: Session): 0 | 1 | 2 {
  // Another editor may have the same folders open.
  if (session.client !== undefined && session.client !== window.editor) return 0;
  const own = new Set(window.folders.map(spelled));
  const its = new Set(session.folders.map(spelled));
  const shared = [...own].filter((folder) => its.has(folder)).length;
  // Folders come and go while the session stays; `session.json` has those of its start.
  if (shared === own.size && shared === its.size) return 2;
  return shared > 0 ? 1 : 0;
}

/** The session that fits best, of several the first. */
export function chosen(window: Window, newestFirst: readonly Session[]): Session | undefined {
  let best: Session | undefined;
  let most = 0;
  for (const session of newestFirst) {
    const how = fit(window, session);
    if (how > most) [best, most] = [session, how];
  }
  return best;
}

/** A URI in one spelling: editors differ in what they escape, and in the case of a drive. */
function spelled(uri: string): string {
  const plain = decoded(uri).replace(/\/+$/, '');
  return plain.replace(/^file:\/\/\/[A-Z]:/, (drive) => drive.toLowerCase());
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
