// Uses what else of the unmodified openai client Rivulet serves, an embedding model being named second; prints what it saw.
import OpenAI, { toFile } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

const client = new OpenAI({ maxRetries: 0, timeout: 60_000 });
const [, , model, embedder] = process.argv;
const asked = { model, temperature: 0, max_tokens: 24, messages: [{ role: 'user', content: 'Set Aurora to 21 degrees' }] };
const seen = { errors: [] };

seen.model = await client.models.retrieve(model);

const runner = client.chat.completions.stream(asked);
seen.accumulated = await runner.finalContent();
seen.several = await client.chat.completions.create({ ...asked, n: 2, seed: 7, temperature: 1, logprobs: true, top_logprobs: 2 });

const setting = z.object({ room: z.string().max(40), degrees: z.number().int() });
const parsed = await client.chat.completions.parse({
  ...asked,
  max_tokens: 120,
  response_format: zodResponseFormat(setting, 'setting'),
});
seen.parsed = parsed.choices[0].message.parsed;

seen.text = '';
for await (const chunk of await client.completions.create({ model, prompt: 'Good morning', max_tokens: 4, temperature: 0, stream: true }))
  seen.text += chunk.choices[0]?.text ?? '';

const inputs = { model: embedder, input: ['the lamp', 'the door'] };
seen.packed = (await client.embeddings.create(inputs)).data;
seen.plain = (await client.embeddings.create({ ...inputs, encoding_format: 'float' })).data;

const line = (id) =>
  JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body: { ...asked, max_tokens: 400 } });
const lines = Array.from({ length: 40 }, (_, i) => line(`line-${i}`)).join('\n');
const file = await client.files.create({ file: await toFile(Buffer.from(lines), 'requests.jsonl'), purpose: 'batch' });
let batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
batch = await client.batches.cancel(batch.id);
const patience = Date.now() + 120_000;
while (batch.status === 'cancelling' && Date.now() < patience) {
  await new Promise((resolve) => setTimeout(resolve, 250));
  batch = await client.batches.retrieve(batch.id);
}
seen.cancelled = batch.status;
seen.deleted = (await client.files.delete(file.id)).deleted;

for (const call of [
  () => client.files.retrieve(file.id),
  () => client.embeddings.create({ ...inputs, model }),
  () => client.images.generate({ model, prompt: 'a lamp' }),
]) {
  try {
    await call();
  } catch (error) {
    seen.errors.push(`${error.constructor.name} ${error.code}`);
  }
}
console.log(JSON.stringify(seen));
