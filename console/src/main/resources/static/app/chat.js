import { LitElement, html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { repeat } from 'lit/directives/repeat.js';
import { ChatError, ask, models } from './chat-client.js';
import { render as markdown } from './markdown.js';
import './answer-timing.js';

const MOST_TURNS = 40;
const RETRY_MODELS_MS = 3000;

/**
 * @typedef {{id: number, role: 'user' | 'assistant', content: string, state: 'coming' | 'done' | 'stopped' | 'failed',
 *   problem?: string, timing?: import('./answer-timing.js').Timing}} Message
 */

/** The chat: a question, an answer that grows, a stop button, and where the time went. */
class Chat extends LitElement {
  static properties = {
    messages: { state: true },
    models: { state: true },
    model: { state: true },
    problem: { state: true },
    said: { state: true },
  };

  constructor() {
    super();
    /** @type {Message[]} */
    this.messages = [];
    /** @type {string[]} */
    this.models = [];
    this.model = '';
    this.problem = '';
    this.said = '';
    /** @type {AbortController | null} */
    this.running = null;
    this.nextId = 1;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.loadModels();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.retry);
    this.running?.abort();
  }

  async loadModels() {
    try {
      this.models = await models();
      this.problem = this.models.length ? '' : 'No model is loaded yet; this page looks again by itself.';
    } catch (e) {
      this.problem = e instanceof ChatError ? e.message : 'The console does not answer.';
    }
    if (!this.models.includes(this.model)) this.model = this.models[0] ?? '';
    if (!this.models.length) this.retry = setTimeout(() => this.loadModels(), RETRY_MODELS_MS);
  }

  render() {
    return html`<section aria-labelledby="chat-title">
      <h1 id="chat-title">Chat</h1>
      <div class="messages" role="log" aria-label="Conversation" aria-live="off" data-testid="messages">
        ${repeat(this.messages, (message) => message.id, (message) => this.message(message))}
      </div>
      <p class="visually-hidden" role="status" data-testid="status">${this.said}</p>
      ${this.problem ? html`<p role="alert" class="problem" data-testid="problem">${this.problem}</p>` : nothing}
      ${this.form()}
    </section>`;
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
        ? html`<p class="question">${message.content}</p>`
        : html`<div class="answer" data-testid="answer">${unsafeHTML(markdown(message.content))}</div>`}
      ${message.state === 'stopped' ? html`<p class="note">Stopped.</p>` : nothing}
      ${message.problem ? html`<p role="alert" class="problem" data-testid="error">${message.problem}</p>` : nothing}
      ${message.timing ? html`<answer-timing .timing=${message.timing}></answer-timing>` : nothing}
    </article>`;
  }

  form() {
    return html`<form @submit=${this.submit} @keydown=${this.keys}>
      <label for="question" class="visually-hidden">Your message</label>
      <textarea
        id="question"
        name="question"
        rows="2"
        required
        placeholder="Ask the building, such as: it is too cold in room 204"
        data-testid="prompt"
      ></textarea>
      <div class="controls">
        <label>
          <span class="visually-hidden">Model</span>
          <select data-testid="model-choice" .value=${this.model} @change=${(e) => (this.model = e.target.value)}>
            ${this.models.map((name) => html`<option value=${name} ?selected=${name === this.model}>${name}</option>`)}
          </select>
        </label>
        <label class="temperature">
          <span>Temperature</span>
          <input
            name="temperature" type="number" min="0" max="2" step="0.1" placeholder="own"
            title="Empty: the model's own. 0: always the likeliest token." data-testid="temperature"
          />
        </label>
        <button type="button" class="secondary outline" data-testid="new-chat" ?disabled=${!this.messages.length} @click=${this.clear}>
          New
        </button>
        ${this.running
          ? html`<button type="button" data-testid="stop" @click=${this.stop}>Stop</button>`
          : html`<button type="submit" data-testid="send" ?disabled=${!this.model}>Send</button>`}
      </div>
    </form>`;
  }

  /** Enter sends, Shift+Enter breaks the line, Escape stops. */
  keys(event) {
    if (event.key === 'Escape') this.stop();
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.target.matches('textarea')) {
      event.preventDefault();
      if (!this.running && this.model) event.currentTarget.requestSubmit();
    }
  }

  clear() {
    this.stop();
    this.messages = [];
    this.querySelector('textarea').focus();
  }

  stop() {
    this.running?.abort();
  }

  async submit(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const question = form.question.value.trim();
    if (!question || this.running || !this.model) return;
    const temperature = form.temperature.valueAsNumber;
    form.question.value = '';
    this.add('user', question, 'done');
    await this.answer({
      model: this.model,
      messages: this.turns(),
      ...(Number.isNaN(temperature) ? {} : { temperature }),
    });
    this.querySelector('textarea')?.focus();
  }

  turns() {
    return this.messages
      .filter((message) => message.content)
      .slice(-MOST_TURNS)
      .map(({ role, content }) => ({ role, content }));
  }

  /** @returns {Message} */
  add(role, content, state) {
    const message = { id: this.nextId++, role, content, state };
    this.messages = [...this.messages, message];
    return message;
  }

  async answer(question) {
    const message = this.add('assistant', '', 'coming');
    const running = new AbortController();
    this.running = running;
    this.said = 'The answer is coming.';
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
      this.follow();
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
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    this.requestUpdate();
    await this.updateComplete;
    if (atEnd) box.scrollTop = box.scrollHeight;
  }
}

customElements.define('rivulet-chat', Chat);
