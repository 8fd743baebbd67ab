import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, post, segment, send } from '../api.js';
import { confirm, empty, moment, refused, table } from '../parts.js';

const LIMITS = { requests_per_minute: 'Requests a minute', tokens_per_minute: 'Tokens a minute', tokens_per_day: 'Tokens a day' };

/** API keys: who may do what, and how much. A secret is shown once and kept nowhere. */
class Keys extends Page {
  static properties = { ...Page.properties, keys: { state: true }, refusal: { state: true }, secret: { state: true } };

  constructor() {
    super();
    this.keys = null;
    this.refusal = '';
    this.secret = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.secret = null;
  }

  async load() {
    try {
      this.keys = (await get('keys')).keys;
      this.refusal = '';
    } catch (e) {
      this.refusal = e.message;
    }
  }

  render() {
    return html`<h1>Keys and limits</h1>
      ${this.refusal ? html`${refused(this.refusal)}<p class="note">Keys are managed with the console's own key (<code>RIVULET_API_KEY</code>), which needs the scope <code>keys:write</code>.</p>` : nothing}
      ${this.outcome()} ${this.shownOnce()} ${this.keys === null ? nothing : this.list()} ${this.form()}`;
  }

  shownOnce() {
    if (!this.secret) return nothing;
    return html`<article class="card" role="alert" data-testid="secret">
      <header><strong>${this.secret.name}</strong> <small>shown once: keep it now</small></header>
      <p><code data-testid="secret-key">${this.secret.key}</code></p>
      <button type="button" class="secondary" @click=${() => this.attempt(() => navigator.clipboard.writeText(this.secret.key), 'Copied.')}>Copy</button>
      <button type="button" @click=${() => (this.secret = null)}>I have it</button>
    </article>`;
  }

  list() {
    if (!this.keys.length) {
      return empty('There is no key but those of the configuration, which are not listed (rivulet.identity.keys). Make one below.');
    }
    const rows = this.keys.map(
      (key) => html`<tr data-testid="key-row" data-key=${key.name} data-status=${key.status}>
        <th scope="row">${key.name}</th>
        <td><code>${key.id}</code></td>
        <td>${key.status}</td>
        <td>${key.scopes.join(', ')}</td>
        <td>${key.priority}</td>
        <td>${this.limits(key.limits)}</td>
        <td>${moment(key.created_at)} by ${key.created_by}</td>
        <td>${key.expires_at ? moment(key.expires_at) : 'never'}</td>
        <td>${key.status === 'revoked' ? moment(key.revoked_at) : this.acts(key)}</td>
      </tr>`,
    );
    return table('Keys', ['Name', 'Id', 'State', 'Scopes', 'Priority', 'Limits', 'Made', 'Expires', 'Acts'], rows, 'keys');
  }

  limits(limits) {
    const told = Object.entries(LIMITS).filter(([name]) => limits?.[name]);
    return told.length ? told.map(([name, title]) => html`<div>${limits[name].toLocaleString('en')} ${title.toLowerCase()}</div>`) : 'none';
  }

  acts(key) {
    return html`<div class="acts">
      <button type="button" class="secondary" data-testid="rotate" aria-label=${`Rotate ${key.name}`} @click=${() => this.rotate(key)}>Rotate</button>
      <button type="button" class="contrast" data-testid="revoke" aria-label=${`Revoke ${key.name}`} @click=${() => this.revoke(key)}>Revoke</button>
    </div>`;
  }

  async rotate(key) {
    const agreed = await confirm({ title: `Rotate ${key.name}`, text: 'It is given a new secret. The old one stays valid for an hour.', act: 'Rotate' });
    if (!agreed) return;
    const rotated = await this.attempt(() => post(`keys/${segment(key.id)}/rotate`, { grace_seconds: 3600 }), 'It has a new secret.');
    if (rotated) this.secret = rotated;
    await this.load();
  }

  async revoke(key) {
    const agreed = await confirm({ title: `Revoke ${key.name}`, text: 'Whoever uses it is refused at once and for ever.', act: 'Revoke' });
    if (!agreed) return;
    await this.attempt(() => send('DELETE', `keys/${segment(key.id)}`), `${key.name} is revoked.`);
    await this.load();
  }

  form() {
    return html`<section aria-labelledby="new-key-title">
      <h2 id="new-key-title">New key</h2>
      <form class="fields" @submit=${this.create}>
        <label>Name <input name="name" required maxlength="64" data-testid="key-name" /></label>
        <label>Priority <select name="priority"><option>normal</option><option>high</option><option>low</option></select></label>
        ${Object.entries(LIMITS).map(([name, title]) => html`<label>${title} <input name=${name} type="number" min="1" placeholder="no limit" /></label>`)}
        <fieldset>
          <legend>Scopes</legend>
          ${['inference', 'platform:read', 'rollouts:write', 'keys:write', 'admin'].map((scope) => html`<label><input type="checkbox" name="scopes" value=${scope} ?checked=${scope === 'inference'} /> ${scope}</label>`)}
        </fieldset>
        <label>Expires in days <input name="days" type="number" min="1" max="3650" placeholder="never" /></label>
        <button type="submit" data-testid="create-key">Make the key</button>
      </form>
    </section>`;
  }

  async create(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const limits = Object.fromEntries(Object.keys(LIMITS).filter((name) => fields.get(name)).map((name) => [name, Number(fields.get(name))]));
    const made = await this.attempt(
      () =>
        post('keys', {
          name: fields.get('name').trim(),
          scopes: fields.getAll('scopes'),
          priority: fields.get('priority'),
          ...(Object.keys(limits).length ? { limits } : {}),
          ...(fields.get('days') ? { expires_in_seconds: 86_400 * Number(fields.get('days')) } : {}),
        }),
      'The key is made.',
    );
    if (!made) return;
    this.secret = made;
    form.reset();
    await this.load();
  }
}

customElements.define('rivulet-keys', Keys);
