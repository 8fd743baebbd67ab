// Streams one chat through the unmodified openai client and prints what it saw as one JSON object.
import OpenAI from 'openai';

const client = new OpenAI({ maxRetries: 0, timeout: 60_000 });
const model = process.argv[2];
const seen = { chunks: [], models: [], errors: [] };

for await (const entry of await client.models.list()) seen.models.push(entry.id);

const stream = await client.chat.completions.create({
  model,
  stream: true,
  stream_options: { include_usage: true },
  temperature: 0,
  max_tokens: 24,
  messages: [{ role: 'user', content: 'Set Aurora to 21 degrees' }],
});
for await (const chunk of stream) seen.chunks.push(chunk);

const whole = await client.chat.completions.create({
  model,
  temperature: 0,
  max_tokens: 24,
  messages: [{ role: 'user', content: 'Set Aurora to 21 degrees' }],
});
seen.whole = whole;

const completion = await client.completions.create({ model, prompt: 'Good morning', max_tokens: 4, temperature: 0 });
seen.completion = completion;

for (const body of [{ model: 'no-such-model', messages: [{ role: 'user', content: 'x' }] }, { model, messages: 5 }]) {
  try {
    await client.chat.completions.create(body);
  } catch (error) {
    seen.errors.push({ name: error.constructor.name, status: error.status, code: error.code, type: error.type, param: error.param, requestId: error.requestID ?? error.request_id ?? null });
  }
}
console.log(JSON.stringify(seen));
