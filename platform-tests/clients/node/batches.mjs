// Uploads a file, runs it as a batch and fetches the answers through the unmodified openai client; prints what it saw.
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({ maxRetries: 0, timeout: 60_000 });
const model = process.argv[2];
const seen = {};

const line = (id, body) => JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body });
const lines = [
  line('one', { model, max_tokens: 8, messages: [{ role: 'user', content: 'Set Aurora to 21 degrees' }] }),
  line('two', { model, max_tokens: 8, messages: 5 }),
].join('\n');

const file = await client.files.create({ file: await toFile(Buffer.from(lines), 'requests.jsonl'), purpose: 'batch' });
seen.file = await client.files.retrieve(file.id);
let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
  metadata: { from: 'node' },
});
const patience = Date.now() + 180_000;
while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status) && Date.now() < patience) {
  await new Promise((resolve) => setTimeout(resolve, 250));
  batch = await client.batches.retrieve(batch.id);
}
seen.batch = batch;
seen.answers = (await (await client.files.content(batch.output_file_id)).text()).trim().split('\n').map(JSON.parse);
seen.failures = (await (await client.files.content(batch.error_file_id)).text()).trim().split('\n').map(JSON.parse);
seen.batches = [];
for await (const one of await client.batches.list()) seen.batches.push(one.id);
seen.files = [];
for await (const one of await client.files.list({ purpose: 'batch' })) seen.files.push(one.id);
seen.deleted = await client.files.delete(file.id);
console.log(JSON.stringify(seen));
