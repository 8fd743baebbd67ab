import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, post, segment, send } from '../api.js';
import { readRound } from '../rounds.js';
import { verify } from '../audit.js';
import { bytes, confirm, empty, fact, number, percent, refused, seconds, table } from '../parts.js';
import '../chart.js';
import '../federation-form.js';

/** Rounds that are read and drawn: the newest. */
const MOST_ROUNDS = 60;

/** Federations and their rounds, live: cohort, stragglers, bytes, ε, accuracy; and whether the audit log is intact. */
class Federations extends Page {
  static properties = {
    ...Page.properties,
    federations: { state: true },
    one: { state: true },
    rounds: { state: true },
    refusal: { state: true },
    checked: { state: true },
    privacy: { state: true },
  };

  constructor() {
    super();
    this.federations = null;
    this.forget();
  }

  forget() {
    this.one = null;
    /** @type {Map<number, import('../rounds.js').Round>} */
    this.rounds = new Map();
    this.refusal = '';
    this.checked = null;
    this.privacy = null;
    this.watchedRound = null;
  }

  willUpdate(changed) {
    if (!changed.has('detail')) return;
    this.forget();
    this.problem = this.said = '';
    this.rewatch();
  }

  path() {
    return `federation/federations/${segment(this.detail)}`;
  }

  rewatch() {
    this.closeAll();
    if (!this.detail) {
      this.watch(['federation/federations'], (_, body, problem) => {
        this.refusal = problem;
        if (body) this.federations = body;
      });
      return;
    }
    const own = this.path();
    const round = this.watchedRound;
    this.watch(round === null ? [own] : [own, `${own}/rounds/${round}`], (path, body, problem) => {
      if (path === own) this.takeFederation(body, problem);
      else if (body) this.takeRound(round, body);
    });
  }

  takeFederation(body, problem) {
    this.refusal = problem;
    if (!body) return;
    this.one = body;
    if (body.round < 1 || body.round === this.watchedRound) return;
    this.watchedRound = body.round;
    this.readEarlier(body.round);
    this.rewatch();
  }

  takeRound(round, events) {
    this.rounds = new Map([...this.rounds, [round, readRound(round, events)]].slice(-2 * MOST_ROUNDS));
  }

  async readEarlier(newest) {
    for (let round = Math.max(1, newest - MOST_ROUNDS + 1); round < newest; round++) {
      if (this.rounds.get(round)?.over || !this.isConnected) continue;
      try {
        this.takeRound(round, await get(`${this.path()}/rounds/${round}`));
      } catch {
        // A round that was forgotten is left out of the table.
      }
    }
  }

  render() {
    return this.detail ? this.single() : this.list();
  }

  list() {
    const { federations } = this;
    return html`<h1>Federations</h1>
      ${refused(this.refusal)}
      ${federations === null ? (this.refusal ? nothing : html`<p class="note" role="status">Asking the federation-service …</p>`) : this.rows(federations)}
      <rivulet-federation-form></rivulet-federation-form>`;
  }

