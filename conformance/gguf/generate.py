"""Writes tiny GGUF files with the package gguf, and what they hold by gguf's and transformers' own reading.

Needs the Python packages torch (CPU), transformers, accelerate, safetensors and gguf, and the checkpoints of conformance/decoders. From the
root of the checkout:

    python conformance/gguf/generate.py

README.md, beside this file, says what the files hold (gguf 0.19 and transformers 5.24 wrote those that are checked in).
"""

import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import torch
from gguf import GGMLQuantizationType as Kind
from gguf import GGUFWriter, dequantize, quantize
from gguf.constants import GGML_QUANT_SIZES
from transformers import AutoModelForCausalLM

sys.path.insert(0, str(Path(__file__).parent.parent / "decoders"))
from generate import clear_answer  # noqa: E402

CHECKPOINTS = Path("libs/engine-onnx/src/test/resources/decoders")
MODELS = Path("libs/engine-onnx/src/test/resources/gguf")
BLOCKS = Path("libs/model-package/src/test/resources/gguf")

PARTS = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.qkv_proj": "attn_qkv",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
OUTER = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def gguf_name(name, arch):
    """The name that llama.cpp's converter gives a tensor."""
    stem, kind = name.rsplit(".", 1)
    if stem in OUTER:
        return f"{OUTER[stem]}.{kind}"
    layer, part = re.fullmatch(r"model\.layers\.(\d+)\.(.+)", stem).groups()
    if part == "post_attention_layernorm":
        part = "post_attention_norm" if arch in ("gemma2", "gemma3", "olmo2") else "ffn_norm"
    return f"blk.{layer}.{PARTS.get(part, part)}.{kind}"


def permuted(values, heads):
    """Rows of queries or keys as llama.cpp's converter reorders them for its llama."""
    return values.reshape(heads, 2, values.shape[0] // heads // 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)


def metadata(writer, arch, config):
    rope = config.rope_parameters
    rope = rope.get("full_attention", rope)
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_rope_dimension_count(int(head * rope.get("partial_rotary_factor", 1)))
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_vocab_size(config.vocab_size)
    writer.add_eos_token_id(config.eos_token_id)
    writer.add_token_list(["token %d" % i for i in range(config.vocab_size)])
    if arch in ("gemma2", "gemma3", "phi3") and config.sliding_window:
        writer.add_sliding_window(config.sliding_window)
    if arch == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if rope["rope_type"] == "linear":
        writer.add_string(f"{arch}.rope.scaling.type", "linear")
        writer.add_float32(f"{arch}.rope.scaling.factor", rope["factor"])
    if rope["rope_type"] == "longrope":
        writer.add_uint32(f"{arch}.rope.scaling.original_context_length", rope["original_max_position_embeddings"])
        for kind in ("long", "short"):
            writer.add_tensor(f"rope_factors_{kind}.weight", np.array(rope[f"{kind}_factor"], dtype=np.float32))
    if rope["rope_type"] == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_divisors(rope, head))


def llama3_divisors(rope, head):
    plain = 1.0 / rope["rope_theta"] ** (np.arange(0, head, 2) / head)
    turns = rope["original_max_position_embeddings"] * plain / (2 * math.pi)
    share = np.clip((turns - rope["low_freq_factor"]) / (rope["high_freq_factor"] - rope["low_freq_factor"]), 0, 1)
    return (1 / (share + (1 - share) / rope["factor"])).astype(np.float32)


def stored(name, values):
    """Matrices in Q8_0 where rows are whole blocks, else F16; vectors in F32."""
    if values.ndim == 1:
        return values, None, values
    kind = Kind.Q8_0 if values.shape[1] % 32 == 0 else Kind.F16
    if kind == Kind.F16:
        half = values.astype(np.float16)
        return half, None, half.astype(np.float32)
    packed = quantize(values, kind)
    return packed, kind, dequantize(packed, kind)


