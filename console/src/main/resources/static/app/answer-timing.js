import { LitElement, html, nothing } from 'lit';
import { shown } from './timing.js';

/**
 * What a person waited for: the first token and the whole, as this browser saw it, and the stages as the platform tells them.
 *
 * @typedef {{started: number, first?: number, total: number, tokens?: number, request?: string,
 *   stages: import('./timing.js').Stage[]}} Timing
 */
class AnswerTiming extends LitElement {
  static properties = { timing: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  render() {
    const { first, total, tokens, stages, request } = this.timing;
    return html`<details class="timing" data-testid="timing">
      <summary>
        ${first === undefined ? 'no token' : html`first token <span data-testid="ttft">${shown(first)}</span>`} ·
        ${shown(total)}${tokens === undefined ? nothing : html` · ${tokens} tokens${this.rate(tokens, first, total)}`}
      </summary>
      ${stages.length ? this.stages(stages) : html`<p class="note">The platform told no stage times.</p>`}
      ${request ? html`<p class="note">Request <code>${request}</code></p>` : nothing}
    </details>`;
  }

  rate(tokens, first, total) {
    const seconds = (total - (first ?? total)) / 1000;
    return tokens > 1 && seconds > 0 ? ` · ${((tokens - 1) / seconds).toFixed(0)} tokens/s` : '';
  }

  stages(stages) {
    const longest = Math.max(...stages.map((stage) => stage.milliseconds), 0.001);
    return html`<table>
      <caption class="visually-hidden">Stages of this answer</caption>
      <thead><tr><th scope="col">Stage</th><th scope="col">Time</th><th scope="col"><span class="visually-hidden">Share</span></th></tr></thead>
      <tbody>
        ${stages.map(
          (stage) => html`<tr data-testid="stage" data-stage=${stage.name}>
            <th scope="row">${stage.name}</th>
            <td>${shown(stage.milliseconds)}</td>
            <td><progress max=${longest} value=${stage.milliseconds} aria-hidden="true"></progress></td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

customElements.define('answer-timing', AnswerTiming);
