import { LitElement, html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { repeat } from 'lit/directives/repeat.js';
import { ChatError, ask } from './chat-client.js';
import { render as markdown } from './markdown.js';
import { remember } from './timing.js';
import './answer-timing.js';

const MOST_TURNS = 40;

/**
 * @typedef {{id: number, role: 'user' | 'assistant', content: string, images?: string[],
 *   state: 'coming' | 'done' | 'stopped' | 'failed', problem?: string, timing?: import('./answer-timing.js').Timing}} Message
 */

/** One conversation with one model: answers that grow, and where the time went. Tells `running` when an answer begins or ends. */
class Conversation extends LitElement {
  static properties = { messages: { state: true }, said: { state: true }, label: { type: String } };

  constructor() {
    super();
    /** @type {Message[]} */
    this.messages = [];
    this.said = '';
    this.label = 'Conversation';
    /** @type {AbortController | null} */
    this.running = null;
    this.nextId = 1;
  }

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  render() {
    return html`<div class="messages" role="log" aria-label=${this.label} aria-live="off" tabindex="0" data-testid="messages">
        ${repeat(this.messages, (message) => message.id, (message) => this.message(message))}
      </div>
      <p class="visually-hidden" role="status" data-testid="status">${this.said}</p>`;
  }

  /** @param {Message} message */
  message(message) {
    const mine = message.role === 'user';
    return html`<article
      class="message ${message.role}"
      data-testid="message-${message.role}"
      data-state=${message.state}
      aria-label=${mine ? 'You' : 'Answer'}
      aria-busy=${message.state === 'coming'}
    >
      ${mine
        ? html`<p class="question">${message.content}</p>${this.pictures(message.images)}`
        : html`<div class="answer" data-testid="answer">${unsafeHTML(markdown(message.content))}</div>`}
      ${message.state === 'stopped' ? html`<p class="note">Stopped.</p>` : nothing}
      ${message.problem ? html`<p role="alert" class="problem" data-testid="error">${message.problem}</p>` : nothing}
      ${message.timing ? html`<answer-timing .timing=${message.timing}></answer-timing>` : nothing}
    </article>`;
  }

  pictures(images = []) {
    return images.length ? html`<div class="thumbs">${images.map((url) => html`<img src=${url} alt="A picture that was sent" />`)}</div>` : nothing;
  }

  clear() {
    this.stop();
    this.messages = [];
  }

  stop() {
    this.running?.abort();
  }

  /**
   * The messages of a request that asks this next.
   *
   * @param {{system: string, text: string, images: string[]}} next
   */
  turns({ system, text, images }) {
    const said = this.messages
      .filter((message) => message.content)
      .slice(1 - MOST_TURNS)
      .map(({ role, content, images: own }) => ({ role, content: parts(content, own) }));
    return [...(system ? [{ role: 'system', content: system }] : []), ...said, { role: 'user', content: parts(text, images) }];
  }

  /**
   * @param {{system: string, text: string, images: string[]}} next
   * @param {Record<string, unknown>} settings model and parameters
   */
  async ask(next, settings) {
    const messages = this.turns(next);
    this.add({ role: 'user', content: next.text, images: next.images, state: 'done' });
    await this.answer({ ...settings, messages });
  }

  /** @returns {Message} */
  add(fields) {
    const message = { id: this.nextId++, ...fields };
    this.messages = [...this.messages, message];
    return message;
  }

  tell() {
    this.dispatchEvent(new CustomEvent('running', { bubbles: true }));
  }

  async answer(question) {
    const message = this.add({ role: 'assistant', content: '', state: 'coming' });
    const running = new AbortController();
    this.running = running;
    this.said = 'The answer is coming.';
    this.tell();
    const timing = { started: performance.now(), stages: [] };
    try {
      for await (const event of ask(question, running.signal)) this.take(message, timing, event);
      message.state = 'done';
      this.said = 'The answer is complete.';
    } catch (e) {
      this.end(message, e, running.signal.aborted);
    } finally {
      this.running = null;
      timing.total = performance.now() - timing.started;
      message.timing = { ...timing };
      if (timing.request) remember(timing.request, timing.stages);
      this.follow();
      this.tell();
    }
  }

  take(message, timing, event) {
    if (event.kind === 'text') {
      timing.first ??= performance.now() - timing.started;
      message.content += event.text;
    } else if (event.kind === 'stages') {
      timing.stages = [...timing.stages, ...event.stages];
    } else if (event.kind === 'usage') {
      timing.tokens = event.tokens;
    } else if (event.kind === 'request') {
      timing.request = event.id;
    }
    this.follow();
  }

  end(message, e, stopped) {
    message.state = stopped ? 'stopped' : 'failed';
    if (!stopped) message.problem = e instanceof ChatError ? e.message : 'The connection broke.';
    this.said = stopped ? 'The answer was stopped.' : 'The answer failed.';
  }

  /** Draws again and keeps the newest line in sight, unless the reader scrolled up. */
  async follow() {
    const box = this.querySelector('.messages');
    if (!box) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    this.requestUpdate();
    await this.updateComplete;
    if (atEnd) box.scrollTop = box.scrollHeight;
  }
}

/** Text alone stays text; with pictures it is the parts of OpenAI's API. */
function parts(text, images = []) {
  if (!images.length) return text;
  return [{ type: 'text', text }, ...images.map((url) => ({ type: 'image_url', image_url: { url } }))];
}

customElements.define('rivulet-conversation', Conversation);
