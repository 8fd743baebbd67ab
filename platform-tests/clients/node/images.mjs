// Shows a drawing to a model that sees, and asks the assistant about it by voice, with the unmodified openai client; has the recording
// written down too. Named are a blind model, one that sees, a picture and a recording. Prints what it saw.
import OpenAI, { toFile } from 'openai';
import { readFile } from 'node:fs/promises';

const client = new OpenAI({ maxRetries: 0, timeout: 120_000 });
const [, , model, seer, picture, clip] = process.argv;
const recording = await readFile(clip);
const image = { type: 'image_url', image_url: { url: picture, detail: 'low' } };
const content = [{ type: 'text', text: 'what does the gauge of room 12 show?' }, image];
const asked = { temperature: 0, max_tokens: 8, messages: [{ role: 'user', content }] };
const seen = {};

const whole = await client.chat.completions.create({ ...asked, model: seer });
seen.whole = whole.choices[0].message.content;
seen.tokens = whole.usage.prompt_tokens;
seen.streamed = '';
for await (const chunk of await client.chat.completions.create({ ...asked, model: seer, stream: true }))
  seen.streamed += chunk.choices[0]?.delta?.content ?? '';
const refused = (request) => client.chat.completions.create(request).catch((e) => `${e.status} ${e.param}`);
seen.blind = await refused({ ...asked, model });
const remote = { type: 'image_url', image_url: { url: 'https://169.254.169.254/latest/meta-data' } };
seen.remote = await refused({ ...asked, model: seer, messages: [{ role: 'user', content: [remote] }] });
seen.assistantRemote = await refused({ model: 'assistant', messages: [{ role: 'user', content: [remote] }] });

const said = { type: 'input_audio', input_audio: { data: recording.toString('base64'), format: 'wav' } };
const spoken = { role: 'user', content: [said, image, { type: 'text', text: 'in Aurora to 30 percent' }] };
const answer = await client.chat.completions.create({ model: 'assistant', messages: [spoken] });
seen.assistant = { text: answer.choices[0].message.content, rivulet: answer.rivulet };
seen.images = (answer.choices[0].message.images ?? []).map((one) => one.format);

const form = { model: 'rivulet-commands', file: await toFile(recording, 'said.opus') };
seen.written = (await client.audio.transcriptions.create(form)).text;
seen.plain = await client.audio.transcriptions.create({ ...form, response_format: 'text' });
seen.subtitles = await client.audio.transcriptions
  .create({ ...form, response_format: 'srt' })
  .catch((e) => `${e.status} ${e.param}`);
console.log(JSON.stringify(seen));
