// Asks for responses whole, streamed, in the background and wrongly, through the unmodified openai client; prints what it saw as one
// JSON object. With "waiting" as second argument it leaves out what needs jobs.
import OpenAI from 'openai';

const client = new OpenAI({ maxRetries: 0, timeout: 60_000 });
const [model, withoutJobs] = process.argv.slice(2);
const asked = { model, temperature: 0, max_output_tokens: 24, input: 'Set Aurora to 21 degrees' };
const seen = { events: [], errors: [] };

seen.whole = await client.responses.create({ ...asked, metadata: { room: 'Aurora' } });
seen.again = await client.responses.retrieve(seen.whole.id);
seen.items = (await client.responses.inputItems.list(seen.whole.id)).data;

const stream = client.responses.stream(asked);
for await (const event of stream) seen.events.push({ type: event.type, number: event.sequence_number });
seen.streamed = await stream.finalResponse();

seen.followed = await client.responses.create({ ...asked, input: 'Again', previous_response_id: seen.whole.id });
await client.responses.delete(seen.whole.id);

if (withoutJobs !== 'waiting') {
  const submitted = await client.responses.create({ ...asked, background: true });
  seen.submitted = submitted.status;
  let polled = submitted;
  const end = Date.now() + 60_000;
  while (['queued', 'in_progress'].includes(polled.status) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    polled = await client.responses.retrieve(submitted.id);
  }
  seen.polled = polled;

  const all = [];
  for await (const event of await client.responses.retrieve(submitted.id, { stream: true })) all.push(event);
  const rest = [];
  const after = { stream: true, starting_after: 3 };
  for await (const event of await client.responses.retrieve(submitted.id, after)) rest.push(event);
  seen.numbers = all.map((event) => event.sequence_number);
  seen.rest = rest.map((event) => event.sequence_number);

  const long = await client.responses.create({ ...asked, max_output_tokens: 64, background: true });
  seen.cancelled = (await client.responses.cancel(long.id)).status;
}

for (const wrong of [
  () => client.responses.create({ ...asked, model: 'no-such-model' }),
  () => client.responses.create({ ...asked, tools: [{ type: 'web_search' }] }),
  () => client.responses.retrieve(seen.whole.id),
]) {
  try {
    await wrong();
  } catch (error) {
    seen.errors.push({ name: error.constructor.name, code: error.code, param: error.param });
  }
}
console.log(JSON.stringify(seen));
