import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { post, segment, who } from '../api.js';
import { confirm, empty, fact, moment, number, refused, table } from '../parts.js';

const ENDED = ['promoted', 'rolled_back', 'aborted'];

/** What a person may do to a rollout, and what it means. */
const ACTS = {
  pause: { title: 'Pause', text: 'It keeps its share of the sessions and takes no step by itself; what is worse is still taken back.', states: ['shadowing', 'canary', 'holding'] },
  resume: { title: 'Resume', text: 'It goes on from the step where it was paused.', states: ['paused'] },
  advance: { title: 'Next step', text: 'The candidate is given the next share now, whatever the numbers say.', states: ['preparing', 'shadowing', 'canary', 'holding', 'paused'] },
  promote: { title: 'Promote', text: 'The candidate becomes the champion now, whatever the numbers say.', states: ['canary', 'holding', 'paused'] },
  abort: { title: 'Abort', text: 'All sessions go back to the baseline, and the rollout ends.', states: ['preparing', 'shadowing', 'canary', 'holding', 'paused'] },
};

/** Rollouts step by step, with the numbers and the test behind each decision. */
class Rollouts extends Page {
  static properties = { ...Page.properties, rollouts: { state: true }, one: { state: true }, refusal: { state: true } };

  constructor() {
    super();
    this.rollouts = null;
    this.one = null;
    this.refusal = '';
  }

  willUpdate(changed) {
    if (!changed.has('detail')) return;
    this.closeAll();
    this.one = null;
    this.problem = this.said = '';
    const own = this.detail ? `registry/rollouts/${segment(this.detail)}` : '';
    this.watch(own ? [own] : ['registry/rollouts?limit=50'], (path, body, problem) => {
      this.refusal = problem;
      if (!body) return;
      if (path === own) this.one = body;
      else this.rollouts = body.rollouts;
    });
  }

  render() {
    return this.detail ? this.single() : this.list();
  }

  list() {
    const { rollouts } = this;
    return html`<h1>Rollouts</h1>
      ${refused(this.refusal)}
      ${rollouts === null ? (this.refusal ? nothing : html`<p class="note" role="status">Asking the registry …</p>`) : this.rows(rollouts)}`;
  }

  rows(rollouts) {
    if (!rollouts.length) {
      return empty('No rollout has been started. Start one at a version of a model, or with `./rivulet rollout start MODEL VERSION`.');
    }
    const rows = rollouts.map(
      (each) => html`<tr data-testid="rollout-row" data-state=${each.state}>
        <th scope="row"><a href=${`#rollouts/${each.rollout}`}>${each.model}</a></th>
        <td>${each.baseline} → ${each.candidate}</td>
        <td><span class="tag ${each.state}">${each.state}</span></td>
        <td><progress max="100" value=${each.percent} aria-label="Share of sessions"></progress> ${each.percent} %</td>
        <td>${moment(each.changed_at)}</td>
        <td>${each.reason}</td>
      </tr>`,
    );
    return table('Rollouts', ['Model', 'Versions', 'State', 'Sessions', 'Changed', 'Why'], rows, 'rollouts');
  }

  single() {
    const { one } = this;
    return html`<p><a href="#rollouts">All rollouts</a></p>
      <h1>Rollout ${one ? `of ${one.model}` : ''}</h1>
      ${refused(this.refusal)} ${this.outcome()} ${one ? this.body(one) : nothing}`;
  }

  body(one) {
    return html`<p data-testid="rollout-state" data-state=${one.state}>
        <span class="tag ${one.state}">${one.state}</span> ${one.baseline} → <strong>${one.candidate}</strong>, ${one.percent} % of sessions. ${one.reason}
      </p>
      ${this.steps(one)} ${this.acts(one)}
      <section aria-labelledby="decisions-title" data-testid="decisions">
        <h2 id="decisions-title">Decisions</h2>
        ${[...one.timeline].reverse().map((entry) => this.decision(entry))}
      </section>
      <details>
        <summary>Plan and limits</summary>
        <dl class="facts">${Object.entries(one.plan).map(([name, value]) => fact(name.replaceAll('_', ' '), Array.isArray(value) ? value.join(', ') : String(value)))}</dl>
      </details>`;
  }

  /** The way from nobody to everybody, and where it stands. */
  steps(one) {
    const shares = [...one.plan.steps.map((share) => [`${share} %`, one.percent >= share]), ['champion', one.state === 'promoted']];
    return html`<ol class="steps" aria-label="Steps" data-testid="steps">
      ${shares.map(([name, done]) => html`<li class=${done ? 'done' : 'to-come'}>${name}<span class="visually-hidden">${done ? ' reached' : ' not reached'}</span></li>`)}
    </ol>`;
  }

  acts(one) {
    if (ENDED.includes(one.state)) return nothing;
    return html`<div class="acts" role="group" aria-label="What you can do">
      ${Object.entries(ACTS)
        .filter(([, act]) => act.states.includes(one.state))
        .map(([name, act]) => html`<button type="button" class=${name === 'abort' ? 'contrast' : 'secondary'} data-testid=${`act-${name}`} @click=${() => this.act(one, name, act)}>${act.title}</button>`)}
    </div>`;
  }

  async act(one, name, { title, text }) {
    const agreed = await confirm({ title: `${title}: ${one.model} ${one.candidate}`, text, act: title, reason: true });
    if (!agreed) return;
    const { name: by } = await who();
    await this.attempt(
      () => post(`registry/rollouts/${segment(one.rollout)}/${name}`, { by, reason: agreed.reason }),
      `${title}: done.`,
    );
  }

  decision(entry) {
    const { decision } = entry;
    return html`<article class="card" data-testid="decision" data-event=${entry.event}>
      <header>
        <strong>${entry.event.replaceAll('_', ' ')}</strong> <span class="tag ${entry.state}">${entry.state}</span> ${entry.percent} %
        <small>${moment(entry.at)} · by ${decision.by}</small>
      </header>
      <p>${decision.reason}</p>
      ${decision.evidence ? this.evidence(decision.evidence) : nothing} ${decision.fleet ? this.fleet(decision.fleet) : nothing}
    </article>`;
  }

  /** Each metric: candidate, baseline, limit, and how likely such a difference is by chance beside what the test allows. */
  evidence(evidence) {
    const rows = evidence.measures.map(
      (each) => html`<tr data-testid="measure" data-outcome=${each.outcome}>
        <th scope="row">${each.metric}</th>
        <td>${number(each.candidate, 4)}</td>
        <td>${number(each.baseline, 4)}</td>
        <td>${number(each.limit, 4)}</td>
        <td>${number(each.p_value, 6)}</td>
        <td>${number(each.alpha, 6)}</td>
        <td><span class="tag ${String(each.outcome).toLowerCase()}">${String(each.outcome).toLowerCase()}</span> ${each.why ?? ''}</td>
      </tr>`,
    );
    return html`<p class="note">${evidence.candidate_requests} requests of the candidate, ${evidence.baseline_requests} of the baseline</p>
      ${rows.length ? table('What was compared', ['Metric', 'Candidate', 'Baseline', 'Limit', 'p', 'α', 'Outcome'], rows) : nothing}`;
  }

  fleet(fleet) {
    const shown = (value) => (typeof value !== 'object' ? String(value) : value?.length === 0 ? 'none' : JSON.stringify(value));
    return html`<dl>${Object.entries(fleet).map(([name, value]) => fact(name.replaceAll('_', ' '), shown(value)))}</dl>`;
  }
}

customElements.define('rivulet-rollouts', Rollouts);
