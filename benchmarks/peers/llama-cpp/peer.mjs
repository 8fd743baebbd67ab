// llama.cpp as a peer of `rivulet bench engine`: random weights of a shape, measured on request.
// Usage: node peer.mjs '{"shape":{…},"type":"Q4_0","threads":2,"slots":32,"context":544,"batch":512,"clock":"wall"}'
// Every line on standard input, "decode ROWS FROM SPAN MILLIS" or "prefill TOKENS MILLIS", is answered by one line of JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { getLlama } from "node-llama-cpp";
import { writeGguf } from "./gguf.mjs";

const { shape, type, threads, slots, context, batch, clock } = JSON.parse(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), "rivulet-peer-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "random.gguf");
writeGguf(path, shape, type);

const llama = await getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: threads });
const bindings = llama._bindings;
const model = new bindings.AddonModel(path, { addonExports: bindings, gpuLayers: 0, useMmap: true });
if (!(await model.init())) throw new Error("llama.cpp refuses the model");
const ctx = new bindings.AddonContext(model, {
  contextSize: context * slots, batchSize: batch, sequences: slots, threads, flashAttention: "auto",
});
if (!(await ctx.init())) throw new Error("llama.cpp refuses the context");
ctx.setThreads(threads);
const lengths = new Array(slots).fill(0);
const NONE = new Uint32Array(0);
const FIRST = new Uint32Array([0]);

async function read(slot, count) {
  cut(slot, 0);
  for (let at = 0; at < count; at += batch) {
    const tokens = Uint32Array.from({ length: Math.min(batch, count - at) }, (_, i) => ((at + i) * 37) % shape.vocabulary);
    ctx.initBatch(tokens.length);
    const last = at + tokens.length === count;
    ctx.addToBatch(slot, at, tokens, last ? new Uint32Array([tokens.length - 1]) : NONE);
    await ctx.decodeBatch();
  }
  lengths[slot] = count;
}

// What a row holds does not matter, only how much: one is read, the others are copies.
async function copy(from, to) {
  cut(to, 0);
  await ctx.copySequenceStateFromOtherSequence(to, from);
  lengths[to] = lengths[from];
}

function cut(slot, length) {
  if (lengths[slot] > length) ctx.removeTokenCellsFromSequence(slot, length, lengths[slot]);
  lengths[slot] = length;
}

// Milliseconds of this process's processor time, or of the wall clock.
function now() {
  const { user, system } = process.cpuUsage();
  return clock === "cpu" ? (user + system) / 1000 : performance.now();
}

async function decode(rows, from, span, millis) {
  for (let row = 0; row < rows; row++) {
    if (lengths[row] < from && row === 0) await read(row, from);
    if (lengths[row] < from) await copy(0, row);
    cut(row, from);
  }
  const token = new Uint32Array([7]);
  const begin = now();
  let tokens = 0;
  do {
    ctx.initBatch(rows);
    for (let row = 0; row < rows; row++) ctx.addToBatch(row, lengths[row], token, FIRST);
    await ctx.decodeBatch();
    tokens += rows;
    for (let row = 0; row < rows; row++) {
      lengths[row]++;
      if (lengths[row] === from + span) cut(row, from);
    }
  } while (now() - begin < millis);
  return (tokens * 1000) / (now() - begin);
}

async function prefill(count, millis) {
  const begin = now();
  let tokens = 0;
  do {
    await read(0, count);
    tokens += count;
  } while (now() - begin < millis);
  return (tokens * 1000) / (now() - begin);
}

console.log(JSON.stringify({ ready: true, name: `llama.cpp ${llama.llamaCppRelease.release} ${type}`, system: bindings.systemInfo() }));
for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...numbers] = line.trim().split(" ");
  const values = numbers.map(Number);
  const speed = what === "decode" ? await decode(...values) : await prefill(...values);
  console.log(JSON.stringify({ tokensPerSecond: speed }));
}
await ctx.dispose();
await model.dispose();
process.exit(0);
