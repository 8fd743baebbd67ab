import { get, post, segment, send } from './api.js';
import { Sha256 } from './sha256.js';

const PART = 2 << 20;
const MOST_TRIES = 5;

/**
 * Brings files of a model folder into the registry as one version.
 *
 * @param {{model: string, version: string, task: string, files: File[]}} wanted
 * @param {(what: string, share: number) => void} progress share from 0 to 1
 * @param {AbortSignal} signal stops it; what was sent stays for a while and is gone on from
 */
export async function importFiles(wanted, progress, signal) {
  const all = wanted.files.reduce((sum, file) => sum + file.size, 0) || 1;
  const files = [];
  let before = 0;
  for (const file of wanted.files) {
    const at = (what) => (done) => progress(`${what} ${file.name}`, (before + done) / (2 * all));
    const sha256 = await hashed(file, at('Hashing'), signal);
    before += file.size;
    await uploaded(file, sha256, at('Sending'), signal);
    before += file.size;
    files.push({ path: file.name, sha256, size: file.size });
  }
  progress('Registering', 1);
  if (!(await isThere(wanted.model))) await post('registry/models', { name: wanted.model, task: wanted.task });
  await post(`registry/models/${segment(wanted.model)}/versions`, {
    version: wanted.version,
    files,
    tags: { source: 'console' },
  });
}

async function isThere(model) {
  const { models } = await get(`registry/search?name=${encodeURIComponent(model)}`);
  return models.some((each) => each.name === model);
}

async function hashed(file, progress, signal) {
  const digest = new Sha256();
  for (let at = 0; at < file.size; at += PART) {
    signal.throwIfAborted();
    digest.add(new Uint8Array(await file.slice(at, at + PART).arrayBuffer()));
    progress(Math.min(at + PART, file.size));
  }
  return digest.hex();
}

async function uploaded(file, sha256, progress, signal) {
  const upload = await post('registry/uploads', { sha256, size: file.size });
  if (upload.complete) return progress(file.size);
  const path = `registry/uploads/${segment(upload.id)}`;
  let { offset } = upload;
  let tries = 0;
  while (offset < file.size) {
    signal.throwIfAborted();
    try {
      const answer = await send('PATCH', path, {
        raw: file.slice(offset, offset + PART),
        headers: { 'upload-offset': String(offset), 'content-type': 'application/octet-stream' },
        signal,
      });
      offset = Number(answer.headers.get('upload-offset'));
      tries = 0;
    } catch (e) {
      if (signal.aborted || ++tries === MOST_TRIES) throw e;
      offset = (await (await send('GET', path)).json()).offset;
    }
    progress(offset);
  }
  return send('PUT', path);
}
