// Speaks with the unmodified openai client and has recordings recognised: the folder of recordings is named second, whether there is
// a synthesiser third; prints what it saw.
import OpenAI from 'openai';
import { readFile } from 'node:fs/promises';

const client = new OpenAI({ maxRetries: 0, timeout: 60_000 });
const [, , , folder, speaks] = process.argv;
const said = { model: 'tts-1', voice: 'alloy', input: 'Turn on the lights.' };
const seen = { errors: [] };

const form = new FormData();
form.set('model', 'rivulet-commands');
form.set('file', new Blob([await readFile(`${folder}/000.opus`)]), '000.opus');
seen.recorded = await client.post('/audio/commands', { body: form });

if (speaks === 'yes') {
  const wav = await client.audio.speech.create({ ...said, response_format: 'wav' });
  seen.type = wav.headers.get('content-type');
  const bytes = Buffer.from(await wav.arrayBuffer());
  seen.bytes = bytes.length;
  const again = new FormData();
  again.set('model', 'rivulet-commands');
  again.set('file', new Blob([bytes]), 'said.wav');
  seen.heard = await client.post('/audio/commands', { body: again });
  seen.pcm = (await (await client.audio.speech.create({ ...said, response_format: 'pcm' })).arrayBuffer()).byteLength;
}
for (const wrong of [{ response_format: 'mp3' }, { voice: 'nobody' }, { input: '' }])
  await client.audio.speech.create({ ...said, ...wrong }).catch((e) => seen.errors.push(`${e.constructor.name} ${e.param}`));
console.log(JSON.stringify(seen));
