"""The sketch model: transformers' Idefics3 at a small size, and a forward pass of it for drawings of one size."""

import math

import torch
from torch import nn
from torch.nn import functional
from transformers import Idefics3Config, Idefics3ForConditionalGeneration

import sketch_data as data
from precision import COMPUTE, autocast

PATCH = 12


def config(vocab, ids, vision_layers, vision_hidden, text_layers, text_hidden):
    return Idefics3Config(
        image_token_id=ids[data.IMAGE],
        scale_factor=2,
        tie_word_embeddings=True,
        pad_token_id=ids[data.PAD],
        vision_config={
            "hidden_size": vision_hidden,
            "intermediate_size": 2 * vision_hidden,
            "num_hidden_layers": vision_layers,
            "num_attention_heads": vision_hidden // 32,
            "image_size": data.SIZE,
            "patch_size": PATCH,
            "hidden_act": "gelu_pytorch_tanh",
            "layer_norm_eps": 1e-6,
        },
        text_config={
            "model_type": "llama",
            "vocab_size": vocab,
            "hidden_size": text_hidden,
            "intermediate_size": 2 * text_hidden + 128,
            "num_hidden_layers": text_layers,
            "num_attention_heads": text_hidden // 32,
            "num_key_value_heads": 2,
            "head_dim": 32,
            "max_position_embeddings": 512,
            "rope_theta": 10000.0,
            "rms_norm_eps": 1e-5,
            "tie_word_embeddings": True,
            "bos_token_id": ids[data.START],
            "eos_token_id": ids[data.END],
            "pad_token_id": ids[data.PAD],
        },
    )


def cosines(count):
    """The first basis images of a cosine transform of a patch, slow waves first: count x patch x patch."""
    at = torch.arange(PATCH) + 0.5
    waves = torch.stack([torch.cos(math.pi * k * at / PATCH) for k in range(PATCH)])
    waves = waves / waves.norm(dim=1, keepdim=True)
    order = sorted(((u, v) for u in range(PATCH) for v in range(PATCH)), key=lambda uv: (uv[0] + uv[1], uv))
    return torch.stack([torch.outer(waves[u], waves[v]) for u, v in order[:count]])


