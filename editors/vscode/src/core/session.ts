// `session.json`: what a session is and who takes part, as docs/trace.md has it.

import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { type Fields, fields, number, parse, strings, text } from './json';

/** What became of a method's requests. Times are in microseconds. */
export interface Method {
  readonly name: string;
  readonly count: number;
  readonly p50?: number | undefined;
  readonly slowest?: number | undefined;
}

/** A session, as far as its folder tells. */
export interface Session {
  /** The name of its folder. */
  readonly id: string;
  readonly folder: string;
  /** The process id of goplens. */
  readonly pid: number;
  /** The path of goplens; empty where that is not known. */
  readonly program: string;
  readonly goplens: string;
  /** Its version; none before it has said it, and none where there is no gopls. */
  readonly gopls?: string | undefined;
  readonly go?: string | undefined;
  /** The editor's name. */
  readonly client?: string | undefined;
  /** The URIs of the folders that the editor opened. */
  readonly folders: readonly string[];
  /** RFC 3339. */
  readonly start: string;
  /** RFC 3339; a session that is live, or was killed, has none. */
  readonly end?: string | undefined;
  readonly messages: number;
  readonly methods: readonly Method[];
}

/** More than any `session.json` has: it names 512 methods at most. */
const LARGEST = 1 << 20;

/** The session that the text of a `session.json` tells of; undefined where it tells of none. */
export function session(folder: string, id: string, json: string): Session | undefined {
  const told = parse(json);
  const pid = number(told?.pid);
  if (told === undefined || pid === undefined) return undefined;
  return {
    id,
    folder,
    pid,
    program: strings(told.argv)[0] ?? '',
    goplens: text(told.goplens) ?? '',
    gopls: text(told.gopls),
    go: text(told.go),
    client: text(fields(told.client).name),
    folders: strings(told.folders),
    start: text(told.start) ?? '',
    end: text(told.end),
    messages: number(told.messages) ?? 0,
    methods: methods(fields(told.methods)),
  };
}

function methods(told: Fields): Method[] {
  return Object.entries(told).map(([name, of]) => {
    const method = fields(of);
    return {
      name,
      count: number(method.count) ?? 0,
      p50: number(method.p50_us),
      slowest: number(method.max_us),
    };
  });
}

/** Whether the editor has had its first answer: what has no gopls then will have none. */
export function isAnswered({ methods }: Session): boolean {
  return methods.some(({ name, slowest }) => name === 'initialize' && slowest !== undefined);
}

/** Reads the session of a folder; undefined where there is none, or none yet. */
export async function readSession(sessions: string, id: string): Promise<Session | undefined> {
  const folder = join(sessions, id);
  try {
    const file = await open(join(folder, 'session.json'));
    try {
      const { size } = await file.stat();
      if (size > LARGEST) return undefined;
      return session(folder, id, await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
