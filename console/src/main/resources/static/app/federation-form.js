import { html } from 'lit';
import { Page } from './page.js';
import { post, segment } from './api.js';

/** What a small federation may begin with; every field of it is explained in docs/federated-learning.md. */
const USUAL = {
  policy: { goal: 10, quorum: 5, over_selection: 1.2, gather: 'PT5S', cut_off: 'PT30S', deadline: 'PT60S' },
  aggregation: { strategy: 'FED_AVG', server_rate: 1, trim: 0.1 },
  training: { epochs: 1, batch: 10, rate: 0.1, mu: 0 },
  limits: { most_bytes: 1048576, most_weight: 100000, most_norm: 1000 },
  energy: { least_battery: 20, metered: false },
  stopping: { most_rounds: 20, patience: 0, least_gain: 0, most_failures: 5 },
};
const TENSOR = /^([^=,]{1,200})=(\d{1,9}(?:x\d{1,9}){0,7})$/;

/**
 * Tensors of a first model as `./rivulet federate create --zeros` takes them: `weight=384x43,bias=43`.
 *
 * @param {string} text
 * @returns {{name: string, shape: number[]}[]}
 * @throws {Error} saying which is none, and how one is written
 */
export function tensors(text) {
  return text.split(',').map((one) => {
    const found = TENSOR.exec(one.trim());
    if (!found) throw new Error(`"${one.trim()}" is no tensor: write NAME=SIZExSIZE, as in weight=384x43.`);
    return { name: found[1], shape: found[2].split('x').map(Number) };
  });
}

/** Makes a federation whose first model is all zeros, and opens its page. */
class FederationForm extends Page {
  render() {
    return html`<details data-testid="new-federation">
      <summary>New federation</summary>
      <form @submit=${this.create}>
        <div class="fields">
          <label>Name <input name="name" required maxlength="63" pattern="[a-z0-9][a-z0-9\\-]*" autocomplete="off" data-testid="federation-name" /></label>
          <label>Tensors <input name="tensors" required maxlength="4000" placeholder="weight=384x43,bias=43" autocomplete="off" data-testid="federation-tensors" /></label>
        </div>
        <label>Settings <textarea name="settings" rows="12" maxlength="100000" spellcheck="false" data-testid="federation-settings" .defaultValue=${JSON.stringify(USUAL, null, 1)}></textarea></label>
        <button type="submit" data-testid="create-federation">Create</button>
      </form>
      ${this.outcome()}
      <p class="note">
        Its first model is zeros, and no round begins before it is started on its page. To begin with layers of a registered version:
        <code>./rivulet federate create --model</code>.
      </p>
    </details>`;
  }

  async create(event) {
    event.preventDefault();
    const { name, tensors: layout, settings } = event.currentTarget.elements;
    const body = this.asked(name.value, layout.value, settings.value);
    if (!body) return;
    if (await this.attempt(() => post('federation/federations', body), `${body.name} is made.`)) location.hash = `federations/${segment(body.name)}`;
  }

  /** What is to be made; null, and said, where it can't be read. */
  asked(name, layout, settings) {
    try {
      return { name, tensors: tensors(layout), settings: JSON.parse(settings), running: false };
    } catch (e) {
      this.said = '';
      this.problem = e instanceof SyntaxError ? `The settings are no JSON: ${e.message}` : e.message;
      return null;
    }
  }
}

customElements.define('rivulet-federation-form', FederationForm);