  rows(federations) {
    if (!federations.length) return empty('There is no federation. `./rivulet federate demo` makes one with forty buildings; the form below one of your own.');
    const rows = federations.map(
      (each) => html`<tr data-testid="federation-row" data-federation=${each.name}>
        <th scope="row"><a href=${`#federations/${each.name}`}>${each.name}</a></th>
        <td>${each.running ? 'running' : 'stopped'}${each.stopped ? `: ${each.stopped.replaceAll('_', ' ')}` : ''}</td>
        <td>${each.round}</td>
        <td>${each.state}</td>
        <td>${each.version}</td>
        <td>${each.counted} of ${each.counted + each.pending}</td>
        <td>${each.waiting}</td>
      </tr>`,
    );
    return table('Federations', ['Federation', 'State', 'Round', 'Phase', 'Version', 'Answered', 'Devices waiting'], rows, 'federations');
  }

  single() {
    const { one } = this;
    return html`<p><a href="#federations">All federations</a></p>
      <h1>${this.detail}</h1>
      ${refused(this.refusal)} ${this.outcome()} ${one ? this.body(one) : nothing}`;
  }

  body(one) {
    const rounds = [...this.rounds.values()].sort((a, b) => b.round - a.round).slice(0, MOST_ROUNDS);
    const now = this.rounds.get(one.round);
    const spent = rounds.find((each) => each.epsilon !== null)?.epsilon ?? null;
    return html`<dl class="tiles" data-testid="federation-tiles">
        ${this.tile('Round', one.round || 'none yet', one.state)} ${this.tile('Version', one.version, `best ${one.best_version ?? '–'}`)}
        ${this.tile('Cohort', now?.cohort ?? 0, `${one.counted} answered, ${one.pending} outstanding`)}
        ${this.tile('Stragglers', now ? now.cohort - now.counted : 0, `${one.waiting} devices wait for work`)}
        ${this.tile('Bytes of this round', bytes(now?.bytes ?? 0), 'of updates that count')}
        ${this.tile('ε spent', spent === null ? '–' : number(spent), one.settings.privacy ? 'of the budget in the settings' : 'no differential privacy')}
      </dl>
      ${this.acts(one)} ${this.plots(rounds)} ${this.table(rounds)} ${this.cohort(now)} ${this.audit()}
      <details><summary>Settings</summary><pre class="scroll" tabindex="0">${JSON.stringify(one.settings, null, 2)}</pre></details>`;
  }

  tile(name, value, more) {
    return html`<div class="tile"><dt>${name}</dt><dd><strong>${value}</strong><small>${more}</small></dd></div>`;
  }

  acts(one) {
    const name = one.running ? 'stop' : 'start';
    return html`<div class="acts">
      <button type="button" class="secondary" data-testid=${`federation-${name}`} @click=${() => this.run(name)}>${one.running ? 'Stop rounds' : 'Start rounds'}</button>
    </div>`;
  }

  async run(name) {
    const text = name === 'stop' ? 'The round that goes on ends; no further one begins.' : 'Rounds begin as soon as enough devices wait.';
    const agreed = await confirm({ title: `${name === 'stop' ? 'Stop' : 'Start'} rounds of ${this.detail}`, text, act: name === 'stop' ? 'Stop' : 'Start' });
    if (agreed) await this.attempt(() => post(`${this.path()}/${name}`), name === 'stop' ? 'No further round begins.' : 'Rounds may begin.');
  }

  plots(rounds) {
    const ended = rounds.filter((each) => each.over).reverse();
    if (!ended.length) return empty('No round has ended yet. A round begins when as many devices wait as its quorum.');
    const x = ended.map((each) => each.round);
    const chart = (label, format, lines, top) =>
      html`<rivulet-chart .x=${x} .label=${label} .lines=${lines} .format=${format} .top=${top ?? 0}></rivulet-chart>`;
    return html`<div class="charts" data-testid="federation-plots">
      ${chart('Accuracy of the base, by what devices held out', (value) => percent(value, 1), [{ name: 'accuracy', values: ended.map((each) => each.accuracy) }], 1)}
      ${chart('ε spent', (value) => number(value), [{ name: 'ε', values: ended.map((each) => each.epsilon) }])}
      ${chart('Bytes of a round', bytes, [{ name: 'bytes', values: ended.map((each) => each.bytes) }])}
      ${chart('Seconds of a round', seconds, [{ name: 'seconds', values: ended.map((each) => each.seconds) }])}
    </div>`;
  }

  /** @param {import('../rounds.js').Round[]} rounds */
  table(rounds) {
    if (!rounds.length) return nothing;
    const rows = rounds.map(
      (each) => html`<tr data-testid="round" data-round=${each.round}>
        <th scope="row">${each.round}</th>
        <td>${each.over ? each.outcome : 'goes on'}</td>
        <td>${each.counted} of ${each.cohort}</td>
        <td>${each.late}</td>
        <td>${Object.entries(each.dropped).map(([reason, many]) => `${many} ${reason}`).join(', ') || '–'}</td>
        <td>${bytes(each.bytes)}</td>
        <td>${seconds(each.seconds)}</td>
        <td>${percent(each.accuracy, 1)}</td>
        <td>${number(each.loss, 4)}</td>
        <td>${number(each.epsilon)}</td>
        <td>${each.version ?? '–'}</td>
      </tr>`,
    );
    return html`<section aria-labelledby="rounds-title">
      <h2 id="rounds-title">Rounds</h2>
      ${table('Rounds', ['Round', 'Outcome', 'Counted', 'Late', 'Dropped', 'Bytes', 'Time', 'Accuracy', 'Loss', 'ε', 'Version'], rows, 'rounds')}
    </section>`;
  }

  cohort(now) {
    if (!now) return nothing;
    const rows = now.devices.map(({ device, state }) => html`<tr><th scope="row"><code>${device}</code></th><td>${state}</td></tr>`);
    return html`<details><summary>Cohort of round ${now.round}</summary>${table('Cohort', ['Device', 'State'], rows)}</details>`;
  }

  audit() {
    const { checked } = this;
    return html`<section aria-labelledby="audit-title">
      <h2 id="audit-title">Audit log</h2>
      <div class="acts"><button type="button" data-testid="verify" @click=${this.check}>Verify</button>
        <a href=${`/api/${this.path()}/audit`} download>Download</a></div>
      ${checked
        ? html`<p data-testid="audit" data-intact=${checked.intact} class=${checked.intact ? 'said' : 'problem'} role="status">
            ${checked.intact
              ? `Intact: ${checked.entries} entries, ${checked.rounds} rounds that ended${checked.epsilon === null ? '' : `, ε ${checked.epsilon}`}. Last ${checked.last.slice(0, 16)}…`
              : checked.fault}
          </p>`
        : nothing}
      <p class="note">
        Numbers, chain, signatures, time and ε are checked in this browser with the service's own key. A copy, a checkpoint kept elsewhere and
        <code>./rivulet federate verify</code> find what its keeper could hide.
      </p>
    </section>`;
  }

  async check() {
    this.checked = null;
    await this.attempt(async () => {
      const log = await (await send('GET', `${this.path()}/audit`)).text();
      const key = await (await send('GET', `${this.path()}/audit/key`)).text();
      this.checked = await verify(log, key);
    }, '');
  }
}

customElements.define('rivulet-federations', Federations);
