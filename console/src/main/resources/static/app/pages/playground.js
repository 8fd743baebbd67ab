import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { allModels } from '../chat-client.js';
import { get } from '../api.js';
import { snippet } from '../snippets.js';
import { Recording, understood } from '../microphone.js';
import '../conversation.js';

const RETRY_MODELS_MS = 3000;
const MOST_IMAGES = 4;
const LARGEST_IMAGE = 2_000_000;
const LANGUAGES = { curl: 'curl', python: 'Python', java: 'Java' };

/** Parameters of a request: name, title, and what the field takes. Left empty, the model's own holds. */
const PARAMETERS = [
  ['temperature', 'Temperature', { min: 0, max: 2, step: 0.1 }],
  ['top_p', 'Top p', { min: 0, max: 1, step: 0.05 }],
  ['max_tokens', 'Most tokens', { min: 1, max: 32768, step: 1 }],
  ['frequency_penalty', 'Frequency penalty', { min: -2, max: 2, step: 0.1 }],
  ['presence_penalty', 'Presence penalty', { min: -2, max: 2, step: 0.1 }],
  ['seed', 'Seed', { min: 0, max: 2147483647, step: 1 }],
];

/** Chat with one model, or with two side by side; parameters, pictures, speech, and the request as a program. */
class Playground extends Page {
  static properties = {
    ...Page.properties,
    models: { state: true },
    model: { state: true },
    other: { state: true },
    compare: { state: true },
    images: { state: true },
    recording: { state: true },
    heard: { state: true },
    running: { state: true },
    empty: { state: true },
    copied: { state: true },
    gateway: { state: true },
  };

