import { html, nothing } from 'lit';

/** Small pieces of pages. All text goes through lit's templates, which write it as text. */

/** A name and a value of a list of facts. */
export const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** Text in which what stands between backticks is to be typed. */
const withCode = (text) => text.split('`').map((part, i) => (i % 2 ? html`<code>${part}</code>` : part));

/** Why there is nothing, and how to come by something. */
export const empty = (text) => html`<p class="note" data-testid="empty">${withCode(text)}</p>`;

/** @param {string | undefined} text a refusal of a service */
export const refused = (text) => (text ? html`<p role="alert" class="problem" data-testid="problem">${withCode(text)}</p>` : nothing);

/**
 * A table that scrolls by itself where it is wider than the page.
 *
 * @param {string} caption
 * @param {string[]} columns
 * @param {unknown[]} rows templates of `<tr>`
 */
export function table(caption, columns, rows, testid) {
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${caption}>
    <table data-testid=${testid ?? nothing}>
      <caption class="visually-hidden">${caption}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
}

/** A moment, in the reader's own time; the exact one as a title. */
export function moment(iso) {
  if (!iso) return '–';
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const text = today ? at.toLocaleTimeString('en-GB') : at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
  return html`<time datetime=${iso} title=${iso}>${text}</time>`;
}

/** @param {number} count */
export const bytes = (count) => {
  if (!Number.isFinite(count)) return '–';
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} KB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(2)} GB`;
};

/** @param {number | null | undefined} value */
export function seconds(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value < 1) return `${(value * 1000).toFixed(value < 0.01 ? 1 : 0)} ms`;
  return value < 120 ? `${value.toFixed(value < 10 ? 2 : 0)} s` : `${Math.round(value / 60)} min`;
}

/** @param {number | null | undefined} value a share from 0 to 1 */
export const percent = (value, digits = 0) =>
  value === null || value === undefined ? '–' : `${(100 * value).toFixed(digits)} %`;

/**
 * @param {number | null | undefined} value
 * @param {number} digits after the point, at most
 */
export function number(value, digits = 2) {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: digits }) : String(value);
}

/**
 * Asks before something is changed that can't be taken back.
 *
 * @param {{title: string, text: string, act: string, reason?: boolean}} question
 * @returns {Promise<{reason: string} | null>} null if the person thought better of it
 */
export function confirm(question) {
  const dialog = document.createElement('dialog');
  dialog.dataset.testid = 'confirm';
  const article = dialog.appendChild(document.createElement('article'));
  const title = article.appendChild(document.createElement('h2'));
  title.textContent = question.title;
  title.id = 'confirm-title';
  dialog.setAttribute('aria-labelledby', title.id);
  article.appendChild(document.createElement('p')).textContent = question.text;
  const form = article.appendChild(document.createElement('form'));
  form.method = 'dialog';
  const reason = question.reason ? reasonField(form) : null;
  const feet = form.appendChild(document.createElement('footer'));
  const no = feet.appendChild(button('Cancel', 'secondary'));
  no.value = 'no';
  no.formNoValidate = true;
  const yes = feet.appendChild(button(question.act, ''));
  yes.value = 'yes';
  yes.dataset.testid = 'confirm-yes';
  document.body.append(dialog);
  dialog.showModal();
  (reason ?? no).focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const agreed = dialog.returnValue === 'yes';
      dialog.remove();
      resolve(agreed ? { reason: reason?.value.trim() ?? '' } : null);
    });
  });
}

function reasonField(form) {
  const label = form.appendChild(document.createElement('label'));
  label.textContent = 'Reason ';
  const input = label.appendChild(document.createElement('input'));
  input.required = true;
  input.maxLength = 500;
  input.dataset.testid = 'reason';
  return input;
}

function button(text, look) {
  const made = document.createElement('button');
  made.textContent = text;
  if (look) made.className = look;
  return made;
}
