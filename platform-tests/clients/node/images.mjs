// Shows a drawing to a model that sees with the unmodified openai client; prints what it saw.
import OpenAI from 'openai';

const client = new OpenAI({ maxRetries: 0, timeout: 60_000 });
const [, , model, seer, picture] = process.argv;
const content = [
  { type: 'text', text: 'what does the gauge of room 12 show?' },
  { type: 'image_url', image_url: { url: picture, detail: 'low' } },
];
const asked = { temperature: 0, max_tokens: 8, messages: [{ role: 'user', content }] };
const seen = {};

const whole = await client.chat.completions.create({ ...asked, model: seer });
seen.whole = whole.choices[0].message.content;
seen.tokens = whole.usage.prompt_tokens;
seen.streamed = '';
for await (const chunk of await client.chat.completions.create({ ...asked, model: seer, stream: true }))
  seen.streamed += chunk.choices[0]?.delta?.content ?? '';
try {
  await client.chat.completions.create({ ...asked, model });
} catch (e) {
  seen.blind = `${e.status} ${e.param}`;
}
const remote = { type: 'image_url', image_url: { url: 'https://169.254.169.254/latest/meta-data' } };
try {
  await client.chat.completions.create({ ...asked, model: seer, messages: [{ role: 'user', content: [remote] }] });
} catch (e) {
  seen.remote = `${e.status} ${e.param}`;
}
console.log(JSON.stringify(seen));
