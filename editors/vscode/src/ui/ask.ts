// goplens as a program that is asked something.

import { execFile } from 'node:child_process';

import { located } from './here';

/** What goplens prints; undefined where there is no goplens here, or it knows no answer. */
export async function ask(args: readonly string[]): Promise<string | undefined> {
  const { goplens } = await located();
  if (goplens === undefined) return undefined;
  return new Promise((done) => {
    execFile(goplens, args, { timeout: 10_000, windowsHide: true }, (error, stdout) => {
      done(error ? undefined : stdout);
    });
  });
}
