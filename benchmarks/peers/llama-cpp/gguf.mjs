// Writes a GGUF file of the Llama architecture with random weights: speed does not depend on what the weights say.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { closeSync, openSync, writeSync } from "node:fs";

const ALIGNMENT = 32;
const TYPES = {
  F32: { id: 0, block: 1, bytes: 4 },
  Q4_0: { id: 2, block: 32, bytes: 18 },
  Q8_0: { id: 8, block: 32, bytes: 34 },
};

class Writer {
  parts = [];
  u32(value) { const b = Buffer.alloc(4); b.writeUInt32LE(value); this.parts.push(b); }
  u64(value) { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(value)); this.parts.push(b); }
  f32(value) { const b = Buffer.alloc(4); b.writeFloatLE(value); this.parts.push(b); }
  text(value) { const b = Buffer.from(value); this.u64(b.length); this.parts.push(b); }
  entry(key, value) {
    this.text(key);
    if (typeof value === "string") { this.u32(8); this.text(value); }
    else if (value instanceof Number) { this.u32(6); this.f32(value.valueOf()); }
    else { this.u32(4); this.u32(value); }
  }
  bytes() { return Buffer.concat(this.parts); }
}

function tensors(shape, type) {
  const { hidden, layers, heads, keyValueHeads, headSize, intermediate, vocabulary } = shape;
  const all = [["token_embd.weight", [hidden, vocabulary], type], ["output_norm.weight", [hidden], "F32"]];
  for (let i = 0; i < layers; i++) {
    const block = `blk.${i}.`;
    all.push([block + "attn_norm.weight", [hidden], "F32"], [block + "ffn_norm.weight", [hidden], "F32"]);
    all.push([block + "attn_q.weight", [hidden, heads * headSize], type]);
    all.push([block + "attn_k.weight", [hidden, keyValueHeads * headSize], type]);
    all.push([block + "attn_v.weight", [hidden, keyValueHeads * headSize], type]);
    all.push([block + "attn_output.weight", [heads * headSize, hidden], type]);
    all.push([block + "ffn_gate.weight", [hidden, intermediate], type]);
    all.push([block + "ffn_up.weight", [hidden, intermediate], type]);
    all.push([block + "ffn_down.weight", [intermediate, hidden], type]);
  }
  return all;
}

// One megabyte of blocks, repeated: scales small and positive, levels random.
function pattern(type) {
  const { block, bytes } = TYPES[type];
  const blocks = Math.floor((1 << 20) / bytes);
  const out = Buffer.alloc(blocks * bytes);
  let seed = 12345;
  const next = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let i = 0; i < blocks; i++) {
    if (block === 1) { out.writeFloatLE((next() - 0.5) * 0.1, i * 4); continue; }
    out.writeUInt16LE(type === "Q4_0" ? 0x1c00 : 0x0c00, i * bytes); // 2^-8 and 2^-12 as 16-bit floats
    for (let j = 2; j < bytes; j++) out[i * bytes + j] = Math.floor(next() * 256);
  }
  return out;
}

export function writeGguf(path, shape, type) {
  const size = ([, dimensions, kind]) =>
    (dimensions.reduce((a, b) => a * b, 1) / TYPES[kind].block) * TYPES[kind].bytes;
  const all = tensors(shape, type);
  const head = new Writer();
  head.parts.push(Buffer.from("GGUF"));
  head.u32(3);
  head.u64(all.length);
  const entries = {
    "general.architecture": "llama",
    "general.name": "random",
    "llama.context_length": 4096,
    "llama.embedding_length": shape.hidden,
    "llama.block_count": shape.layers,
    "llama.feed_forward_length": shape.intermediate,
    "llama.attention.head_count": shape.heads,
    "llama.attention.head_count_kv": shape.keyValueHeads,
    "llama.attention.layer_norm_rms_epsilon": new Number(1e-5),
    "llama.rope.dimension_count": shape.headSize,
    "llama.rope.freq_base": new Number(100000),
    "llama.vocab_size": shape.vocabulary,
    "tokenizer.ggml.model": "none",
  };
  head.u64(Object.keys(entries).length);
  for (const [key, value] of Object.entries(entries)) head.entry(key, value);
  let offset = 0;
  const padded = (bytes) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  for (const tensor of all) {
    head.text(tensor[0]);
    head.u32(tensor[1].length);
    tensor[1].forEach((dimension) => head.u64(dimension));
    head.u32(TYPES[tensor[2]].id);
    head.u64(offset);
    offset += padded(size(tensor));
  }
  const file = openSync(path, "w");
  const header = head.bytes();
  let at = writeSync(file, header);
  at += writeSync(file, Buffer.alloc(padded(at) - at));
  const patterns = { [type]: pattern(type), F32: pattern("F32") };
  for (const tensor of all) {
    const bytes = size(tensor);
    const source = patterns[tensor[2]];
    for (let done = 0; done < bytes; done += source.length) {
      writeSync(file, source, 0, Math.min(source.length, bytes - done));
    }
    writeSync(file, Buffer.alloc(padded(bytes) - bytes));
  }
  closeSync(file);
}
