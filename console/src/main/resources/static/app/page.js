import { LitElement, html, nothing } from 'lit';
import { Stream, watch } from './live.js';
import { Refused, sentence } from './api.js';

/**
 * What every page is: drawn into the document itself, so that one style sheet holds; it closes what it opened when it is left.
 *
 * A page's `detail` is what stands behind its name in the address: `#models/rivulet-assistant`.
 */
export class Page extends LitElement {
  static properties = { detail: { type: String }, problem: { state: true }, said: { state: true } };

  constructor() {
    super();
    this.detail = '';
    this.problem = '';
    this.said = '';
    /** @type {{close: () => void}[]} */
    this.opened = [];
  }

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.closeAll();
  }

  closeAll() {
    this.opened.forEach((each) => each.close());
    this.opened = [];
  }

  /** Follows a stream of the console's own until the page is left. */
  follow(url, takers) {
    this.opened.push(new Stream(url, takers));
  }

  /**
   * Follows control APIs until the page is left.
   *
   * @param {string[]} paths
   * @param {(path: string, body: any, problem: string) => void} take body is null and problem a sentence where it was refused
   */
  watch(paths, take) {
    this.opened.push(
      watch(paths, (path, status, body) => {
        if (status >= 200 && status < 300) take(path, body ? JSON.parse(body) : null, '');
        else take(path, null, sentence(status, body));
      }),
    );
  }

  /** Does something for a person, and says how it came out. */
  async attempt(what, done) {
    this.problem = '';
    this.said = '';
    try {
      const answer = await what();
      this.said = done;
      return answer;
    } catch (e) {
      this.problem = e instanceof Refused ? e.message : `This went wrong in the page: ${e.message}`;
      return undefined;
    }
  }

  /** What the last act came to. */
  outcome() {
    return html`<p class="visually-hidden" role="status" data-testid="said">${this.said}</p>
      ${this.said ? html`<p class="said" aria-hidden="true">${this.said}</p>` : nothing}
      ${this.problem ? html`<p role="alert" class="problem" data-testid="problem">${this.problem}</p>` : nothing}`;
  }
}
