import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { Page } from '../page.js';
import { get, post, segment, send } from '../api.js';
import { render as markdown } from '../markdown.js';
import { bytes, confirm, empty, fact, moment, refused, table } from '../parts.js';
import { lineagePicture } from '../lineage.js';
import { importFiles } from '../importing.js';

const TASKS = [
  'text-generation', 'text-classification', 'token-classification', 'feature-extraction', 'automatic-speech-recognition',
  'audio-classification', 'onnx', 'lora-adapter', 'other',
];

/** The catalogue: models and versions, what they came from, what people say of them, how good a quantised form is. */
class Models extends Page {
  static properties = {
    ...Page.properties,
    models: { state: true },
    problemOfList: { state: true },
    card: { state: true },
    lineage: { state: true },
    timeline: { state: true },
    progress: { state: true },
  };

  constructor() {
    super();
    this.models = null;
    this.problemOfList = '';
    this.card = '';
    this.lineage = {};
    this.timeline = [];
    this.progress = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.watch(['registry/models?limit=200'], (_, body, problem) => {
      this.problemOfList = problem;
      if (body) this.models = body.models;
    });
  }

  willUpdate(changed) {
    const model = this.model();
    const seen = model ? `${model.name} ${model.revision}` : '';
    if (seen !== this.seen) {
      this.seen = seen;
      if (model) this.load(model);
    }
    if (changed.has('detail')) this.problem = this.said = '';
  }

  model() {
    return this.models?.find((each) => each.name === this.detail);
  }

  async load(model) {
    this.card = '';
    this.lineage = {};
    this.timeline = [];
    const path = `registry/models/${segment(model.name)}`;
    try {
      if (model.has_card) this.card = await (await send('GET', `${path}/card`)).text();
      this.timeline = (await get(`${path}/timeline?limit=50`)).timeline;
      for (const version of model.versions.slice(-20)) {
        const graph = await get(`${path}/versions/${segment(version.version)}/lineage`);
        this.lineage = { ...this.lineage, [version.version]: graph };
      }
    } catch (e) {
      this.problem = e.message;
    }
  }

  render() {
    if (this.detail && this.models) return this.one();
    return html`<h1>Models</h1>
      ${refused(this.problemOfList)} ${this.outcome()}
      ${this.models === null && !this.problemOfList ? html`<p class="note" role="status">Asking the registry …</p>` : this.list()}
      ${this.importing()}`;
  }

