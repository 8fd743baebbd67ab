"""Writes tiny random checkpoints of each decoder family, with what transformers computes from them.

Needs the Python packages torch (CPU), transformers and safetensors. From the root of the checkout:

    python conformance/decoders/generate.py libs/engine-onnx/src/test/resources/decoders

README.md, beside this file, says what the files hold. Everything is seeded, so a second run writes the same numbers
(transformers 5.24 and torch 2.15 wrote the files that are checked in).
"""

import json
import math
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    Gemma2Config,
    Gemma3TextConfig,
    LlamaConfig,
    MistralConfig,
    Olmo2Config,
    Phi3Config,
    PreTrainedConfig,
    Qwen2Config,
    Qwen3Config,
    SmolLM3Config,
)

VOCABULARY = 96
SIZES = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
)
HEADS = dict(head_dim=16)
TWO_HEADS = dict(num_attention_heads=2, num_key_value_heads=1)  # For families whose head is hidden size by heads.
WIDE = dict(hidden_size=64)
CLEAR = 4e-3  # Least lead of a greedy token over the second, as a share of the largest logit.


@dataclass
class Run:
    """Prompts of these lengths, and so many greedy tokens; an engine must be opened with this context (0: the model's)."""

    lengths: list[int]
    new_tokens: int
    context: int = 0


@dataclass
class Case:
    config: PreTrainedConfig
    runs: list[Run] = field(default_factory=lambda: [Run([23, 7, 14], 12)])


def rope(kind, theta, **more):
    return dict(rope_type=kind, rope_theta=theta, **more)


def cases():
    llama3 = rope(
        "llama3", 500.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32
    )
    longrope = rope(
        "longrope",
        10000.0,
        short_factor=[1.0, 1.1, 1.2, 1.3, 1.5, 1.7, 2.0, 2.2],
        long_factor=[1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0],
        original_max_position_embeddings=16,
        partial_rotary_factor=0.5,
    )
    return {
        "llama": Case(LlamaConfig(**SIZES, **HEADS, tie_word_embeddings=True)),
        "llama3": Case(LlamaConfig(**SIZES, **HEADS, rope_parameters=llama3)),
        "llama-linear-biased": Case(
            LlamaConfig(
                **SIZES | TWO_HEADS,
                attention_bias=True,
                mlp_bias=True,
                rope_parameters=rope("linear", 10000.0, factor=2.5),
            )
        ),
        "smollm3": Case(
            SmolLM3Config(
                **SIZES | TWO_HEADS | dict(num_hidden_layers=3),
                no_rope_layer_interval=2,
                rope_parameters=rope("default", 5e4),
            )
        ),
        "mistral": Case(MistralConfig(**SIZES, **HEADS, sliding_window=5)),
        "qwen2": Case(
            Qwen2Config(**SIZES | WIDE, use_sliding_window=True, sliding_window=6, max_window_layers=1)
        ),
        "qwen3-yarn": Case(
            Qwen3Config(
                **SIZES,
                **HEADS,
                tie_word_embeddings=True,
                rope_parameters=rope("yarn", 1e4, factor=4.0, original_max_position_embeddings=32),
            )
        ),
        "qwen3": Case(Qwen3Config(**SIZES, **HEADS, rope_parameters=rope("default", 1e6))),
        "gemma2": Case(
            Gemma2Config(
                **SIZES | dict(num_hidden_layers=3),
                **HEADS,
                sliding_window=6,
                query_pre_attn_scalar=20,
                attn_logit_softcapping=3.0,
                final_logit_softcapping=12.0,
            )
        ),
        "gemma3": Case(
            Gemma3TextConfig(
                **SIZES | dict(num_hidden_layers=3),
                **HEADS,
                sliding_window=6,
                layer_types=["sliding_attention", "full_attention", "sliding_attention"],
                query_pre_attn_scalar=24,
                rope_parameters={
                    "full_attention": rope("linear", 1e6, factor=4.0),
                    "sliding_attention": rope("default", 1e4),
                },
            )
        ),
        "phi3": Case(Phi3Config(**SIZES | TWO_HEADS, sliding_window=9)),
        "phi3-longrope": Case(
            Phi3Config(
                **SIZES | TWO_HEADS | WIDE,
                original_max_position_embeddings=16,
                rope_parameters=longrope,
            ),
            [Run([23, 17, 20], 12), Run([5, 8, 3], 7, context=16)],
        ),
        "olmo2": Case(Olmo2Config(**SIZES | WIDE)),
    }


