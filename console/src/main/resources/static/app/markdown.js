import { Marked } from 'marked';
import DOMPurify from 'dompurify';

/** What an answer may contain: text with structure. No pictures, forms, styles or scripts, and links to web and mail only. */
const POLICY = {
  ALLOWED_TAGS: [
    'p', 'br', 'hr', 'em', 'strong', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a',
    'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
  ],
  ALLOWED_ATTR: ['href', 'start'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer');
  }
});

const escaped = (text) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** HTML in an answer is shown as the text it is, a picture as its description; what is left is sanitised all the same. */
const markdown = new Marked({
  async: false,
  breaks: true,
  renderer: { html: ({ text }) => escaped(text), image: ({ text }) => escaped(text) },
});

/**
 * A model's text as harmless HTML.
 *
 * @param {string} text
 * @returns {string}
 */
export function render(text) {
  return sanitise(markdown.parse(text));
}

/** @param {string} html */
export function sanitise(html) {
  return DOMPurify.sanitize(html, POLICY);
}
