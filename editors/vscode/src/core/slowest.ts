// The method that made the user wait longest.

import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { number, parse, text } from './json';
import type { Method } from './session';

/** How much of the end of a trace is read, in bytes. */
const TAIL = 256 * 1024;
/** Requests of gopls to the editor. */
const OF_GOPLS = /^(client|window)\/|^workspace\/(configuration|applyEdit|workspaceFolders|.*\/refresh)$/;
/** Requests that nobody waits for. */
const UNSEEN = /^(initialize|shutdown)$/;

/** What the user asked for, the slowest first. */
export function slowest(methods: readonly Method[]): Method[] {
  const asked = methods.filter(
    ({ name, slowest }) => slowest !== undefined && !OF_GOPLS.test(name) && !UNSEEN.test(name),
  );
  return asked.sort((a, b) => (b.slowest ?? 0) - (a.slowest ?? 0));
}

/** The methods that the end of a trace tells of: `session.json` has them only after some seconds. */
export async function methodsOfTail(folder: string): Promise<Method[]> {
  const answers = new Map<string, number[]>();
  for (const line of (await tail(join(folder, 'trace.jsonl'))).split('\n')) {
    const record = parse(line);
    const name = text(record?.method);
    const latency = number(record?.latency_us);
    // What goplens asks gopls itself is no wait of the user's.
    const own = text(record?.id)?.startsWith('goplens:') === true;
    if (name === undefined || latency === undefined || own) continue;
    answers.set(name, [...(answers.get(name) ?? []), latency]);
  }
  return [...answers].map(([name, latencies]) => {
    const sorted = latencies.sort((a, b) => a - b);
    return { name, count: sorted.length, p50: sorted[(sorted.length - 1) >> 1], slowest: sorted.at(-1) };
  });
}

/** The end of a file, from the first whole line on. */
async function tail(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const from = Math.max(0, size - TAIL);
      const buffer = Buffer.alloc(size - from);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
      const read = buffer.toString('utf8', 0, bytesRead);
      return from === 0 ? read : read.slice(read.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