def randomise(model, generator):
    """Spreads that let every part of the arithmetic show in the logits."""
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if "norm" in name:
            offset = 0.0 if model.config.model_type.startswith("gemma") else 1.0
            weight.data = offset + 0.2 * noise
        elif name.endswith("bias"):
            weight.data = 0.3 * noise
        elif "embed_tokens" in name:
            weight.data = noise
        else:
            weight.data = 1.5 / math.sqrt(weight.shape[-1]) * noise


def answer(model, prompt, count):
    """Greedy tokens without a cache, the logits before the first and after the last, and the smallest lead."""
    tokens, first, lead = list(prompt), None, math.inf
    for _ in range(count + 1):
        logits = model(torch.tensor([tokens]), use_cache=False).logits[0, -1]
        first = logits if first is None else first
        best, second = torch.topk(logits, 2).values.tolist()
        lead = min(lead, (best - second) / logits.abs().max().item())
        if lead <= CLEAR:
            break
        tokens.append(int(logits.argmax()))
    return tokens[len(prompt) : -1], first, logits, lead


def clear_answer(model, length, count, generator):
    """A prompt whose greedy tokens no rounding can change."""
    for _ in range(1000):
        prompt = torch.randint(3, VOCABULARY, (length,), generator=generator).tolist()
        tokens, first, last, lead = answer(model, prompt, count)
        if lead > CLEAR:
            return dict(prompt=prompt, greedy=tokens, logits=rounded(first), logitsAfter=rounded(last))
    raise SystemExit("no prompt has a clear answer")


def rounded(values):
    return [float(f"{value:.7g}") for value in values.tolist()]


def older(config):
    """The same configuration as transformers 4 spelt it."""
    old = {k: v for k, v in config.items() if k not in ("rope_parameters", "dtype", "layer_types", "_sliding_window_pattern")}
    old["torch_dtype"] = config["dtype"]
    old["transformers_version"] = "4.50.0"
    parameters = dict(config["rope_parameters"])
    if "full_attention" in parameters:
        old["rope_local_base_freq"] = parameters["sliding_attention"]["rope_theta"]
        old["sliding_window_pattern"] = 2
        parameters = dict(parameters["full_attention"])
    old["rope_theta"] = parameters.pop("rope_theta")
    for name in ("partial_rotary_factor", "original_max_position_embeddings"):
        if config["model_type"] == "phi3" and name in parameters:
            old[name] = parameters.pop(name)
    kind = parameters.pop("rope_type")
    if kind == "default":
        old["rope_scaling"] = None
    elif kind == "longrope":
        old["rope_scaling"] = {"type": "longrope", **parameters}
    else:
        old["rope_scaling"] = {"rope_type": kind, **parameters}
    if config["model_type"].startswith("gemma"):
        old.pop("tie_word_embeddings")  # True was the default of every model, and defaults were not written.
    return old


def write(name, case, folder):
    generator = torch.Generator().manual_seed(sum(name.encode()))
    model = AutoModelForCausalLM.from_config(case.config, attn_implementation="eager", dtype=torch.float32).eval()
    randomise(model, generator)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    runs = []
    for run in case.runs:
        answers = [clear_answer(model, length, run.new_tokens, generator) for length in run.lengths]
        runs.append(dict(contextLength=run.context, answers=answers))
    (folder / "expected.json").write_text(json.dumps(dict(runs=runs)) + "\n")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config-of-transformers-4.json").write_text(json.dumps(older(config), indent=2) + "\n")


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    target = Path(sys.argv[1])
    wanted = sys.argv[2:]  # All, unless some are named.
    for name, case in cases().items():
        if wanted and name not in wanted:
            continue
        write(name, case, target / name)
        size = sum(file.stat().st_size for file in (target / name).iterdir())
        print(f"{name}: {size} bytes")


if __name__ == "__main__":
    main()
