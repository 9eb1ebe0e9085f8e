// Whether the goplens of a session runs. It holds a lock on the session's folder, which Node cannot ask for.

import { readlink } from 'node:fs/promises';

/** Whether a process has this id. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether the process of this id runs this program. Where Linux says otherwise, the id of one that is gone was given to
 * another; other systems do not say. By what name it was called says nothing: a launcher gives it its own.
 */
export async function runs(pid: number, program: string): Promise<boolean> {
  try {
    const running = await readlink(`/proc/${pid}/exe`);
    // So Linux calls one that was replaced by a newer since.
    return running === program || running === `${program} (deleted)`;
  } catch {
    // Linux shows a user the programs of all that is the user's own.
    return process.platform !== 'linux' && exists(pid);
  }
}
