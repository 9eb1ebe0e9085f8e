// A file that another program appends lines to.

import { open } from 'node:fs/promises';

/** At most so much is read at one look, in bytes. */
const PIECE = 256 * 1024;
/** A line that is longer is left out. */
const LONGEST = 1024 * 1024;

/** Reads each line once, when it is whole. */
export class GrowingFile {
  #offset = 0;
  #rest = Buffer.alloc(0);
  #skips = false;

  constructor(readonly path: string) {}

  /**
   * The lines that came since the last look, and whether there are more to be read at once. A file that is not there
   * yet has none.
   */
  async lines(): Promise<{ lines: string[]; more: boolean }> {
    const { bytes, more } = await this.#piece();
    const lines: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      if (this.#skips) this.#skips = false;
      else lines.push(Buffer.concat([this.#rest, bytes.subarray(from, end)]).toString('utf8'));
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
    return { lines, more };
  }

  #keep(rest: Buffer): void {
    if (this.#skips) return;
    this.#rest = Buffer.concat([this.#rest, rest]);
    if (this.#rest.length <= LONGEST) return;
    this.#rest = Buffer.alloc(0);
    this.#skips = true;
  }

  async #piece(): Promise<{ bytes: Buffer; more: boolean }> {
    const nothing = { bytes: Buffer.alloc(0), more: false };
    try {
      const file = await open(this.path);
      try {
        const { size } = await file.stat();
        if (size <= this.#offset) return nothing;
        const buffer = Buffer.alloc(Math.min(PIECE, size - this.#offset));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset);
        this.#offset += bytesRead;
        return { bytes: buffer.subarray(0, bytesRead), more: bytesRead > 0 && this.#offset < size };
      } finally {
        await file.close();
      }
    } catch {
      return nothing;
    }
  }
}
