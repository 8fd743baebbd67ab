/**
 * One round as its events tell it.
 *
 * @typedef {{round: number, base: number, cohort: number, counted: number, dropped: Record<string, number>, late: number,
 *   bytes: number, seconds: number | null, outcome: string, over: boolean, version: number | null, loss: number | null,
 *   accuracy: number | null, epsilon: number | null, devices: {device: string, state: string}[]}} Round
 */

/**
 * @param {number} round
 * @param {{type: string, event: any}[]} events oldest first
 * @returns {Round}
 */
export function readRound(round, events) {
  const read = {
    round, base: 0, cohort: 0, counted: 0, dropped: {}, late: 0, bytes: 0, seconds: null, outcome: '', over: false,
    version: null, loss: null, accuracy: null, epsilon: null, devices: [],
  };
  const states = new Map();
  const weighed = { sum: 0, weight: 0 };
  let opened = null;
  let last = null;
  for (const { type, event } of events) {
    last = Date.parse(event.at);
    if (type === 'Opened') {
      opened = last;
      read.base = event.base;
    }
    if (type === 'Opened' || type === 'Joined') event.devices.forEach((device) => states.set(device, 'asked'));
    if (type === 'Counted') count(read, states, weighed, event);
    if (type === 'Dropped') {
      read.dropped[event.reason] = (read.dropped[event.reason] ?? 0) + 1;
      states.set(event.device, event.reason);
    }
    if (type === 'Closed') read.outcome = word(event.why);
    if (type === 'Charged') read.epsilon = event.epsilon;
    if (type === 'Aggregated') {
      read.version = event.version;
      read.loss = event.loss_before ?? null;
    }
    if (type === 'Failed') read.outcome = word(event.why);
    if (type === 'Published' || type === 'Failed') read.over = true;
  }
  read.cohort = states.size;
  read.devices = [...states].map(([device, state]) => ({ device, state: read.over && state === 'asked' ? 'late' : state }));
  read.late = read.over ? read.devices.filter((each) => each.state === 'late').length : 0;
  read.seconds = opened === null ? null : (last - opened) / 1000;
  read.accuracy = weighed.weight > 0 ? weighed.sum / weighed.weight : null;
  return read;
}

function count(read, states, weighed, event) {
  const { contribution } = event;
  read.counted += 1;
  read.bytes += contribution.size ?? 0;
  states.set(event.device, 'counted');
  const said = contribution.metrics?.['accuracy-before'];
  if (typeof said === 'number') {
    const weight = contribution.weight ?? 1;
    weighed.sum += said * weight;
    weighed.weight += weight;
  }
}

const word = (why) => String(why ?? '').toLowerCase().replaceAll('_', ' ');
