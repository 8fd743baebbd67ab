import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, post, segment, send } from '../api.js';
import { confirm, empty, moment, refused, table } from '../parts.js';

const EVERY = 'default';
/** Asked for where the config-server does not say which there are. */
const SERVICES = ['application', 'gateway-service', 'inference-service', 'model-registry', 'federation-service', 'config-server', 'console'];

/** Published settings of a service at a site: values, history, differences, and which instance has applied them. */
class Config extends Page {
  static properties = {
    ...Page.properties,
    catalogue: { state: true },
    current: { state: true },
    history: { state: true },
    applied: { state: true },
    difference: { state: true },
    refusal: { state: true },
  };

  constructor() {
    super();
    this.catalogue = null;
    this.forget();
  }

  forget() {
    this.current = null;
    this.history = [];
    this.applied = null;
    this.difference = null;
    this.refusal = '';
  }

  willUpdate(changed) {
    if (!changed.has('detail')) return;
    this.forget();
    this.problem = this.said = '';
    const [service, profile] = this.where();
    const own = `config/${segment(service)}`;
    this.closeAll();
    const paths = ['config/catalogue', `${own}/${segment(profile)}`, `${own}/${segment(profile)}/revisions?limit=50`, `${own}/applied`];
    this.watch(paths, (path, body, problem) => {
      if (problem) this.refusal = problem;
      else if (path === 'config/catalogue') this.catalogue = body;
      else if (path.includes('/revisions')) this.history = body.revisions;
      else if (path.endsWith('/applied')) this.applied = body;
      else {
        this.current = body;
        this.refusal = '';
      }
    });
  }

  /** @returns {[string, string]} service and profile of the address */
  where() {
    const [service, profile] = this.detail.split('/');
    return [service || 'gateway-service', profile || EVERY];
  }

  path() {
    return `config/${this.where().map(segment).join('/')}`;
  }

  render() {
    const [service, profile] = this.where();
    const services = this.catalogue ? [...new Set(['application', ...Object.keys(this.catalogue)])] : SERVICES;
    return html`<h1>Configuration</h1>
      <form class="fields" @submit=${this.go}>
        <label>Service <select name="service" data-testid="config-service" @change=${(e) => e.target.form.requestSubmit()}>
          ${services.map((name) => html`<option value=${name} ?selected=${name === service}>${name === 'application' ? 'application (every service)' : name}</option>`)}
        </select></label>
        <label>Site (profile) <input name="profile" .value=${profile} required pattern="[a-z0-9\\-]{1,63}" /></label>
        <button type="submit" class="secondary">Show</button>
      </form>
      ${refused(this.refusal)} ${this.outcome()} ${this.current ? this.body(service) : nothing}`;
  }

