import { LitElement, html, nothing } from 'lit';
import { loadedModels, megabytes, replicaState } from './board.js';

const STALE_AFTER_MS = 3500;
const RECONNECT_MS = 2000;

/** Loaded models and replicas, live; says "stale" when nothing has come for a while. */
class Platform extends LitElement {
  static properties = { replicas: { state: true }, live: { state: true } };

  constructor() {
    super();
    /** @type {import('./board.js').Replica[] | null} */
    this.replicas = null;
    this.live = false;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.source?.close();
    clearTimeout(this.watch);
    clearTimeout(this.again);
  }

  open() {
    this.source = new EventSource('/api/replicas/stream');
    this.source.addEventListener('message', (event) => this.take(JSON.parse(event.data)));
    this.source.addEventListener('error', () => this.lose());
  }

  take(replicas) {
    this.replicas = replicas;
    this.live = true;
    clearTimeout(this.watch);
    this.watch = setTimeout(() => (this.live = false), STALE_AFTER_MS);
  }

  /** The browser gives up for good on some errors, so a closed source is opened anew. */
  lose() {
    this.live = false;
    if (this.source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.open(), RECONNECT_MS);
  }

  render() {
    return html`<aside aria-label="Platform">
      <p class="stream" role="status" data-testid="replicas-state" data-live=${this.live}>
        <span class="dot ${this.live ? 'live' : 'stale'}" aria-hidden="true"></span>
        ${this.live ? 'live' : 'stale: the console does not answer, figures are the last known'}
      </p>
      ${this.models()} ${this.replicaList()}
    </aside>`;
  }

  models() {
    const models = loadedModels(this.replicas ?? []);
    return html`<section aria-labelledby="models-title" data-testid="models">
      <h2 id="models-title">Loaded models</h2>
      ${models.length ? models.map((model) => this.model(model)) : this.none('No model is loaded.')}
    </section>`;
  }

  model(model) {
    return html`<article class="card" data-testid="model" data-model=${model.name} data-version=${model.version}>
      <header><strong>${model.name}</strong> <small>${model.version}</small></header>
      <dl>
        ${this.pair('Ready', `${model.ready} of ${model.replicas} ${model.replicas === 1 ? 'replica' : 'replicas'}`)}
        ${this.pair('Slots', `${model.active} of ${model.slots} in use`)} ${this.pair('Queue', model.queued)}
        ${this.pair('Speed', `${model.tokensPerSecond.toFixed(0)} tokens/s`)}
        ${this.pair('Context', `${model.contextLength.toLocaleString('en')} tokens`)}
      </dl>
      ${model.problem ? html`<p class="problem" role="alert">${model.problem}</p>` : nothing}
    </article>`;
  }

  replicaList() {
    return html`<section aria-labelledby="replicas-title" data-testid="replicas">
      <h2 id="replicas-title">Replicas</h2>
      ${this.replicas?.length ? this.replicas.map((each) => this.replica(each)) : this.none('No replica has reported.')}
    </section>`;
  }

  replica(replica) {
    const state = replicaState(replica);
    return html`<article class="card" data-testid="replica" data-replica=${replica.id} data-state=${state}>
      <header>
        <strong>${replica.id}</strong>
        <small><span class="dot ${state}" aria-hidden="true"></span> ${state}</small>
      </header>
      <dl>
        ${this.pair('Address', replica.url)} ${this.pair('Device', replica.device || '–')}
        ${this.pair('Memory', megabytes(replica.memoryBytes))}
        ${replica.models.map((model) => this.pair(`${model.name} ${model.version}`, `${model.state}, ${model.active}/${model.slots} slots, ${model.parked} parked, ${model.queued} queued`))}
      </dl>
    </article>`;
  }

  pair(name, value) {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  }

  none(text) {
    return html`<p class="note">${this.replicas === null ? 'Waiting for the first report …' : text}</p>`;
  }
}

customElements.define('rivulet-platform', Platform);
