"""Reads the exported folders back: evaluation runs on what is shipped, not on checkpoints."""

import json
import os
import re

import torch
from jinja2.sandbox import ImmutableSandboxedEnvironment
from safetensors.torch import load_file
from tokenizers import Tokenizer

import bert
import llama
from train_encoders import starts_word


def read_json(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


class Assistant:
    """The decoder of a folder: chat messages in, greedy answer out."""

    def __init__(self, folder):
        c = read_json(folder, "config.json")
        shape = llama.Shape(
            c["vocab_size"], c["hidden_size"], c["num_hidden_layers"], c["num_attention_heads"],
            c["num_key_value_heads"], c["head_dim"], c["intermediate_size"], c["max_position_embeddings"],
            c["rope_theta"], c["rms_norm_eps"],
        )
        self.model = llama.Decoder(shape).eval()
        weights = load_file(os.path.join(folder, "model.safetensors"))
        self.model.load_state_dict({k.removeprefix("model."): v.float() for k, v in weights.items()})
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        template = read_json(folder, "tokenizer_config.json")["chat_template"]
        self.template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(template)
        self.ends = set(read_json(folder, "generation_config.json")["eos_token_id"])

    def render(self, messages, add_generation_prompt=True):
        return self.template.render(messages=messages, add_generation_prompt=add_generation_prompt)

    @torch.no_grad()
    def answers(self, conversations, limit=48, rows=48):
        """Greedy answers to many conversations."""
        prompts = [self.tokenizer.encode(self.render(c)).ids for c in conversations]
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        out = [""] * len(prompts)
        for begin in range(0, len(order), rows):
            group = order[begin : begin + rows]
            for index, ids in zip(group, self.greedy([prompts[i] for i in group], limit)):
                out[index] = self.tokenizer.decode(ids).strip()
        return out

    def greedy(self, prompts, limit):
        """Greedy continuations of right-padded rows, keys and values kept."""
        cache = Cache(self.model, [len(p) for p in prompts], limit)
        batch = torch.zeros(len(prompts), max(len(p) for p in prompts), dtype=torch.long)
        for row, prompt in enumerate(prompts):
            batch[row, : len(prompt)] = torch.tensor(prompt)
        chosen = cache.prefill(batch)
        out = [[] for _ in prompts]
        done = [False] * len(prompts)
        for _ in range(limit):
            for row, token in enumerate(chosen.tolist()):
                done[row] = done[row] or token in self.ends
                if not done[row]:
                    out[row].append(token)
            if all(done):
                break
            chosen = cache.step(chosen)
        return out


class Cache:
    """Incremental decoding of one batch; rows may have prompts of different lengths."""

    def __init__(self, model, lengths, limit):
        s = model.shape
        self.model, self.s = model, s
        self.lengths = torch.tensor(lengths)
        size = max(lengths) + limit
        self.k = torch.zeros(s.layers, len(lengths), s.kv_heads, size, s.head)
        self.v = torch.zeros_like(self.k)

    def prefill(self, ids):
        positions = torch.arange(ids.shape[1]).expand(len(ids), -1)
        x = self.run(ids, positions)
        rows = torch.arange(len(ids))
        return self.model.logits(x[rows, self.lengths - 1]).argmax(-1)

    def step(self, tokens):
        x = self.run(tokens[:, None], self.lengths[:, None])
        self.lengths = self.lengths + 1
        return self.model.logits(x[:, -1]).argmax(-1)

    def run(self, ids, positions):
        x = self.model.embed_tokens(ids)
        reach = int(positions.max()) + 1
        seen = torch.arange(reach)[None, None, :] <= positions[:, :, None]
        mask = torch.where(seen, 0.0, float("-inf"))[:, None]
        for index, layer in enumerate(self.model.layers):
            h = self.attend(index, layer.self_attn, layer.input_layernorm(x), positions, mask)
            x = x + h
            x = x + layer.mlp(layer.post_attention_layernorm(x))
        return self.model.norm(x)

    def attend(self, index, weights, x, positions, mask):
        s = self.s
        batch, length, _ = x.shape
        q = self.rotate(weights.q_proj(x).view(batch, length, s.heads, s.head), positions)
        k = self.rotate(weights.k_proj(x).view(batch, length, s.kv_heads, s.head), positions)
        v = weights.v_proj(x).view(batch, length, s.kv_heads, s.head)
        rows = torch.arange(batch)[:, None].expand_as(positions)
        self.k[index].transpose(1, 2)[rows, positions] = k
        self.v[index].transpose(1, 2)[rows, positions] = v
        reach = mask.shape[-1]
        group = s.heads // s.kv_heads
        keys = self.k[index, :, :, :reach].repeat_interleave(group, dim=1)
        values = self.v[index, :, :, :reach].repeat_interleave(group, dim=1)
        scores = q.transpose(1, 2) @ keys.transpose(2, 3) * s.head**-0.5 + mask
        out = torch.softmax(scores, dim=-1) @ values
        return weights.o_proj(out.transpose(1, 2).reshape(batch, length, s.heads * s.head))

    def rotate(self, x, positions):
        cos, sin = self.model.cos[positions], self.model.sin[positions]
        half = self.s.head // 2
        low, high = x[..., :half], x[..., half:]
        return torch.cat([low * cos - high * sin, high * cos + low * sin], dim=-1)


class EncoderFolder:
    """One BERT folder with its head."""

    def __init__(self, folder):
        c = read_json(folder, "config.json")
        shape = bert.Shape(
            c["vocab_size"], c["hidden_size"], c["num_hidden_layers"], c["num_attention_heads"],
            c["intermediate_size"], c["max_position_embeddings"], 0.0, c["layer_norm_eps"],
        )
        self.labels = [c["id2label"][str(i)] for i in range(len(c["id2label"]))]
        weights = {k: v.float() for k, v in load_file(os.path.join(folder, "model.safetensors")).items()}
        self.trunk = bert.Bert(shape).eval()
        trunk = {k.removeprefix("bert."): v for k, v in weights.items() if k.startswith("bert.")}
        missing, unexpected = self.trunk.load_state_dict(trunk, strict=False)
        if unexpected or any("pooler" not in name for name in missing):
            raise ValueError(f"{folder}: missing {missing}, unexpected {unexpected}")
        self.weight, self.bias = weights["classifier.weight"], weights["classifier.bias"]
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))

    @torch.no_grad()
    def run(self, text, previous):
        encoding = self.tokenizer.encode(text, previous) if previous else self.tokenizer.encode(text)
        ids = torch.tensor([encoding.ids])
        types = torch.tensor([encoding.type_ids])
        hidden, pooled = self.trunk(ids, types, torch.ones_like(ids, dtype=torch.bool))
        return encoding, hidden[0], pooled[0]

    def intent(self, text, previous):
        _, _, pooled = self.run(text, previous)
        return self.labels[int((self.weight @ pooled + self.bias).argmax())]

    def spans(self, text, previous):
        """Slot spans: the first token of a word decides for the word; a B tag opens a span, I tags of the same slot
        prolong it, an I tag alone opens one."""
        encoding, hidden, _ = self.run(text, previous)
        tags = (hidden @ self.weight.T + self.bias).argmax(-1).tolist()
        spans = []
        open_span = None
        for tag, offset, sequence in zip(tags, encoding.offsets, encoding.sequence_ids):
            if sequence != 0:
                continue
            if not starts_word(text, offset[0]):
                if open_span:
                    open_span["end"] = offset[1]
                continue
            label = self.labels[tag]
            slot = label[2:]
            if label == "O":
                open_span = None
            elif label.startswith("I-") and open_span and open_span["slot"] == slot:
                open_span["end"] = offset[1]
            else:
                open_span = {"slot": slot, "start": offset[0], "end": offset[1]}
                spans.append(open_span)
        for span in spans:
            span["value"] = text[span["start"] : span["end"]]
        return spans


def normal(text):
    """How values and answers are compared: no case, one space, no leading article or preposition."""
    plain = re.sub(r"\s+", " ", text.casefold()).strip()
    return re.sub(r"^((the|a|an|on|at|in|for|by|to|from) )+", "", plain)
