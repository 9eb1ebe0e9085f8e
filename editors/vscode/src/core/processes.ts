// Whether the goplens of a session runs. It holds a lock on the session's folder, which Node cannot ask for.

import { readFile } from 'node:fs/promises';

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
 * Whether the process of this id was called by this program. Where Linux says otherwise, the id of one that is gone was
 * given to another; other systems do not say.
 */
export async function isCalled(pid: number, program: string): Promise<boolean> {
  try {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return line.split('\0', 1)[0] === program;
  } catch {
    return exists(pid);
  }
}
