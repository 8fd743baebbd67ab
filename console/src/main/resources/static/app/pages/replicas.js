import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { loadedModels, megabytes, replicaState } from '../board.js';
import { empty, fact, number, percent, seconds } from '../parts.js';

/** More than this many slots are drawn as a bar alone. */
const MOST_DRAWN = 128;

/**
 * @typedef {{replica: string, model: string, slots: number, active: number, parked: number, cached: number, queue: number,
 *   outstandingTokens: number, prefixHitRatio: number | null, batch: number | null, stepSeconds: number | null}} ModelAtReplica
 */

/** Replicas as they report themselves: slots as a picture, batch, KV occupancy, prefix hits. */
class Replicas extends Page {
  static properties = { ...Page.properties, replicas: { state: true }, measured: { state: true } };

  constructor() {
    super();
    /** @type {import('../board.js').Replica[] | null} */
    this.replicas = null;
    /** @type {ModelAtReplica[]} */
    this.measured = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow('/api/replicas/stream', { message: (replicas) => (this.replicas = replicas) });
    this.follow('/api/metrics/stream', { message: (figures) => (this.measured = figures.at(-1)?.models ?? []) });
  }

  render() {
    return html`<h1>Replicas</h1>
      ${this.replicas === null ? html`<p class="note" role="status">Waiting for the first report …</p>` : this.board()}`;
  }

  board() {
    const models = loadedModels(this.replicas);
    return html`<section aria-labelledby="loaded-title" data-testid="models">
        <h2 id="loaded-title">Loaded models</h2>
        <div class="cards">
          ${models.length ? models.map((model) => this.model(model)) : empty('No model is loaded. `./rivulet models list` says what is registered; a replica loads the version that the alias champion names.')}
        </div>
      </section>
      <section aria-labelledby="replicas-title" data-testid="replicas">
        <h2 id="replicas-title">Replicas</h2>
        <div class="cards">
          ${this.replicas.length ? this.replicas.map((each) => this.replica(each)) : empty('No replica has reported within five minutes. `./rivulet status` shows whether inference-service runs.')}
        </div>
      </section>`;
  }

  model(model) {
    return html`<article class="card" data-testid="model" data-model=${model.name} data-version=${model.version}>
      <header><a href=${`#models/${model.name}`}>${model.name}</a> <small>${model.version}</small></header>
      <dl>
        ${fact('Ready', `${model.ready} of ${model.replicas} ${model.replicas === 1 ? 'replica' : 'replicas'}`)}
        ${fact('Slots', model.slots ? `${model.active} of ${model.slots} in use` : 'none: it keeps no state')} ${fact('Queue', model.queued)}
        ${fact('Speed', `${model.tokensPerSecond.toFixed(0)} tokens/s`)}
        ${fact('Context', `${model.contextLength.toLocaleString('en')} tokens`)}
      </dl>
      ${model.problem ? html`<p class="problem" role="alert">${model.problem}</p>` : nothing}
    </article>`;
  }

  replica(replica) {
    const state = replicaState(replica);
    return html`<article class="card" data-testid="replica" data-replica=${replica.id} data-state=${state}>
      <header>
        <strong>${replica.id}</strong>
        <small><span class="dot ${state}" aria-hidden="true"></span> ${state}</small>
      </header>
      <dl>${fact('Address', replica.url)} ${fact('Device', replica.device || '–')} ${fact('Memory', megabytes(replica.memoryBytes))}</dl>
      ${replica.models.map((model) => this.served(replica, model))}
    </article>`;
  }

  served(replica, model) {
    const figures = this.measured.find((each) => each.model === model.name && replica.url.endsWith(`//${each.replica}`));
    return html`<section class="served" aria-label=${`${model.name} at ${replica.id}`}>
      <h3>${model.name} <small>${model.version}, ${model.state}</small></h3>
      ${model.problem ? html`<p class="problem" role="alert">${model.problem}</p>` : nothing}
      ${model.slots ? this.slots(model, figures) : nothing}
      ${figures ? this.figures(model, figures) : nothing}
    </section>`;
  }

  /** One square a slot: decoding, parked, kept for its prefix, free. */
  slots(model, figures) {
    const cached = Math.min(figures?.cached ?? 0, Math.max(model.slots - model.active - model.parked, 0));
    const free = Math.max(model.slots - model.active - model.parked - cached, 0);
    const kinds = [['active', model.active], ['parked', model.parked], ['cached', cached], ['free', free]];
    const said = kinds.filter(([, many]) => many).map(([kind, many]) => `${many} ${kind}`).join(', ');
    const drawn = model.slots <= MOST_DRAWN;
    return html`<div class="slots" role="img" aria-label=${`${model.slots} slots: ${said}`} data-testid="slots">
        ${drawn ? kinds.flatMap(([kind, many]) => Array.from({ length: many }, () => html`<i class="slot ${kind}"></i>`)) : nothing}
      </div>
      <p class="note">${said} · ${model.queued} queued</p>`;
  }

  /** @param {ModelAtReplica} figures */
  figures(model, figures) {
    const held = model.slots ? (figures.active + figures.parked + figures.cached) / model.slots : null;
    return html`<dl>
      ${fact('KV slots held', percent(held))} ${fact('Sequences of a step', number(figures.batch, 1))}
      ${fact('A decode step', seconds(figures.stepSeconds))} ${fact('Prefix found', percent(figures.prefixHitRatio))}
      ${fact('Tokens to be made', number(figures.outstandingTokens, 0))}
    </dl>`;
  }
}

customElements.define('rivulet-replicas', Replicas);
