// The findings that hold in a session.

import { join } from 'node:path';

import { type Finding, SEVERITIES, told } from './finding';
import { GrowingFile } from './growing';

/** Follows the `findings.jsonl` of a session. */
export class Findings {
  readonly #file: GrowingFile;
  readonly #held = new Map<string, Finding>();

  constructor(folder: string) {
    this.#file = new GrowingFile(join(folder, 'findings.jsonl'));
  }

  /** Reads what is new; says whether anything was. */
  async look(): Promise<boolean> {
    const { lines, more } = await this.#file.lines();
    lines.forEach((line) => {
      this.#learn(line);
    });
    return more ? this.look().then(() => true) : lines.length > 0;
  }

  /** Those that hold and are for the user, the worst first, else the oldest. */
  get held(): Finding[] {
    const shown = [...this.#held.values()].filter((finding) => !finding.quiet);
    return shown.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  }

  #learn(line: string): void {
    const read = told(line);
    if (read === undefined) return;
    const { code, subject, uri } = read.finding;
    // These three tell one finding from another.
    const key = JSON.stringify([code, subject, uri]);
    if (read.cleared) this.#held.delete(key);
    else this.#held.set(key, read.finding);
  }
}
