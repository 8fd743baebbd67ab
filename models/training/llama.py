"""The decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU, tied embeddings.

Parameter names and layouts are those of a Hugging Face LlamaForCausalLM, so export is a copy.
"""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Shape:
    vocab: int = 1024
    hidden: int = 192
    layers: int = 6
    heads: int = 6
    kv_heads: int = 2
    head: int = 32
    inner: int = 512
    positions: int = 1024
    theta: float = 10000.0
    eps: float = 1e-5


class Norm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight, self.eps)


class Attention(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s = s
        self.q_proj = nn.Linear(s.hidden, s.heads * s.head, bias=False)
        self.k_proj = nn.Linear(s.hidden, s.kv_heads * s.head, bias=False)
        self.v_proj = nn.Linear(s.hidden, s.kv_heads * s.head, bias=False)
        self.o_proj = nn.Linear(s.heads * s.head, s.hidden, bias=False)

    def forward(self, x, cos, sin, future):
        s = self.s
        batch, length, _ = x.shape
        weight = torch.cat([self.q_proj.weight, self.k_proj.weight, self.v_proj.weight])
        qkv = F.linear(x, weight).view(batch, length, s.heads + 2 * s.kv_heads, s.head)
        rotated, v = qkv.split([s.heads + s.kv_heads, s.kv_heads], dim=2)
        half = s.head // 2
        a, b = rotated[..., :half], rotated[..., half:]
        rotated = torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)
        group = s.heads // s.kv_heads
        q, k = rotated.split([s.heads, s.kv_heads], dim=2)
        q = q.view(batch, length, s.kv_heads, group, s.head).permute(0, 2, 3, 1, 4)
        q = q.reshape(batch * s.kv_heads, group * length, s.head) * s.head**-0.5
        k = k.permute(0, 2, 3, 1).reshape(batch * s.kv_heads, s.head, length)
        v = v.transpose(1, 2).reshape(batch * s.kv_heads, length, s.head)
        scores = torch.bmm(q, k).view(batch * s.kv_heads, group, length, length) + future
        weights = torch.softmax(scores, dim=-1, dtype=scores.dtype).view(-1, group * length, length)
        out = torch.bmm(weights, v).view(batch, s.kv_heads, group, length, s.head)
        return self.o_proj(out.permute(0, 3, 1, 2, 4).reshape(batch, length, s.heads * s.head))


class Mlp(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.gate_proj = nn.Linear(s.hidden, s.inner, bias=False)
        self.up_proj = nn.Linear(s.hidden, s.inner, bias=False)
        self.down_proj = nn.Linear(s.inner, s.hidden, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.input_layernorm = Norm(s.hidden, s.eps)
        self.self_attn = Attention(s)
        self.post_attention_layernorm = Norm(s.hidden, s.eps)
        self.mlp = Mlp(s)

    def forward(self, x, cos, sin, future):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, future)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.shape = s
        self.embed_tokens = nn.Embedding(s.vocab, s.hidden)
        self.layers = nn.ModuleList(Block(s) for _ in range(s.layers))
        self.norm = Norm(s.hidden, s.eps)
        inverse = s.theta ** (-torch.arange(0, s.head, 2).float() / s.head)
        angles = torch.outer(torch.arange(s.positions).float(), inverse)
        self.register_buffer("cos", angles.cos()[:, None, :], persistent=False)
        self.register_buffer("sin", angles.sin()[:, None, :], persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                scale = (2 * s.layers) ** -0.5 if name.endswith(("o_proj.weight", "down_proj.weight")) else 1.0
                nn.init.normal_(weight, std=0.05 * scale)

    def hidden(self, ids, dtype=torch.float32):
        x = self.embed_tokens(ids)
        length = ids.shape[1]
        cos, sin = self.cos[:length].to(dtype), self.sin[:length].to(dtype)
        future = torch.full((length, length), float("-inf"), dtype=dtype).triu(1)
        for layer in self.layers:
            x = layer(x, cos, sin, future)
        return self.norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.embed_tokens.weight)
