/**
 * Reads server-sent events from a byte stream (WHATWG HTML, 9.2.6), comments included: the platform tells stage times in one.
 *
 * @typedef {{kind: 'data', data: string} | {kind: 'comment', text: string}} SseItem
 */

const LONGEST_LINE = 1 << 20;

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<SseItem>}
 */
export async function* readEvents(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new SseParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Turns pieces of text into events, whatever the pieces' borders. */
export class SseParser {
  #rest = '';
  /** @type {string[]} */
  #data = [];

  /**
   * @param {string} text
   * @returns {SseItem[]}
   */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    if (this.#rest.length > LONGEST_LINE) throw new Error('The answer has a line that is too long.');
    return lines.flatMap((line) => this.#line(line));
  }

  /** @returns {SseItem[]} */
  #line(line) {
    if (line === '') {
      const data = this.#data.join('\n');
      const any = this.#data.length > 0;
      this.#data = [];
      return any ? [{ kind: 'data', data }] : [];
    }
    if (line.startsWith(':')) return [{ kind: 'comment', text: line.slice(1).trim() }];
    if (line.startsWith('data:')) this.#data.push(line.slice(5).replace(/^ /, ''));
    return [];
  }
}
