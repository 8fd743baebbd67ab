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
    def answers(self, conversations, limit=48, rows=32):
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
        ids = [list(p) for p in prompts]
        open_rows = list(range(len(ids)))
        for _ in range(limit):
            length = max(len(ids[i]) for i in open_rows)
            batch = torch.zeros(len(open_rows), length, dtype=torch.long)
            for row, i in enumerate(open_rows):
                batch[row, : len(ids[i])] = torch.tensor(ids[i])
            hidden = self.model.hidden(batch)
            last = torch.tensor([len(ids[i]) - 1 for i in open_rows])
            chosen = self.model.logits(hidden[torch.arange(len(open_rows)), last]).argmax(-1).tolist()
            for i, token in zip(list(open_rows), chosen):
                if token in self.ends:
                    open_rows.remove(i)
                else:
                    ids[i].append(token)
            if not open_rows:
                break
        return [full[len(p) :] for full, p in zip(ids, prompts)]


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
        """Slot spans: a B tag opens one, I tags of the same slot prolong it, an I tag alone opens one."""
        encoding, hidden, _ = self.run(text, previous)
        tags = (hidden @ self.weight.T + self.bias).argmax(-1).tolist()
        spans = []
        open_span = None
        for tag, offset, sequence in zip(tags, encoding.offsets, encoding.sequence_ids):
            if sequence != 0:
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