  go(event) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    location.hash = `config/${fields.get('service')}/${fields.get('profile')}`;
  }

  body(service) {
    return html`${this.values()} ${this.edit(service)} ${this.historyTable()} ${this.differences()} ${this.instances()}`;
  }

  values() {
    const { values, revision } = this.current;
    const rows = values.map(
      (each) => html`<tr data-testid="setting" data-key=${each.key}>
        <th scope="row"><code>${each.key}</code></th>
        <td>${each.value}</td>
        <td>${each.secret ? 'secret' : nothing}</td>
        <td><button type="button" class="contrast" aria-label=${`Take back ${each.key}`} @click=${() => this.takeBack(each.key)}>Take back</button></td>
      </tr>`,
    );
    return html`<section aria-labelledby="values-title">
      <h2 id="values-title">Values of revision <span data-testid="revision">${revision}</span></h2>
      ${rows.length ? table('Values', ['Setting', 'Value', '', 'Acts'], rows, 'settings') : empty('Nothing is published here; the service uses its own defaults.')}
    </section>`;
  }

  edit(service) {
    const settings = this.catalogue?.[service] ?? [];
    return html`<section aria-labelledby="edit-title">
      <h2 id="edit-title">Publish a value</h2>
      <p class="note">It is checked before it is stored; a value out of range is refused with its range.</p>
      <form class="fields" @submit=${this.publish}>
        <label>Setting <input name="key" required list="settings" maxlength="200" data-testid="config-key" /></label>
        <datalist id="settings">${settings.map((each) => html`<option value=${each.key}>${each.allowed}</option>`)}</datalist>
        <label>Value <input name="value" maxlength="4000" data-testid="config-value" /></label>
        <label><input name="secret" type="checkbox" /> Secret</label>
        <button type="submit" data-testid="publish">Publish</button>
      </form>
    </section>`;
  }

  async publish(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const { key, value, secret } = form.elements;
    const agreed = await confirm({ title: `Publish ${key.value}`, text: `${this.where().join(' / ')} gets the value ${secret.checked ? '******' : JSON.stringify(value.value)} at once.`, act: 'Publish' });
    if (!agreed) return;
    const done = await this.attempt(
      async () =>
        (await send('PUT', `${this.path()}/values/${segment(key.value)}`, {
          body: { revision: this.current.revision, value: value.value, secret: secret.checked },
        })).json(),
      'Published.',
    );
    if (!done) return;
    if (done.announced === false) this.problem = 'It is stored, but the bus could not carry it: mend the broker, then POST /actuator/busrefresh.';
    form.reset();
  }

  async takeBack(key) {
    const agreed = await confirm({ title: `Take back ${key}`, text: 'The service goes back to its own default, or to the value of a less specific site.', act: 'Take back' });
    if (agreed) await this.attempt(() => send('DELETE', `${this.path()}/values/${segment(key)}?revision=${this.current.revision}`), 'Taken back.');
  }

  historyTable() {
    if (!this.history.length) return nothing;
    const rows = this.history.map(
      (each) => html`<tr data-testid="revision-row" data-revision=${each.revision}>
        <th scope="row">${each.revision}</th>
        <td>${moment(each.at)}</td>
        <td>${each.author}</td>
        <td>${each.restored ? `revision ${each.restored} again` : nothing}${each.changes.map((change) => this.change(change))}</td>
        <td>
          <button type="button" class="secondary" aria-label=${`Difference of ${each.revision} to now`} @click=${() => this.compare(each.revision)}>Diff to now</button>
          ${each.revision === this.current.revision ? nothing : html`<button type="button" class="secondary" aria-label=${`Roll back to ${each.revision}`} @click=${() => this.rollBack(each.revision)}>Roll back</button>`}
        </td>
      </tr>`,
    );
    return html`<section aria-labelledby="revisions-title">
      <h2 id="revisions-title">History</h2>
      ${table('History', ['Revision', 'When', 'Who', 'Changes', 'Acts'], rows, 'history')}
    </section>`;
  }

  change({ key, before, after }) {
    return html`<div><code>${key}</code>:
      ${before === undefined ? nothing : html`<del class="del">${before}</del>`} ${after === undefined ? 'taken back' : html`<ins class="ins">${after}</ins>`}</div>`;
  }

  async compare(from) {
    this.difference = (await this.attempt(() => get(`${this.path()}/diff?from=${from}&to=${this.current.revision}`), '')) ?? null;
  }

  async rollBack(to) {
    const agreed = await confirm({ title: `Roll back to revision ${to}`, text: 'Its values are published anew, and checked again.', act: 'Roll back' });
    if (agreed) await this.attempt(() => post(`${this.path()}/rollback`, { revision: this.current.revision, to }), `The values of revision ${to} hold again.`);
  }

  differences() {
    if (!this.difference) return nothing;
    const { from, to, changes } = this.difference;
    return html`<section aria-labelledby="diff-title" data-testid="difference">
      <h2 id="diff-title">From revision ${from} to ${to}</h2>
      ${changes.length ? changes.map((change) => this.change(change)) : empty('They are alike.')}
    </section>`;
  }

  instances() {
    if (!this.applied) return nothing;
    const rows = this.applied.instances.map(
      (each) => html`<tr data-testid="applied-row">
        <th scope="row">${each.instance}</th>
        <td><span class="tag ${each.state}">${each.state}</span></td>
        <td>${moment(each.at)}</td>
        <td>${Object.entries(each.refused).map(([prefix, reason]) => html`<div><code>${prefix}</code>: ${reason}</div>`)}</td>
      </tr>`,
    );
    return html`<section aria-labelledby="applied-title">
      <h2 id="applied-title">Who has applied it</h2>
      ${rows.length ? table('Who has applied it', ['Instance', 'State', 'Told', 'Refused'], rows, 'applied') : empty('No instance has reported within a day; they do when they are ready and after each refresh.')}
    </section>`;
  }
}

customElements.define('rivulet-config', Config);
