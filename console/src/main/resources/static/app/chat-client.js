import { Refused, get, send } from './api.js';
import { readEvents } from './sse.js';
import { stagesOf } from './timing.js';

/**
 * @typedef {{role: 'system' | 'user' | 'assistant', content: string}} Turn
 * @typedef {{kind: 'text', text: string} | {kind: 'stages', stages: import('./timing.js').Stage[]}
 *   | {kind: 'usage', tokens: number} | {kind: 'finish', reason: string} | {kind: 'request', id: string}} ChatEvent
 */

/** A failure that the platform explained. */
export const ChatError = Refused;

/** @returns {Promise<{id: string, capabilities?: string[]}[]>} what the gateway serves */
export async function allModels() {
  return (await get('models')).data;
}

/**
 * Asks, and yields what comes as it comes.
 *
 * @param {{model: string, messages: Turn[], temperature?: number}} question
 * @param {AbortSignal} signal stops the answer, here and on the replica
 * @returns {AsyncGenerator<ChatEvent>}
 */
export async function* ask(question, signal) {
  const response = await send('POST', 'chat', {
    body: { ...question, stream: true, stream_options: { include_usage: true } },
    headers: { accept: 'text/event-stream, application/json' },
    signal,
  });
  const id = response.headers.get('x-request-id');
  if (id) yield { kind: 'request', id };
  let complete = false;
  for await (const item of readEvents(response.body)) {
    if (item.kind === 'comment') {
      const stages = stagesOf(item.text);
      if (stages) yield { kind: 'stages', stages };
    } else if (item.data === '[DONE]') {
      complete = true;
    } else {
      yield* chunk(JSON.parse(item.data));
    }
  }
  if (!complete) throw new ChatError('The answer broke off before its end.', 0);
}

/** @returns {ChatEvent[]} */
function chunk(body) {
  if (body.error) throw new ChatError(body.error.message, 0);
  const events = [];
  const choice = body.choices?.[0];
  if (choice?.delta?.content) events.push({ kind: 'text', text: choice.delta.content });
  if (choice?.finish_reason) events.push({ kind: 'finish', reason: choice.finish_reason });
  if (body.usage) events.push({ kind: 'usage', tokens: body.usage.completion_tokens });
  return events;
}
