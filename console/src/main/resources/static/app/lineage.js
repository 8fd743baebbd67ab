import { html, svg } from 'lit';

const WIDTH = 320;
const ROW = 44;
const BOX = { width: 290, height: 34 };

/**
 * What a version came from, as a picture: itself on top, and what each edge names below, indented by how far away it is. The same as a
 * list is what a reader of the page hears.
 *
 * @param {{versions: string[], edges: {from: string, kind: string, target: string, facts: Record<string, string>}[], complete: boolean}} graph
 * @param {string} root `model/version`
 */
export function lineagePicture(graph, root) {
  const rows = laidOut(graph, root);
  const height = rows.length * ROW;
  const deepest = Math.max(...rows.map((row) => row.depth));
  const width = WIDTH + deepest * 24;
  return html`<details class="lineage" open>
    <summary>Lineage</summary>
    <div class="scroll" role="region" tabindex="0" aria-label=${`Lineage of ${root}`}>
      <svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="img" data-testid="lineage" aria-label=${spoken(rows)}>
        ${rows.map((row, i) => node(row, i, rows))}
      </svg>
    </div>
    ${graph.complete ? '' : html`<p class="note">There is more: the graph was cut at 256 versions.</p>`}
  </details>`;
}

function laidOut(graph, root) {
  const rows = [{ depth: 0, kind: 'version', text: root, parent: -1 }];
  const seen = new Set([root]);
  const walk = (from, depth, parent) => {
    for (const edge of graph.edges.filter((each) => each.from === from)) {
      rows.push({ depth, kind: edge.kind, text: edge.target, facts: edge.facts, parent });
      if (edge.kind === 'parent' && !seen.has(edge.target)) {
        seen.add(edge.target);
        walk(edge.target, depth + 1, rows.length - 1);
      }
    }
  };
  walk(root, 1, 0);
  return rows;
}

function node(row, i, rows) {
  const x = row.depth * 24 + 2;
  const y = i * ROW + 4;
  const facts = Object.entries(row.facts ?? {}).map(([name, value]) => `${name}: ${value}`).join('\n');
  return svg`<g>
    ${row.parent < 0 ? '' : svg`<path class="edge" d=${`M ${rows[row.parent].depth * 24 + 12} ${row.parent * ROW + 4 + BOX.height} V ${y + BOX.height / 2} H ${x}`} />`}
    <rect class=${`node ${row.kind === 'version' || row.kind === 'parent' ? 'model' : 'fact'}`} x=${x} y=${y} width=${BOX.width} height=${BOX.height} rx="4" />
    <text x=${x + 8} y=${y + 14} class="kind">${row.kind.replaceAll('_', ' ')}</text>
    <text x=${x + 8} y=${y + 28}>${shortened(row.text)}<title>${facts ? `${row.text}\n${facts}` : row.text}</title></text>
  </g>`;
}

const shortened = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

const spoken = (rows) => rows.map((row) => `${row.kind.replaceAll('_', ' ')} ${row.text}`).join('; ');
