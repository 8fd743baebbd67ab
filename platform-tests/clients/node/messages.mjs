// Asks in Anthropic's form, whole, streamed and wrongly, through its unmodified client; prints what it saw as one JSON object.
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env.OPENAI_BASE_URL.replace(/\/v1$/, ''),
  apiKey: process.env.OPENAI_API_KEY,
  maxRetries: 0,
  timeout: 60_000,
});
const model = process.argv[2];
const asked = {
  model,
  max_tokens: 24,
  temperature: 0,
  system: 'You are Rivulet, the assistant of a building.',
  messages: [{ role: 'user', content: 'Set Aurora to 21 degrees' }],
};
const seen = { events: [], errors: [] };

seen.whole = await client.messages.create(asked);

const stream = client.messages.stream(asked);
stream.on('streamEvent', (event) => seen.events.push(event.type));
seen.streamed = await stream.finalMessage();

for (const body of [{ ...asked, model: 'no-such-model' }, { ...asked, messages: [{ role: 'system', content: 'x' }] }]) {
  try {
    await client.messages.create(body);
  } catch (error) {
    seen.errors.push({ name: error.constructor.name, status: error.status, type: error.error?.error?.type ?? null });
  }
}
console.log(JSON.stringify(seen));
