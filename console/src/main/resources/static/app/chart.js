import { LitElement, html } from 'lit';
import uPlot from 'uplot';

/**
 * A line plot; the one place that knows uPlot. Colours follow the theme, the width follows the page, and a table of the newest values
 * beside it says the same to who can't see it.
 *
 * @typedef {{name: string, values: (number | null)[], dash?: number[]}} Line
 */
class Chart extends LitElement {
  static properties = {
    label: { type: String },
    unit: { type: String },
    x: { attribute: false },
    lines: { attribute: false },
    time: { type: Boolean },
    format: { attribute: false },
    top: { type: Number },
  };

  constructor() {
    super();
    this.label = '';
    this.unit = '';
    /** @type {number[]} */
    this.x = [];
    /** @type {Line[]} */
    this.lines = [];
    this.time = false;
    this.format = (value) => `${Number(value.toPrecision(3)).toLocaleString('en')} ${this.unit}`;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this);
    this.themes = new MutationObserver(() => this.rebuild());
    this.themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.repaint = () => this.rebuild();
    this.dark.addEventListener('change', this.repaint);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.themes.disconnect();
    this.dark.removeEventListener('change', this.repaint);
    this.plot?.destroy();
    this.plot = undefined;
  }

  render() {
    return html`<figure>
      <figcaption>${this.label}</figcaption>
      <div class="plot" aria-hidden="true"></div>
      <ul class="legend">
        ${this.lines.map((line, i) => html`<li class="line-${i}"><span>${line.name}</span> <strong>${this.newest(line)}</strong></li>`)}
      </ul>
    </figure>`;
  }

  /** @param {Line} line */
  newest(line) {
    const value = line.values.findLast((each) => each !== null && each !== undefined);
    return value === undefined ? '–' : this.format(value);
  }

  updated() {
    const names = this.lines.map((line) => line.name).join('\n');
    if (!this.plot || names !== this.names) this.rebuild();
    else this.plot.setData(this.data());
  }

  data() {
    return [this.x, ...this.lines.map((line) => line.values)];
  }

  rebuild() {
    this.plot?.destroy();
    const box = this.querySelector('.plot');
    if (!box) return;
    this.names = this.lines.map((line) => line.name).join('\n');
    this.plot = new uPlot(this.options(box.clientWidth), this.data(), box);
  }

  fit() {
    const width = this.querySelector('.plot')?.clientWidth;
    if (this.plot && width) this.plot.setSize({ width, height: 140 });
  }

  options(width) {
    const style = getComputedStyle(this);
    const ink = style.getPropertyValue('--pico-muted-color') || '#666';
    const grid = style.getPropertyValue('--pico-muted-border-color') || '#ddd';
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const { top } = this;
    return {
      width: Math.max(width, 120),
      height: 140,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: this.time }, y: { range: (_, low, high) => [Math.min(low ?? 0, 0), top || (high > 0 ? high : 1) * 1.1] } },
      axes: [
        { ...axis, values: this.time ? undefined : (_, ticks) => ticks.map((each) => (Number.isInteger(each) ? each : '')) },
        { ...axis, size: 66, values: (_, ticks) => ticks.map((each) => this.format(each)) },
      ],
      series: [
        {},
        ...this.lines.map((line, i) => ({
          label: line.name,
          stroke: style.getPropertyValue(`--line-${i}`) || ink,
          width: 2,
          dash: line.dash,
          points: { show: this.x.length < 3 },
        })),
      ],
    };
  }
}

customElements.define('rivulet-chart', Chart);
