// Has recordings written down by the unmodified openai client, in each form: the model is named second, the folder of recordings third;
// prints what it saw.
import OpenAI, { toFile } from 'openai';
import { readFile } from 'node:fs/promises';

const client = new OpenAI({ maxRetries: 0, timeout: 120_000 });
const [, , , model, folder] = process.argv;
const file = async (name) => toFile(await readFile(`${folder}/${name}`), name);
const ask = async (more, name = 'glide.wav') =>
  client.audio.transcriptions.create({ model, language: 'en', file: await file(name), ...more });
const seen = { errors: [], kinds: [] };

seen.json = await ask({});
seen.verbose = await ask({ response_format: 'verbose_json', timestamp_granularities: ['segment'] });
seen.text = await ask({ response_format: 'text' });
seen.srt = await ask({ response_format: 'srt' });
seen.vtt = await ask({ response_format: 'vtt' });
seen.events = [];
for await (const event of await ask({ stream: true })) seen.events.push(event);
for (const name of ['s24-16000.flac', 'vorbis-16000.ogg', 'opus-16000.opus', 'mp3-16000.mp3'])
  seen.kinds.push((await ask({}, name)).text);
seen.translation = await client.audio.translations.create({ model, file: await file('glide.wav'), response_format: 'verbose_json' });
for (const wrong of [{ response_format: 'docx' }, { language: 'xx' }, { timestamp_granularities: ['word'], response_format: 'verbose_json' }])
  await ask(wrong).catch((e) => seen.errors.push(`${e.constructor.name} ${e.param}`));
await ask({}, 'glide-80-alone.f32').catch((e) => seen.errors.push(`${e.constructor.name} ${e.param}`));
console.log(JSON.stringify(seen));
