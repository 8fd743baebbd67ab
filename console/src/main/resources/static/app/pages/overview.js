import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { empty, seconds, table } from '../parts.js';
import '../chart.js';

const SHOWN = 120;

/**
 * @typedef {{p50: number, p95: number, p99: number, count: number} | null} Percentiles
 * @typedef {{at: string, requestsPerSecond: number, errorsPerSecond: number, tokensPerSecond: number,
 *   promptTokensPerSecond: number, ttft: Percentiles, itl: Percentiles, queue: number, inflight: number,
 *   failures: Record<string, number>, services: {service: string, instance: string, up: boolean, problem: string | null}[],
 *   models: import('./replicas.js').ModelAtReplica[]}} Figures
 */

const rate = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')}/s`;
const count = (value) => Math.round(value).toLocaleString('en');

/** Requests, times, tokens, slots, queue and errors of the whole platform, each second. */
class Overview extends Page {
  static properties = { ...Page.properties, figures: { state: true } };

  constructor() {
    super();
    /** @type {Figures[]} */
    this.figures = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow('/api/metrics/stream', { message: (news) => this.take(news) });
  }

  /** @param {Figures[]} news the last minutes at first, then one at a time */
  take(news) {
    const last = this.figures.at(-1)?.at ?? '';
    this.figures = [...this.figures, ...news.filter((each) => each.at > last)].slice(-SHOWN);
  }

  render() {
    const now = this.figures.at(-1);
    return html`<h1>Overview</h1>
      ${now ? this.body(now) : html`<p class="note" role="status">Waiting for the first figures …</p>`}`;
  }

  /** @param {Figures} now */
  body(now) {
    const sum = (field) => now.models.reduce((total, model) => total + model[field], 0);
    const busy = sum('active') + sum('parked');
    return html`<dl class="tiles" data-testid="tiles">
        ${this.tile('Requests', rate(now.requestsPerSecond), `${count(now.inflight)} run`, 'requests')}
        ${this.tile('First token p50', seconds(now.ttft?.p50), `p99 ${seconds(now.ttft?.p99)}`, 'ttft')}
        ${this.tile('Between tokens p50', seconds(now.itl?.p50), `p99 ${seconds(now.itl?.p99)}`, 'itl')}
        ${this.tile('Tokens', rate(now.tokensPerSecond), `prompts ${rate(now.promptTokensPerSecond)}`, 'tokens')}
        ${this.tile('Slots in use', `${busy} of ${sum('slots')}`, `${sum('cached')} kept for their prefix`, 'slots')}
        ${this.tile('Queue', count(now.queue), 'wait for room', 'queue')}
        ${this.tile('Errors', rate(now.errorsPerSecond), this.failures(now), 'errors')}
      </dl>
      <div class="charts">${this.charts()}</div>
      ${this.services(now)}`;
  }

  tile(name, value, more, testid) {
    return html`<div class="tile" data-testid=${`tile-${testid}`}><dt>${name}</dt><dd><strong>${value}</strong><small>${more}</small></dd></div>`;
  }

  failures(now) {
    const codes = Object.entries(now.failures).map(([code, times]) => `${times} ${code}`);
    return codes.length ? codes.join(', ') : 'none in 30 s';
  }

  charts() {
    const of = (name, read, more = {}) => ({ name, values: this.figures.map(read), ...more });
    const x = this.figures.map((each) => Date.parse(each.at) / 1000);
    const total = (field) => (each) => each.models.reduce((sum, model) => sum + model[field], 0);
    return html`
      ${this.chart(x, 'Requests and errors', rate, [of('requests', (f) => f.requestsPerSecond), of('errors', (f) => f.errorsPerSecond)])}
      ${this.chart(x, 'Time to the first token', seconds, [of('p50', (f) => f.ttft?.p50 ?? null), of('p99', (f) => f.ttft?.p99 ?? null)])}
      ${this.chart(x, 'Time between tokens', seconds, [of('p50', (f) => f.itl?.p50 ?? null), of('p99', (f) => f.itl?.p99 ?? null)])}
      ${this.chart(x, 'Tokens', rate, [of('answers', (f) => f.tokensPerSecond), of('prompts', (f) => f.promptTokensPerSecond)])}
      ${this.chart(x, 'Slots', count, [of('in use', (f) => total('active')(f) + total('parked')(f)), of('there are', total('slots'), { dash: [4, 4] })])}
      ${this.chart(x, 'Queue', count, [of('wait', (f) => f.queue), of('run', (f) => f.inflight)])}`;
  }

  chart(x, label, format, lines) {
    return html`<rivulet-chart .x=${x} .label=${label} .lines=${lines} .format=${format} time></rivulet-chart>`;
  }

  /** @param {Figures} now */
  services(now) {
    if (!now.services.length) return empty('The console knows of no service: set rivulet.console.services.urls.');
    const rows = now.services.map(
      (each) => html`<tr data-testid="service" data-service=${each.service}>
        <th scope="row">${each.service}</th>
        <td>${each.instance}</td>
        <td><span class="dot ${each.up ? 'live' : 'stale'}" aria-hidden="true"></span> ${each.up ? 'answers' : 'away'}</td>
        <td>${each.problem ?? nothing}</td>
      </tr>`,
    );
    return html`<section aria-labelledby="services-title">
      <h2 id="services-title">Services</h2>
      ${table('Services', ['Service', 'Address', 'State', 'Problem'], rows, 'services')}
    </section>`;
  }
}

customElements.define('rivulet-overview', Overview);
