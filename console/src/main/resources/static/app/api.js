/**
 * Talks to the console's server, which passes on what a page may ask.
 */

/** A failure that the platform explained; `message` is for people. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {number} status of HTTP, 0 where nothing answered
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const SIGNED_OUT = 'Your sign-in has ended; load the page again.';

/**
 * The sentence of an error's body, in either of the platform's forms (OpenAI's, RFC 9457).
 *
 * @param {number} status
 * @param {string | null} body
 */
export function sentence(status, body) {
  try {
    const told = JSON.parse(body ?? '');
    const text = told.error?.message ?? told.detail ?? told.title;
    if (text) return told.param ? `${told.param}: ${text}` : text;
  } catch {
    // Not JSON: told below.
  }
  return status === 0 ? 'The service does not answer; `./rivulet status` shows every part.' : `The service answered ${status}.`;
}

/** @param {Response} response */
export async function refusal(response) {
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 401 && !type.includes('json')) return new Refused(SIGNED_OUT, 401);
  return new Refused(sentence(response.status, await response.text()), response.status);
}

/**
 * @param {string} method
 * @param {string} path below `/api/`
 * @param {{body?: unknown, raw?: BodyInit, headers?: Record<string, string>, signal?: AbortSignal}} [more]
 * @returns {Promise<Response>} of a success
 */
export async function send(method, path, more = {}) {
  const headers = { ...(more.body === undefined ? {} : { 'content-type': 'application/json' }), ...more.headers };
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      headers,
      body: more.raw ?? (more.body === undefined ? undefined : JSON.stringify(more.body)),
      signal: more.signal,
    });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Refused('The console does not answer.', 0);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** @returns {Promise<any>} the JSON of an answer */
export async function get(path, signal) {
  return (await send('GET', path, { signal })).json();
}

/** @returns {Promise<any>} the JSON of an answer, null without one */
export async function post(path, body, headers) {
  const text = await (await send('POST', path, { body: body ?? {}, headers })).text();
  return text ? JSON.parse(text) : null;
}

/** One segment of a path. */
export const segment = (text) => encodeURIComponent(text);

let asked;

/** @returns {Promise<{name: string, signedIn: boolean}>} who is signed in; asked once */
export function who() {
  asked ??= get('who').catch(() => ({ name: 'console', signedIn: false }));
  return asked;
}
