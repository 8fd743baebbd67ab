import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, post, segment, send, who } from '../api.js';
import { confirm, empty, fact, moment, refused, seconds, table } from '../parts.js';
import '../request-timeline.js';

/** How facts travel: topics and who lags behind, outboxes, dead letters to inspect, mend and send back, the way of one request. */
class Events extends Page {
  static properties = {
    ...Page.properties,
    catalogue: { state: true },
    figures: { state: true },
    letters: { state: true },
    letter: { state: true },
    refusal: { state: true },
  };

  constructor() {
    super();
    this.catalogue = null;
    this.figures = null;
    this.letters = null;
    this.letter = null;
    this.refusal = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow('/api/metrics/stream', { message: (figures) => (this.figures = figures.at(-1)?.events ?? null) });
    this.watch(['registry/dead-letters?state=all&limit=100', 'registry/asyncapi'], (path, body, problem) => {
      this.refusal = problem;
      if (path.endsWith('asyncapi')) this.catalogue = body;
      else if (body) this.letters = body.letters;
    });
  }

  render() {
    return html`<h1>Events</h1>
      ${refused(this.refusal)} ${this.outcome()}
      <rivulet-request-timeline .request=${this.detail}></rivulet-request-timeline>
      ${this.deadLetters()} ${this.topics()} ${this.health()}`;
  }

  topics() {
    if (!this.catalogue) return nothing;
    const { channels, operations } = this.catalogue;
    const by = (action, topic) =>
      Object.values(operations)
        .filter((each) => each.action === action && each.channel.$ref === `#/channels/${topic}`)
        .flatMap((each) => each.tags.map((tag) => tag.name));
    const rows = Object.entries(channels).map(
      ([topic, channel]) => html`<tr data-testid="topic" data-topic=${topic}>
        <th scope="row"><code>${topic}</code></th>
        <td>${channel.description}</td>
        <td>${channel.bindings?.kafka?.partitions ?? '–'}</td>
        <td>${by('send', topic).join(', ')}</td>
        <td>${[...new Set(by('receive', topic))].map((reader) => html`<div>${reader}${this.lag(reader, topic)}</div>`)}</td>
      </tr>`,
    );
    return html`<section aria-labelledby="topics-title">
      <h2 id="topics-title">Topics</h2>
      ${table('Topics', ['Topic', 'What', 'Partitions', 'Written by', 'Read by, and how far behind'], rows, 'topics')}
    </section>`;
  }

  lag(service, topic) {
    const lag = this.figures?.lags.find((each) => each.service === service && each.topic === topic);
    return lag ? html` <small class="tag ${lag.records > 100 ? 'behind' : ''}">${lag.records} behind</small>` : nothing;
  }

  health() {
    const { figures } = this;
    if (!figures) return html`<p class="note" role="status">Waiting for the first figures …</p>`;
    const drift = Object.entries(figures.drift);
    return html`<section aria-labelledby="travel-title" data-testid="travel">
      <h2 id="travel-title">Readers, outboxes, topics</h2>
      <dl class="facts">
        ${Object.entries(figures.readers).map(([reader, lag]) => fact(`Reader ${reader}`, `${lag} behind`))}
        ${figures.outboxes.map((each) => fact(`Outbox of ${each.service}`, each.oldestSeconds > 0 ? `oldest waits ${seconds(each.oldestSeconds)}` : 'empty'))}
        ${drift.map(([service, settings]) => fact(`Topics as ${service} sees them`, settings ? `${settings} settings differ: see its log` : 'as the catalogue says'))}
      </dl>
    </section>`;
  }

  deadLetters() {
    const { letters } = this;
    if (letters === null) return nothing;
    const rows = letters.map(
      (each) => html`<tr data-testid="letter" data-letter=${each.id} data-state=${each.state}>
        <th scope="row"><button type="button" class="secondary" data-testid="inspect" @click=${() => this.inspect(each.id)}>${each.id}</button></th>
        <td>${each.topic}</td>
        <td>${each.reader}</td>
        <td>${each.cause}</td>
        <td>${each.reason}</td>
        <td>${each.state}</td>
        <td>${moment(each.parked_at)}</td>
      </tr>`,
    );
    return html`<section aria-labelledby="letters-title">
      <h2 id="letters-title">Dead letters</h2>
      ${rows.length ? table('Dead letters', ['Letter', 'Topic', 'Reader', 'Cause', 'Reason', 'State', 'Parked'], rows, 'letters') : empty('None is parked: every reader could take what it was told.')}
      ${this.letter ? this.inspected(this.letter) : nothing}
    </section>`;
  }

  async inspect(id) {
    this.letter = (await this.attempt(() => get(`registry/dead-letters/${segment(id)}`), '')) ?? null;
  }

  inspected(whole) {
    const { letter } = whole;
    const parked = letter.state === 'parked';
    const payload = whole.payload ? JSON.stringify(whole.payload, null, 2) : (whole.payload_base64 ?? '');
    return html`<article class="card" data-testid="inspected">
      <header><strong>${letter.id}</strong> <small>${letter.state}</small></header>
      <dl>
        ${fact('Lay at', `${letter.topic} ${letter.partition}:${letter.offset}`)} ${fact('Key', letter.key ?? 'none')}
        ${fact('Tried', `${letter.attempts} times, sent back ${letter.round} times`)} ${fact('Reason', letter.reason)}
        ${whole.waits_for ? fact('Waits for', whole.waits_for) : nothing} ${fact('Waiting behind it', whole.waiting_behind)}
        ${whole.decision ? fact('Decided', `${whole.decision.by}: ${whole.decision.reason}`) : nothing}
      </dl>
      <details><summary>Headers and stack</summary>
        <pre class="scroll" tabindex="0">${Object.entries(whole.headers).map(([name, value]) => `${name}: ${value}`).join('\n')}

${whole.exception}
${whole.stack}</pre>
      </details>
      <form @submit=${(event) => this.mend(event, letter)}>
        <label>Payload${whole.edited ? ', edited' : ''} <textarea name="payload" rows="8" data-testid="payload" ?readonly=${!parked} .value=${payload}></textarea></label>
        ${parked
          ? html`<div class="acts">
              <button type="submit" class="secondary">Keep this payload</button>
              <button type="button" data-testid="replay" @click=${() => this.decide(letter, 'replay', 'Send it back', 'Its reader takes it once more; what waits behind it follows.')}>Send back</button>
              <button type="button" class="contrast" data-testid="discard" @click=${() => this.decide(letter, 'discard', 'Give it up', 'Its effect never happens; what waits behind it goes on.')}>Give up</button>
            </div>`
          : nothing}
      </form>
    </article>`;
  }

  async mend(event, letter) {
    event.preventDefault();
    const text = event.currentTarget.elements.payload.value;
    const kept = await this.attempt(
      async () => (await send('PUT', `registry/dead-letters/${segment(letter.id)}/payload`, { body: { payload: JSON.parse(text) } })).json(),
      'The payload is kept; send it back when it is right.',
    );
    if (kept) this.letter = kept;
  }

  async decide(letter, act, title, text) {
    const agreed = await confirm({ title: `${title}: ${letter.id}`, text, act: title, reason: true });
    if (!agreed) return;
    const { name: by } = await who();
    const path = `registry/dead-letters/${segment(letter.id)}`;
    await this.attempt(async () => {
      await post(`${path}/${act}`, { by, reason: agreed.reason });
      this.letter = await get(path);
    }, `${title}: done.`);
  }
}

customElements.define('rivulet-events', Events);
