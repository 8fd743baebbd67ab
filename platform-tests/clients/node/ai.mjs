// Asks through Vercel's ai with its provider for OpenAI-compatible servers, unmodified; prints what it saw as one JSON object.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateObject, generateText, streamText } from 'ai';
import { z } from 'zod';

const rivulet = createOpenAICompatible({
  name: 'rivulet',
  baseURL: process.env.OPENAI_BASE_URL,
  apiKey: process.env.OPENAI_API_KEY,
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const model = rivulet(process.argv[2]);
const asked = { model, prompt: 'Set Aurora to 21 degrees', temperature: 0, maxOutputTokens: 24, maxRetries: 0 };
const seen = { parts: [], errors: [] };

const whole = await generateText(asked);
seen.whole = { text: whole.text, finishReason: whole.finishReason, usage: whole.usage };

const stream = streamText(asked);
let text = '';
for await (const part of stream.fullStream) {
  seen.parts.push(part.type);
  if (part.type === 'text-delta') text += part.text;
}
seen.streamed = { text, finishReason: await stream.finishReason, usage: await stream.usage };

const setting = z.object({ room: z.string().max(40), degrees: z.number().int() });
seen.object = (await generateObject({ ...asked, maxOutputTokens: 120, schema: setting })).object;

for (const other of [{ model: rivulet('no-such-model') }, { temperature: 9 }]) {
  try {
    await generateText({ ...asked, ...other });
  } catch (error) {
    seen.errors.push({ known: APICallError.isInstance(error), status: error.statusCode, message: error.message });
  }
}
console.log(JSON.stringify(seen));