  constructor() {
    super();
    /** @type {{id: string, capabilities?: string[]}[]} */
    this.models = [];
    this.model = '';
    this.other = '';
    this.compare = false;
    /** @type {string[]} */
    this.images = [];
    /** @type {Recording | null} */
    this.recording = null;
    this.heard = '';
    this.running = false;
    this.empty = true;
    this.copied = '';
    this.gateway = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.loadModels();
    get('gateway').then(({ url }) => (this.gateway = url), () => (this.gateway = '$RIVULET_URL'));
    this.addEventListener('running', this.noticeRunning);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.retry);
    this.recording?.silence();
  }

  /** Models that can be chatted with. */
  chatting() {
    return this.models.filter(({ capabilities }) => !capabilities || capabilities.includes('CHAT')).map((model) => model.id);
  }

  async loadModels() {
    let names = [];
    try {
      this.models = await allModels();
      names = this.chatting();
      this.problem = names.length ? '' : 'No model is loaded yet; this page looks again by itself.';
    } catch (e) {
      this.problem = e.message;
    }
    if (!names.includes(this.model)) this.model = names[0] ?? '';
    if (!names.includes(this.other)) this.other = names[1] ?? names[0] ?? '';
    if (!names.length && this.isConnected) this.retry = setTimeout(() => this.loadModels(), RETRY_MODELS_MS);
  }

  conversations() {
    return [...this.querySelectorAll('rivulet-conversation')];
  }

  noticeRunning() {
    this.running = this.conversations().some((each) => each.running);
    this.empty = this.conversations().every((each) => !each.messages.length);
  }

  render() {
    return html`<section aria-labelledby="chat-title">
      <h1 id="chat-title">Playground</h1>
      <div class="side-by-side">
        <rivulet-conversation .label=${`Conversation with ${this.model}`}></rivulet-conversation>
        ${this.compare ? html`<rivulet-conversation data-testid="second" .label=${`Conversation with ${this.other}`}></rivulet-conversation>` : nothing}
      </div>
      ${this.problem ? html`<p role="alert" class="problem" data-testid="problem">${this.problem}</p>` : nothing} ${this.form()}
    </section>`;
  }

  form() {
    return html`<form id="ask" @submit=${this.submit} @keydown=${this.keys}>
        <label for="question" class="visually-hidden">Your message</label>
        <textarea
          id="question" name="question" rows="2" required data-testid="prompt"
          placeholder="Ask the building, such as: it is too cold in room 204"
        ></textarea>
        ${this.attachments()}
        <div class="controls">
          ${this.choice('Model', 'model', 'model-choice')} ${this.compare ? this.choice('Second model', 'other', 'second-choice') : nothing}
          <label class="temperature"><input type="checkbox" data-testid="compare" .checked=${this.compare} @change=${(e) => (this.compare = e.target.checked)} /> Compare</label>
          <button type="button" class="secondary outline" @click=${() => this.querySelector('[type=file]').click()}>Picture</button>
          <input type="file" accept="image/*" multiple hidden data-testid="picture" aria-label="Add pictures" @change=${this.addPictures} />
          <button type="button" class="secondary outline" data-testid="microphone" aria-pressed=${this.recording !== null} @click=${this.listen}>
            ${this.recording ? 'Stop listening' : 'Speak'}
          </button>
          <button type="button" class="secondary outline" data-testid="new-chat" ?disabled=${this.empty} @click=${this.clear}>New</button>
          ${this.running
            ? html`<button type="button" data-testid="stop" @click=${this.stop}>Stop</button>`
            : html`<button type="submit" data-testid="send" ?disabled=${!this.model}>Send</button>`}
        </div>
      </form>
      ${this.parameters()} ${this.programs()}`;
  }

  choice(title, field, testid) {
    return html`<label>
      <span class="visually-hidden">${title}</span>
      <select data-testid=${testid} @change=${(e) => (this[field] = e.target.value)}>
        ${this.chatting().map((name) => html`<option value=${name} ?selected=${name === this[field]}>${name}</option>`)}
      </select>
    </label>`;
  }

  attachments() {
    return html`<p class="note" role="status" data-testid="heard">${this.heard}</p>
      ${this.images.length
        ? html`<div class="thumbs" data-testid="pictures">
            ${this.images.map((url, i) => html`<button type="button" class="outline secondary" aria-label=${`Remove picture ${i + 1}`} @click=${() => (this.images = this.images.filter((_, at) => at !== i))}><img src=${url} alt="" /></button>`)}
          </div>`
        : nothing}`;
  }

  parameters() {
    return html`<details>
      <summary>System prompt and parameters</summary>
      <label>System prompt <textarea name="system" form="ask" rows="2" data-testid="system" placeholder="None: the model's own"></textarea></label>
      <div class="fields">
        ${PARAMETERS.map(
          ([name, title, { min, max, step }]) => html`<label>${title}
            <input name=${name} form="ask" type="number" min=${min} max=${max} step=${step} placeholder="own" data-testid=${name} />
          </label>`,
        )}
        <label>Stop at <input name="stop" form="ask" maxlength="100" placeholder="nothing" data-testid="stop-text" /></label>
      </div>
    </details>`;
  }

  programs() {
    return html`<details data-testid="programs" @toggle=${() => this.requestUpdate()}>
      <summary>This request as a program</summary>
      ${Object.entries(LANGUAGES).map(
        ([language, title]) => html`<h2>${title}</h2>
          <pre class="scroll" tabindex="0" aria-label=${`The request in ${title}`} data-testid=${`program-${language}`}><code>${this.program(language)}</code></pre>
          <button type="button" class="secondary" data-testid=${`copy-${language}`} @click=${() => this.copy(language)}>Copy as ${title}</button>`,
      )}
      <p role="status" class="note">${this.copied}</p>
    </details>`;
  }

  program(language) {
    const form = this.querySelector('#ask');
    if (!form) return '';
    const next = { system: form.elements.system.value.trim(), text: form.question.value.trim() || 'Hello', images: this.images };
    const messages = this.conversations()[0]?.turns(next) ?? [];
    return snippet(language, this.gateway, { model: this.model, ...this.settings(form), messages });
  }

  async copy(language) {
    try {
      await navigator.clipboard.writeText(this.program(language));
      this.copied = `Copied as ${LANGUAGES[language]}.`;
    } catch {
      this.copied = 'The browser does not let this page copy; select the text instead.';
    }
  }

  /** What is filled in of the parameters. */
  settings(form) {
    const numbers = PARAMETERS.map(([name]) => [name, form.elements[name].valueAsNumber]).filter(([, value]) => !Number.isNaN(value));
    const stop = form.elements.stop.value;
    return { ...Object.fromEntries(numbers), ...(stop ? { stop } : {}) };
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
    this.conversations().forEach((each) => each.clear());
    this.noticeRunning();
    this.querySelector('#question').focus();
  }

  stop() {
    this.conversations().forEach((each) => each.stop());
  }

  async submit(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const text = form.question.value.trim();
    if (!text || this.running || !this.model) return;
    const next = { system: form.elements.system.value.trim(), text, images: this.images };
    const settings = this.settings(form);
    form.question.value = '';
    this.images = [];
    this.heard = '';
    const models = [this.model, this.other];
    await Promise.all(this.conversations().map((each, i) => each.ask(next, { model: models[i], ...settings })));
    this.querySelector('#question')?.focus();
  }

  async addPictures(event) {
    const input = event.target;
    const files = [...input.files];
    const tooLarge = files.find((file) => file.size > LARGEST_IMAGE);
    if (tooLarge || this.images.length + files.length > MOST_IMAGES) {
      this.heard = tooLarge ? `${tooLarge.name} is larger than 2 MB; send a smaller one.` : `At most ${MOST_IMAGES} pictures go with one message.`;
    } else {
      this.images = [...this.images, ...(await Promise.all(files.map(dataUrl)))];
    }
    input.value = '';
  }

  async listen() {
    if (!this.recording) {
      try {
        this.recording = await Recording.begin();
        this.heard = 'Listening …';
      } catch {
        this.heard = 'The microphone can not be used: allow it for this page, and open the console by https or on this machine.';
      }
      return;
    }
    const sound = this.recording.stop();
    this.recording = null;
    try {
      const { text, how } = await understood(sound, this.models);
      this.heard = text ? `Heard: ${text} (${how})` : how;
      if (text) this.querySelector('#question').value = text;
    } catch (e) {
      this.heard = e.message;
    }
  }
}

/** @param {File} file */
function dataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

customElements.define('rivulet-playground', Playground);
