// Waiting for what a user would wait for.

import { setTimeout as sleep } from 'node:timers/promises';

/** How long, in milliseconds: a machine that is busy with other things takes its time. */
const LIMIT = 60_000;

/** Asks again until the answer is one, and gives it; fails by saying what was waited for and what was there last. */
export async function until(what, ask, limit = LIMIT) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${limit} ms for ${what}`);
    await sleep(100);
  }
}
