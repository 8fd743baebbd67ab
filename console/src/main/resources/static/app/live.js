/**
 * Streams of the console's server. What a page sees is live while something comes; the shell says "stale" when a stream fell silent.
 */

const SILENT_AFTER_MS = 3500;
const RECONNECT_MS = 2000;

/** Told whenever a stream fell silent or came back. */
export const liveness = new EventTarget();

/** @type {Set<Stream>} */
const open = new Set();

/** @returns {'none' | 'waiting' | 'live' | 'stale'} of all streams together; the worst holds */
export function state() {
  const states = [...open].map((stream) => stream.state);
  if (!states.length) return 'none';
  return ['stale', 'waiting', 'live'].find((each) => states.includes(each));
}

/** Keeps one stream open until it is closed; opens it again when it broke. */
export class Stream {
  /** @type {'waiting' | 'live' | 'stale'} */
  state = 'waiting';

  /**
   * @param {string} url
   * @param {Record<string, (data: any) => void>} takers by the name of the event; `message` where it has none
   */
  constructor(url, takers) {
    this.url = url;
    this.takers = takers;
    open.add(this);
    this.connect();
  }

  connect() {
    this.source = new EventSource(this.url);
    for (const [name, take] of Object.entries(this.takers)) {
      this.source.addEventListener(name, (event) => {
        this.heard();
        take(event.data ? JSON.parse(event.data) : null);
      });
    }
    this.source.addEventListener('error', () => this.lost());
    this.listen();
  }

  listen() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.become('stale'), SILENT_AFTER_MS);
  }

  heard() {
    this.become('live');
    this.listen();
  }

  /** The browser gives up for good on some errors, so a closed source is opened anew. */
  lost() {
    this.become('stale');
    if (this.source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.connect(), RECONNECT_MS);
  }

  become(state) {
    if (this.state === state) return;
    this.state = state;
    liveness.dispatchEvent(new Event('change'));
  }

  close() {
    this.source.close();
    clearTimeout(this.watch);
    clearTimeout(this.again);
    open.delete(this);
    liveness.dispatchEvent(new Event('change'));
  }
}

/**
 * Follows control APIs: `take` is called with each answer that changed.
 *
 * @param {string[]} paths below `/api/`, such as `registry/rollouts`
 * @param {(path: string, status: number, body: string | null) => void} take
 * @returns {Stream}
 */
export function watch(paths, take) {
  const query = paths.map((path) => `path=${encodeURIComponent(path)}`).join('&');
  return new Stream(`/api/watch?${query}`, {
    changed: (seen) => take(seen.path, seen.status, seen.body),
    looked: () => {},
  });
}
