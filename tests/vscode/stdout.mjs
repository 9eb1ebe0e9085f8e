// Looks at each byte that a server writes, more strictly than the client library does.

const HEADER = /^Content-Length: (\d+)\r\n$/;
const END = Buffer.from('\r\n\r\n');

/** Checks that a stream of bytes is nothing but whole JSON-RPC messages with a plain header. */
export class StdoutCheck {
  #rest = Buffer.alloc(0);
  /** How many whole messages there were. */
  messages = 0;
  /** What was wrong, in the order found. */
  faults = [];

  /** Takes the next bytes, in chunks of any size. */
  add(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.faults.length === 0) {
      const end = this.#rest.indexOf(END);
      if (end < 0) return;
      const header = this.#rest.toString('latin1', 0, end + 2);
      const length = HEADER.exec(header)?.[1];
      if (length === undefined) {
        this.faults.push(`not a header: ${JSON.stringify(header.slice(0, 200))}`);
        return;
      }
      const start = end + END.length;
      const next = start + Number(length);
      if (this.#rest.length < next) return;
      this.#message(this.#rest.toString('utf8', start, next));
      this.#rest = this.#rest.subarray(next);
    }
  }

  /** Says that the stream has ended: nothing may be left of a message. */
  end() {
    if (this.#rest.length > 0 && this.faults.length === 0) {
      const text = this.#rest.toString('utf8', 0, 200);
      this.faults.push(`ends within a message: ${JSON.stringify(text)}`);
    }
  }

  #message(body) {
    this.messages += 1;
    try {
      const message = JSON.parse(body);
      if (message.jsonrpc !== '2.0') this.faults.push(`not JSON-RPC 2.0: ${body.slice(0, 200)}`);
    } catch (error) {
      this.faults.push(`not JSON: ${error.message}: ${body.slice(0, 200)}`);
    }
  }
}
