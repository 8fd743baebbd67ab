import { LitElement, html, nothing } from 'lit';
import { Stream } from './live.js';
import { get, segment } from './api.js';
import { stagesOfRequest } from './timing.js';
import { empty, moment, seconds } from './parts.js';

/**
 * The way of one request through the services: what the gateway said of it to this page, what the replica recorded, what callers
 * thought of it. The console remembers the last requests only, and never a word of them.
 *
 * @typedef {{service: string, what: string, at: string, seconds: number, detail: string}} Step
 * @typedef {{request: string, model: string, version: string, outcome: string, at: string, steps: Step[]}} Way
 */
class RequestTimeline extends LitElement {
  static properties = { request: { type: String }, recent: { state: true }, way: { state: true }, missing: { state: true } };

  constructor() {
    super();
    this.request = '';
    /** @type {Way[] | null} */
    this.recent = null;
    this.way = null;
    this.missing = '';
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.stream = new Stream('/api/requests/stream', { message: (recent) => (this.recent = recent) });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stream.close();
  }

  willUpdate(changed) {
    if (changed.has('request')) this.look();
  }

  async look() {
    this.way = null;
    this.missing = '';
    if (!this.request) return;
    try {
      this.way = await get(`requests/${segment(this.request)}`);
    } catch (e) {
      this.missing = e.message;
    }
  }

  render() {
    return html`<section aria-labelledby="request-title">
      <h2 id="request-title">The way of one request</h2>
      <form class="fields" @submit=${this.go}>
        <label>Request id (<code>x-request-id</code>) <input name="request" .value=${this.request} maxlength="100" data-testid="request-id" /></label>
        <button type="submit" class="secondary">Show</button>
      </form>
      ${this.missing ? html`<p class="problem" role="alert">${this.missing}</p>` : nothing} ${this.way ? this.steps(this.way) : nothing} ${this.list()}
    </section>`;
  }

  go(event) {
    event.preventDefault();
    const id = event.currentTarget.elements.request.value.trim();
    location.hash = id ? `events/${encodeURIComponent(id)}` : 'events';
  }

  list() {
    if (this.recent === null) return html`<p class="note" role="status">Waiting for the first requests …</p>`;
    if (!this.recent.length) return empty('No request has ended since the console started. Ask something in the playground.');
    return html`<details ?open=${!this.way}>
      <summary>The last requests</summary>
      <ul data-testid="recent">
        ${this.recent.slice(0, 20).map((each) => html`<li><a href=${`#events/${encodeURIComponent(each.request)}`} data-testid="recent-request">${each.request}</a> <small>${each.model} ${each.version}, ${each.outcome}, ${moment(each.at)}</small></li>`)}
      </ul>
    </details>`;
  }

  /** Each step as a bar on one line of time. */
  steps(way) {
    const steps = [...gatewaySteps(way), ...way.steps];
    const start = Math.min(...steps.map((step) => Date.parse(step.at)));
    const end = Math.max(...steps.map((step) => Date.parse(step.at) + 1000 * step.seconds), start + 1);
    const share = (milliseconds) => (100 * milliseconds) / (end - start);
    return html`<p>${way.model} <strong>${way.version}</strong>, ${way.outcome}</p>
      <ol class="timeline" data-testid="timeline">
        ${steps.map((step) => html`<li data-testid="step" data-service=${step.service}>
          <span>${step.service} · ${step.what}${step.detail ? ` · ${step.detail}` : ''}</span> <strong>${step.seconds ? seconds(step.seconds) : moment(step.at)}</strong>
          <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect x=${share(Date.parse(step.at) - start)} y="0" width=${Math.max(share(1000 * step.seconds), 0.5)} height="4" /></svg>
        </li>`)}
      </ol>`;
  }
}

/** What the gateway told this page of a request that was asked here: stages before the replica, laid end to end before its first. */
function gatewaySteps(way) {
  const stages = stagesOfRequest(way.request).filter((stage) => stage.name.startsWith('gateway ') && stage.name !== 'gateway replica');
  const first = Math.min(...way.steps.map((step) => Date.parse(step.at)));
  let at = first - stages.reduce((sum, stage) => sum + stage.milliseconds, 0);
  return stages.map((stage) => {
    const step = { service: 'gateway-service', what: stage.name.slice('gateway '.length), at: new Date(at).toISOString(), seconds: stage.milliseconds / 1000, detail: '' };
    at += stage.milliseconds;
    return step;
  });
}

customElements.define('rivulet-request-timeline', RequestTimeline);
