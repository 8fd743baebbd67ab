import { readEvents } from './sse.js';
import { stagesOf } from './timing.js';

/**
 * @typedef {{role: 'system' | 'user' | 'assistant', content: string}} Turn
 * @typedef {{kind: 'text', text: string} | {kind: 'stages', stages: import('./timing.js').Stage[]}
 *   | {kind: 'usage', tokens: number} | {kind: 'finish', reason: string} | {kind: 'request', id: string}} ChatEvent
 */

/** A failure that the platform explained. */
export class ChatError extends Error {}

/** @returns {Promise<string[]>} names of the models that can be chatted with */
export async function models() {
  const response = await fetch('/api/models');
  if (!response.ok) throw await problemOf(response);
  const { data } = await response.json();
  return data.filter(({ capabilities }) => !capabilities || capabilities.includes('CHAT')).map((model) => model.id);
}

/**
 * Asks, and yields what comes as it comes.
 *
 * @param {{model: string, messages: Turn[], temperature?: number}} question
 * @param {AbortSignal} signal stops the answer, here and on the replica
 * @returns {AsyncGenerator<ChatEvent>}
 */
export async function* ask(question, signal) {
  const response = await fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...question, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  if (!response.ok) throw await problemOf(response);
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
  if (!complete) throw new ChatError('The answer broke off before its end.');
}

/** @returns {ChatEvent[]} */
function chunk(body) {
  if (body.error) throw new ChatError(body.error.message);
  const events = [];
  const choice = body.choices?.[0];
  if (choice?.delta?.content) events.push({ kind: 'text', text: choice.delta.content });
  if (choice?.finish_reason) events.push({ kind: 'finish', reason: choice.finish_reason });
  if (body.usage) events.push({ kind: 'usage', tokens: body.usage.completion_tokens });
  return events;
}

async function problemOf(response) {
  if (response.status === 401 && !response.headers.get('content-type')?.includes('json')) {
    return new ChatError('Your sign-in has ended; load the page again.');
  }
  try {
    return new ChatError((await response.json()).error.message);
  } catch {
    return new ChatError(`The console answered ${response.status}.`);
  }
}
