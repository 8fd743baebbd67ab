"""Writes the built-in decoder as llama.cpp's converter would: 32-bit floats, rows of queries and keys interleaved.

    python conformance/differential/gguf_of.py models/artefacts/rivulet-assistant OUT.gguf
"""

import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType
from safetensors.numpy import load_file

PARTS = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
OUTER = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}

# Single digits, then GPT-2's expression: how llama.cpp names these two together.
PRE_TOKENIZER = "smollm"


def gguf_name(name):
    stem, kind = name.rsplit(".", 1)
    if stem in OUTER:
        return f"{OUTER[stem]}.{kind}"
    layer, part = stem.removeprefix("model.layers.").split(".", 1)
    return f"blk.{layer}.{PARTS[part]}.{kind}"


def interleaved(values, heads):
    """Rows of queries or keys as llama.cpp's llama rotates them."""
    return values.reshape(heads, 2, values.shape[0] // heads // 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)


def tensors(writer, folder, config):
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    for name, values in sorted(load_file(folder / "model.safetensors").items()):
        values = values.astype(np.float32)
        for part, count in heads.items():
            if part in name:
                values = np.ascontiguousarray(interleaved(values, count))
        writer.add_tensor(gguf_name(name), values)


def tokenizer(writer, folder, config):
    read = json.loads((folder / "tokenizer.json").read_text())
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    kinds = [pre["type"] for pre in read["pre_tokenizer"]["pretokenizers"]]
    if kinds != ["Digits", "ByteLevel"]:
        raise SystemExit(f"a pre-tokenizer of {kinds} has no name in llama.cpp that is known here")
    special = {token["id"]: token["content"] for token in read["added_tokens"]}
    pieces = {number: piece for piece, number in read["model"]["vocab"].items()} | special
    count = config["vocab_size"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TOKENIZER)
    writer.add_token_list([pieces.get(number, f"[PAD{number}]") for number in range(count)])
    writer.add_token_types([
        TokenType.CONTROL if number in special else TokenType.NORMAL if number in pieces else TokenType.UNUSED
        for number in range(count)
    ])
    writer.add_token_merges([
        merge if isinstance(merge, str) else " ".join(merge) for merge in read["model"]["merges"]
    ])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_pad_token_id(config["pad_token_id"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(settings["chat_template"])


def main(folder, out):
    config = json.loads((folder / "config.json").read_text())
    writer = GGUFWriter(out, "llama")
    writer.add_name(folder.name)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_vocab_size(config["vocab_size"])
    tokenizer(writer, folder, config)
    tensors(writer, folder, config)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
