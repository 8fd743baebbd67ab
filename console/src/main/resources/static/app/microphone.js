import { send } from './api.js';

const RATE = 16_000;
const LONGEST_MS = 28_000;

/** Records from the microphone: one channel, 16 kHz, at most half a minute. */
export class Recording {
  /** @returns {Promise<Recording>} that goes on until it is stopped */
  static async begin() {
    const recording = new Recording();
    recording.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    recording.context = new AudioContext({ sampleRate: RATE });
    await recording.context.audioWorklet.addModule('/app/pcm-worklet.js');
    /** @type {Float32Array[]} */
    recording.pieces = [];
    const tap = new AudioWorkletNode(recording.context, 'rivulet-pcm');
    tap.port.onmessage = ({ data }) => recording.pieces.push(data);
    recording.context.createMediaStreamSource(recording.stream).connect(tap);
    recording.limit = setTimeout(() => recording.silence(), LONGEST_MS);
    return recording;
  }

  silence() {
    clearTimeout(this.limit);
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.context.state !== 'closed') this.context.close();
  }

  /** @returns {Blob} what was heard, as a WAV file */
  stop() {
    this.silence();
    return wav(this.pieces);
  }
}

/** @param {Float32Array[]} pieces from -1 to 1 */
export function wav(pieces) {
  const count = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const view = new DataView(new ArrayBuffer(44 + 2 * count));
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, 36 + 2 * count, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * count, true);
  let at = 44;
  for (const piece of pieces) {
    for (const sample of piece) {
      view.setInt16(at, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
      at += 2;
    }
  }
  return new Blob([view.buffer], { type: 'audio/wav' });
}

/**
 * What was said, by a model that writes speech down or, where there is none, by the recogniser of commands.
 *
 * @param {Blob} sound
 * @param {{id: string, capabilities?: string[]}[]} models
 * @returns {Promise<{text: string, how: string}>}
 */
export async function understood(sound, models) {
  const writer = models.find((model) => model.capabilities?.includes('TRANSCRIPTION'));
  if (writer) {
    const form = new FormData();
    form.append('model', writer.id);
    form.append('file', sound, 'speech.wav');
    const { text } = await (await send('POST', 'audio/transcriptions', { raw: form })).json();
    return { text: text.trim(), how: `written down by ${writer.id}` };
  }
  const recogniser = models.find((model) => model.capabilities?.includes('AUDIO_COMMANDS'));
  if (!recogniser) return { text: '', how: 'No model that is loaded understands sound.' };
  const answer = await send('POST', `audio/commands?model=${encodeURIComponent(recogniser.id)}`, { raw: sound, headers: { 'content-type': 'audio/wav' } });
  const { text, outcome, confidence } = await answer.json();
  const sure = `${Math.round(100 * (confidence ?? 0))} % sure`;
  return text ? { text, how: `command, ${sure}` } : { text: '', how: `No command was understood (${outcome}, ${sure}).` };
}