  list() {
    if (!this.models?.length) return empty('No model is registered. `./rivulet models import` brings one in, or import files below.');
    const rows = this.models.map(
      (model) => html`<tr data-testid="model-row" data-model=${model.name}>
        <th scope="row"><a href=${`#models/${model.name}`}>${model.name}</a></th>
        <td>${model.task}</td>
        <td>${Object.entries(model.aliases).map(([alias, version]) => html`<span class="tag">${alias} → ${version}</span> `)}</td>
        <td>${model.versions.length}</td>
        <td>${moment(model.changed_at)}</td>
      </tr>`,
    );
    return table('Models', ['Model', 'Task', 'Aliases', 'Versions', 'Changed'], rows, 'models');
  }

  one() {
    const model = this.model();
    if (!model) return html`<h1>${this.detail}</h1>${empty('The registry has no model of this name.')}<p><a href="#models">All models</a></p>`;
    return html`<p><a href="#models">All models</a></p>
      <h1>${model.name}</h1>
      ${this.outcome()}
      <dl class="facts">
        ${fact('Task', model.task)} ${fact('Licence', model.license || 'not stated')} ${fact('Description', model.description || '–')}
        ${fact('Aliases', Object.entries(model.aliases).map(([alias, version]) => `${alias} → ${version}`).join(', ') || 'none')}
        ${fact('Tags', Object.entries(model.tags).map(([tag, value]) => `${tag}: ${value}`).join(', ') || 'none')}
        ${fact('Changed', moment(model.changed_at))}
      </dl>
      <section aria-labelledby="versions-title">
        <h2 id="versions-title">Versions</h2>
        ${model.versions.length ? [...model.versions].reverse().map((version) => this.version(model, version)) : empty('No version is registered yet.')}
      </section>
      <section aria-labelledby="card-title" data-testid="card">
        <h2 id="card-title">Model card</h2>
        ${this.card ? html`<article class="card prose">${unsafeHTML(markdown(this.card))}</article>` : empty('The model has no card; `PUT /api/models/{model}/card` at the registry sets one.')}
      </section>
      ${this.history()}`;
  }

  version(model, version) {
    const graph = this.lineage[version.version];
    const size = version.files.reduce((sum, file) => sum + file.size, 0);
    const champion = model.aliases.champion === version.version;
    return html`<article class="card" data-testid="version" data-version=${version.version}>
      <header>
        <strong>${version.version}</strong> ${version.aliases.map((alias) => html`<span class="tag">${alias}</span> `)}
        <small>${moment(version.created_at)} · ${version.files.length} files · ${bytes(size)}</small>
      </header>
      ${version.description ? html`<p>${version.description}</p>` : nothing}
      ${this.quality(version)} ${graph ? lineagePicture(graph, `${model.name}/${version.version}`) : nothing}
      <details>
        <summary>Files</summary>
        ${table(`Files of ${version.version}`, ['File', 'Size', 'SHA-256'], version.files.map((file) => html`<tr><th scope="row">${file.path}</th><td>${bytes(file.size)}</td><td><code>${file.sha256}</code></td></tr>`))}
      </details>
      ${champion || !model.aliases.champion
        ? nothing
        : html`<button type="button" class="secondary" data-testid="start-rollout" @click=${() => this.rollOut(model, version)}>Roll out</button>`}
    </article>`;
  }

  /** What a quantised form lost, as the import measured it. */
  quality(version) {
    const { tags } = version;
    const figures = Object.entries(tags).filter(([tag]) => tag.startsWith('quality.'));
    if (!tags.weights && !figures.length) return nothing;
    return html`<dl data-testid="quality">
      ${fact('Weights', tags.weights ?? '–')}
      ${figures.map(([tag, value]) => fact(tag.slice('quality.'.length).replaceAll('.', ' '), value))}
    </dl>`;
  }

  async rollOut(model, version) {
    const agreed = await confirm({
      title: `Roll out ${version.version}`,
      text: `Sessions of ${model.name} move from ${model.aliases.champion} to ${version.version} step by step, and back by itself when it is worse.`,
      act: 'Start the rollout',
      reason: true,
    });
    if (!agreed) return;
    const started = await this.attempt(
      () => post('registry/rollouts', { model: model.name, candidate: version.version, by: 'console', reason: agreed.reason }),
      'The rollout has started.',
    );
    if (started) location.hash = `rollouts/${started.rollout}`;
  }

  history() {
    if (!this.timeline.length) return nothing;
    const rows = this.timeline.map(
      (each) => html`<tr>
        <th scope="row">${moment(each.at)}</th>
        <td>${each.event.replaceAll('_', ' ')}</td>
        <td>${[each.alias, each.version, each.state].filter(Boolean).join(' → ')}</td>
        <td>${each.decision?.reason ?? nothing}</td>
      </tr>`,
    );
    return html`<section aria-labelledby="history-title">
      <h2 id="history-title">What happened</h2>
      ${table('What happened', ['When', 'What', 'To', 'Why'], rows, 'model-timeline')}
    </section>`;
  }

  importing() {
    const { progress } = this;
    return html`<section aria-labelledby="import-title" data-testid="import">
      <h2 id="import-title">Import a version</h2>
      <p class="note">
        Files of one model folder (config.json, *.safetensors, tokenizer.json). They are hashed here, sent in parts that go on where they
        broke off, and registered once all are there. The registry refuses pickles. A model that has to be examined or quantised comes in
        by <code>./rivulet models import</code>.
      </p>
      <form @submit=${this.startImport} class="fields">
        <label>Model <input name="model" required pattern="[a-z0-9][a-z0-9._\\-]*" maxlength="100" placeholder="door-assistant" /></label>
        <label>Version <input name="version" required pattern="[A-Za-z0-9][A-Za-z0-9._\\-]*" maxlength="100" placeholder="2026-11" /></label>
        <label>Task <select name="task">${TASKS.map((task) => html`<option>${task}</option>`)}</select></label>
        <label>Files <input name="files" type="file" multiple required data-testid="import-files" /></label>
        <button type="submit" data-testid="import-start" ?disabled=${progress !== null}>Import</button>
      </form>
      ${progress
        ? html`<label>${progress.what} <progress max="1" value=${progress.share} data-testid="import-progress"></progress></label>`
        : nothing}
    </section>`;
  }

  async startImport(event) {
    event.preventDefault();
    const { model, version, task, files } = event.currentTarget.elements;
    const wanted = { model: model.value, version: version.value, task: task.value, files: [...files.files] };
    const running = new AbortController();
    const importing = { close: () => running.abort() };
    this.opened.push(importing);
    this.progress = { what: 'Beginning', share: 0 };
    await this.attempt(
      () => importFiles(wanted, (what, share) => (this.progress = { what, share }), running.signal),
      `${wanted.model} ${wanted.version} is registered.`,
    );
    this.progress = null;
  }
}

customElements.define('rivulet-models', Models);
