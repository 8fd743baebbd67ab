"""Writes tiny random LoRA adapters for the checkpoints of conformance/decoders, with what peft computes from them.

Needs the Python packages torch (CPU), transformers, peft and safetensors. From the root of the checkout:

    python conformance/adapters/generate.py libs/engine-onnx/src/test/resources/adapters \
        libs/engine-onnx/src/test/resources/decoders/*
    python conformance/adapters/generate.py inference-service/src/test/resources/adapters models/artefacts/rivulet-assistant

For each checkpoint a folder with adapter_config.json and adapter_model.safetensors as peft saves them, and expected.json: a prompt, the
logits after it, greedy tokens. Seeded; peft 0.21 and transformers 5.24 wrote the files that are checked in.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

PLAIN = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
FUSED = ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"]
CLEAR = 4e-3  # Least lead of a greedy token over the second, as a share of the largest logit.


def config(name):
    modules = FUSED if name.startswith("phi3") else PLAIN
    if name == "rivulet-assistant":
        return LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj", "v_proj"])
    if name == "qwen2":
        return LoraConfig(r=4, lora_alpha=8, use_rslora=True, target_modules=["q_proj", "v_proj"])
    return LoraConfig(r=3, lora_alpha=6, target_modules=modules)


def continued(model, prompt, steps):
    tokens = list(prompt)
    for _ in range(steps):
        logits = model(torch.tensor([tokens])).logits[0, -1]
        best, second = torch.topk(logits, 2).values.tolist()
        if best - second < CLEAR * logits.abs().max().item():
            return None
        tokens.append(int(logits.argmax()))
    return tokens[len(prompt):]


def write(source, target):
    torch.manual_seed(7)
    base = AutoModelForCausalLM.from_pretrained(source, attn_implementation="eager", dtype=torch.float32)
    model = get_peft_model(base, config(source.name)).eval()
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, std=0.15)
    while True:
        prompt = torch.randint(3, 96, (9,)).tolist()
        greedy = continued(model, prompt, 8)
        if greedy:
            break
    logits = model(torch.tensor([prompt])).logits[0, -1]
    with model.disable_adapter():
        plain = model(torch.tensor([prompt])).logits[0, -1]
    assert (logits - plain).abs().max() > 0.1 * plain.abs().max(), source
    model.save_pretrained(target)
    (target / "README.md").unlink(missing_ok=True)
    rounded = [round(value, 6) for value in logits.tolist()]
    (target / "expected.json").write_text(json.dumps(dict(prompt=prompt, greedy=greedy, logits=rounded)) + "\n")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    targets = Path(sys.argv[1])
    for folder in sorted(map(Path, sys.argv[2:])):
        if folder.name != "phi3-longrope":  # The same modules as phi3; its reading of positions is no matter of adapters.
            write(folder, targets / folder.name)
