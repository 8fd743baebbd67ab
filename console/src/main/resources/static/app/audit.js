/**
 * Checks an audit log in the browser, in the form of docs/federation-audit.md: each line is chained to the one before it and signed, time
 * does not go back, ε adds up. The first fault ends the check. `./rivulet federate verify` checks more (the course of rounds, a
 * checkpoint), and a key that came by another way than the log.
 */

const FORM = /^(\{"seq":(\d+),.*),"prev":"([0-9a-f]{64})","sig":"([0-9a-f]{128})"\}$/;
const SIGNED = 'rivulet-audit-entry-v1\n';
const SCALE = 12;

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const utf8 = (text) => new TextEncoder().encode(text);
const digest = async (text) => hex(await crypto.subtle.digest('SHA-256', utf8(text)));
const publicKey = (der) => crypto.subtle.importKey('spki', der, 'Ed25519', false, ['verify']);

/** A decimal as a whole number of 10^-12, so that sums are exact. */
function exact(text) {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole + part.slice(0, SCALE).padEnd(SCALE, '0'));
}

/**
 * @param {string} log JSON Lines
 * @param {string} pem a key that must be one of the log's
 * @returns {Promise<{intact: boolean, entries: number, rounds: number, epsilon: string | null, last: string, fault: string}>}
 */
export async function verify(log, pem) {
  const found = { intact: false, entries: 0, rounds: 0, epsilon: null, last: '0'.repeat(64), fault: '' };
  if (!log.endsWith('\n')) return { ...found, fault: 'The last line was cut.' };
  const state = { key: null, keys: new Set(), time: '', epsilon: 0n };
  for (const line of log.slice(0, -1).split('\n')) {
    const fault = await entry(line, found, state);
    if (fault) return { ...found, fault: `Line ${found.entries + 1}: ${fault}` };
    found.entries += 1;
    found.last = await digest(line);
  }
  if (!state.keys.has(pem.replace(/-----[^-]+-----|\s/g, ''))) return { ...found, fault: 'It is the log of another key than the one given.' };
  return { ...found, intact: true };
}

/** From here on this key signs. */
async function takeKey(state, base64) {
  state.key = await publicKey(fromBase64(base64));
  state.keys.add(base64);
}

/** @returns {Promise<string>} what is wrong with a line; empty if nothing is */
async function entry(line, found, state) {
  const form = FORM.exec(line);
  if (!form) return 'it is not in the form that is signed.';
  const [, body, seq, prev, signature] = form;
  const told = JSON.parse(line);
  if (Number(seq) !== found.entries) return `it has the number ${seq} where ${found.entries} follows.`;
  if (prev !== found.last) return 'it follows another line than the one before it.';
  if ((told.kind === 'federation-created') !== (found.entries === 0)) return 'a log begins with its federation, once.';
  if (told.kind === 'federation-created') await takeKey(state, told.key);
  const bytes = utf8(`${SIGNED}${body},"prev":"${prev}"}`);
  if (!(await crypto.subtle.verify('Ed25519', state.key, fromHex(signature), bytes))) return 'no key of the log signed these bytes.';
  if (told.time < state.time) return 'time goes back.';
  state.time = told.time;
  if (told.kind === 'round-closed') found.rounds += 1;
  if (told.epsilon !== undefined && told.epsilon !== null) {
    state.epsilon += exact(told.epsilon);
    if (state.epsilon !== exact(told.epsilonTotal)) return 'ε does not add up.';
    found.epsilon = told.epsilonTotal;
  }
  if (told.kind === 'key-rotated') await takeKey(state, told.key);
  return '';
}
