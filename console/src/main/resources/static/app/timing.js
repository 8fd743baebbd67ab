/**
 * Stage times.
 *
 * @typedef {{name: string, milliseconds: number}} Stage
 */

const COMMENT = /^server-timing(-gateway)? +(.*)$/;

/**
 * Reads `server-timing queue;dur=1.2, prefill;dur=8` out of a comment of the stream; null for any other comment.
 *
 * @param {string} comment
 * @returns {Stage[] | null}
 */
export function stagesOf(comment) {
  const found = COMMENT.exec(comment);
  if (!found) return null;
  const place = found[1] ? 'gateway ' : '';
  return found[2].split(',').flatMap((entry) => {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim());
    const duration = parameters.find((parameter) => parameter.startsWith('dur='));
    const milliseconds = Number(duration?.slice(4));
    return name && Number.isFinite(milliseconds) ? [{ name: place + name, milliseconds }] : [];
  });
}

/** @param {number} milliseconds */
export function shown(milliseconds) {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds >= 100 ? `${milliseconds.toFixed(0)} ms` : `${milliseconds.toFixed(1)} ms`;
}

const MOST_REMEMBERED = 100;
/** @type {Map<string, Stage[]>} */
const remembered = new Map();

/** Keeps the stages of a request that was asked on this page, for its timeline. */
export function remember(request, stages) {
  remembered.set(request, stages);
  if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value);
}

/** @returns {Stage[]} empty for a request of somebody else */
export const stagesOfRequest = (request) => remembered.get(request) ?? [];