def places(side, width):
    """Sines and cosines of row and column of each patch."""
    rates = 2 ** torch.linspace(-1, math.log2(side) - 1, width // 4) * math.pi / side
    turns = torch.arange(side)[:, None] * rates
    one = torch.cat([turns.sin(), turns.cos()], 1)
    return torch.cat([one[:, None].expand(-1, side, -1), one[None].expand(side, -1, -1)], 2).flatten(0, 1)


@torch.no_grad()
def well_begun(whole):
    """Starts the tower from a picture's waves and places instead of noise: it learns several times as fast."""
    embeddings = whole.model.vision_model.embeddings
    weight = embeddings.patch_embedding.weight
    weight.copy_(cosines(len(weight))[:, None].expand_as(weight) / 3 * 0.5)
    embeddings.patch_embedding.bias.zero_()
    embeddings.position_embedding.weight.copy_(places(data.SIZE // PATCH, weight.shape[0]) * 0.5)


class Aids(nn.Module):
    """Heads on the mean of the patches, for training alone: kind, counts of a plan, and the needle as a distribution."""

    BINS = 51

    def __init__(self, kinds, hidden):
        super().__init__()
        self.kinds = {kind: index for index, kind in enumerate(kinds)}
        self.inner = nn.Sequential(nn.Linear(hidden, 2 * hidden), nn.GELU())
        self.outer = nn.Linear(2 * hidden, len(kinds) + 4 + 3 + 3 + self.BINS)

    def parts(self, patches):
        return self.outer(self.inner(patches.mean(1)).float()).split([len(self.kinds), 4, 3, 3, self.BINS], -1)

    def targets(self, lines):
        kind = torch.tensor([self.kinds[line["kind"]] for line in lines])
        counts = [
            torch.tensor([line.get(name, -100 + low) - low for line in lines])
            for name, low in (("rooms", 1), ("doors", 1), ("windows", 0))
        ]
        return kind, counts, torch.tensor([line.get("share", -1.0) for line in lines])

    def loss(self, patches, lines):
        kind, counts, share = self.targets(lines)
        kinds, rooms, doors, windows, needle = self.parts(patches)
        loss = functional.cross_entropy(kinds, kind)
        plans = counts[0] >= 0
        if plans.any():
            for logits, count, weight in zip((rooms, doors, windows), counts, (3, 0.7, 0.7)):
                loss = loss + functional.cross_entropy(logits[plans], count[plans]) * plans.float().mean() * weight
        gauges = share >= 0
        if gauges.any():
            bins = torch.linspace(0, 1, self.BINS)
            soft = torch.softmax(-((bins - share[gauges, None]) / 0.025).square() / 2, -1)
            loss = loss + functional.cross_entropy(needle[gauges], soft) * gauges.float().mean() * 2.5
        return loss

    @torch.no_grad()
    def right(self, patches, lines):
        """Shares of drawings right by these heads: kinds; rooms, doors, windows of plans; gauges within 5 %."""
        kind, counts, share = self.targets(lines)
        kinds, rooms, doors, windows, needle = self.parts(patches)
        plans, gauges = counts[0] >= 0, share >= 0
        figures = [(kinds.argmax(-1) == kind).float().mean()]
        for logits, count in zip((rooms, doors, windows), counts):
            figures.append((logits[plans].argmax(-1) == count[plans]).float().mean())
        read = needle.argmax(-1) / (self.BINS - 1)
        figures.append(((read - share).abs() <= 0.05)[gauges].float().mean())
        return [round(float(figure), 3) for figure in figures]


def linear(layer, x):
    return functional.linear(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype))


def normed(norm, x):
    return norm(x).to(COMPUTE)


def attended(attention, x):
    """Self-attention without a mask, in plain sums: the ready-made one steps back slowly through bfloat16 on a CPU."""
    batch, length, width = x.shape
    heads = attention.num_heads
    parts = (attention.q_proj, attention.k_proj, attention.v_proj)
    q, k, v = (linear(part, x).view(batch, length, heads, -1).transpose(1, 2) for part in parts)
    weights = torch.softmax(q * (width // heads) ** -0.5 @ k.transpose(2, 3), -1)
    return linear(attention.out_proj, (weights @ v).transpose(1, 2).reshape(batch, length, width))


class Sketches(nn.Module):
    """Images of one size and prompts with the image at a known place: the same sums as transformers' own pass."""

    def __init__(self, configuration):
        super().__init__()
        self.whole = Idefics3ForConditionalGeneration(configuration)
        self.whole.set_attn_implementation("eager")
        well_begun(self.whole)
        self.image_token = configuration.image_token_id

    def patches(self, images):
        tower = self.whole.model.vision_model
        x = tower.embeddings.patch_embedding(images).flatten(2).transpose(1, 2)
        x = x + tower.embeddings.position_embedding.weight
        for layer in tower.encoder.layers:
            x = x + attended(layer.self_attn, normed(layer.layer_norm1, x)).float()
            inner = functional.gelu(linear(layer.mlp.fc1, normed(layer.layer_norm2, x)), approximate="tanh")
            x = x + linear(layer.mlp.fc2, inner).float()
        return tower.post_layernorm(x)

    def logits(self, ids, patches):
        text = self.whole.model.text_model
        with autocast():
            soft = self.whole.model.connector(patches)
            x = text.embed_tokens(ids)
            x = x.masked_scatter((ids == self.image_token)[..., None], soft.to(x.dtype))
            return self.whole.lm_head(text(inputs_embeds=x, use_cache=False).last_hidden_state).float()

    @torch.no_grad()
    def answers(self, prompts, images, end, limit=32):
        """Greedy answers to prompts of one length each, as token ids."""
        patches = self.patches(images)
        out = [[] for _ in prompts]
        for length in sorted({len(p) for p in prompts}):
            rows = [i for i, p in enumerate(prompts) if len(p) == length]
            ids = torch.tensor([prompts[i] for i in rows])
            open_rows = torch.ones(len(rows), dtype=torch.bool)
            for _ in range(limit):
                token = self.logits(ids, patches[rows])[:, -1].argmax(-1)
                open_rows &= token != end
                if not open_rows.any():
                    break
                for at, row in enumerate(rows):
                    if open_rows[at]:
                        out[row].append(int(token[at]))
                ids = torch.cat([ids, token[:, None]], 1)
        return out