def write_model(arch, checkpoint, prepare=lambda config: None):
    config_class = AutoModelForCausalLM.from_pretrained(CHECKPOINTS / checkpoint).config
    prepare(config_class)
    model = AutoModelForCausalLM.from_pretrained(
        CHECKPOINTS / checkpoint, config=config_class, attn_implementation="eager", dtype=torch.float32
    ).eval()
    path = MODELS / f"{arch}.gguf"
    writer = GGUFWriter(path, arch)
    metadata(writer, arch, model.config)
    tied = model.config.tie_word_embeddings
    for name, weight in model.named_parameters():
        packed, kind, values = stored(name, weight.detach().numpy())
        weight.data = torch.from_numpy(np.array(values))
        if arch == "llama" and ("q_proj" in name or "k_proj" in name):
            heads = model.config.num_attention_heads if "q_proj" in name else model.config.num_key_value_heads
            packed = permuted(packed, heads)
        if arch.startswith("gemma") and name.endswith("norm.weight"):
            packed = packed + 1
        if not (tied and name.startswith("lm_head")):
            writer.add_tensor(gguf_name(name, arch), packed, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    generator = torch.Generator().manual_seed(sum(arch.encode()))
    answers = [clear_answer(model, length, 8, generator) for length in (21, 19)]
    (MODELS / f"{arch}.json").write_text(json.dumps(dict(runs=[dict(contextLength=0, answers=answers)])) + "\n")
    print(f"{arch}: {path.stat().st_size} bytes, {checked(path, model)}")


def checked(path, model):
    """Whether transformers, which has its own reading of GGUF, finds the same tensors in the file."""
    try:
        read = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, config=model.config, dtype=torch.float32
        )
    except Exception as e:  # What it can't read is said, not hidden.
        return f"not read by transformers ({type(e).__name__}: {str(e)[:120]})"
    theirs, apart = dict(read.named_parameters()), 0.0
    for name, weight in model.named_parameters():
        apart = max(apart, (weight - theirs[name]).abs().max().item())
    return f"tensors as transformers reads them, to {apart:.1e}"


def write_blocks():
    """Random blocks of each type, and their values by gguf. Scales are kept small and finite."""
    random = np.random.default_rng(20)
    writer = GGUFWriter(BLOCKS / "blocks.gguf", "blocks")
    expected = []
    for kind in (Kind.F32, Kind.F16, Kind.BF16, Kind.Q8_0, Kind.Q4_0, Kind.Q4_K, Kind.Q6_K):
        elements, size = GGML_QUANT_SIZES[kind]
        rows = random.integers(0, 256, (2, 512 // elements, size), dtype=np.uint8)
        scales = {Kind.Q8_0: [0], Kind.Q4_0: [0], Kind.Q4_K: [0, 2], Kind.Q6_K: [208]}.get(kind)
        if scales is None:
            floats = random.normal(size=(2, 512)).astype(np.float32)
            packed = floats if kind == Kind.F32 else quantize(floats, kind)
            values = floats if kind == Kind.F32 else dequantize(packed, kind)
        else:
            for at in scales:
                half = random.normal(size=rows.shape[:2]).astype(np.float16)
                rows[:, :, at : at + 2] = half[..., None].view(np.uint8)
            packed = rows.reshape(2, -1)
            values = dequantize(packed, kind)
        raw = kind if packed.dtype == np.uint8 else None
        writer.add_tensor(kind.name, packed, raw_dtype=raw)
        expected.append(np.asarray(values, dtype="<f4").tobytes())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (BLOCKS / "blocks.f32").write_bytes(b"".join(expected))


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    for folder in (MODELS, BLOCKS):
        folder.mkdir(parents=True, exist_ok=True)
    write_blocks()
    write_model("llama", "llama3")
    write_model("qwen2", "qwen2", no_windows)
    write_model("qwen3", "qwen3")
    write_model("gemma2", "gemma2", plain_attention_scale)
    write_model("gemma3", "gemma3", gemma3_as_published)
    write_model("phi3", "phi3-longrope")
    write_model("olmo2", "olmo2")


def no_windows(config):
    """GGUF has no windows for this family."""
    config.layer_types = ["full_attention"] * config.num_hidden_layers


def plain_attention_scale(config):
    """GGUF has no scale of attention; it is that of the head."""
    config.query_pre_attn_scalar = config.head_dim


def gemma3_as_published(config):
    """GGUF has the window's size, and neither the list of layers nor the scale of attention."""
    plain_attention_scale(config)
    config.layer_types = ["full_attention" if (i + 1) % 6 == 0 else "sliding_attention" for i in range(config.num_hidden_layers)]


if __name__ == "__main__":
    main()
