"""A small BERT with the module names of Hugging Face, one trunk under two heads (intent and slot tags)."""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Shape:
    vocab: int = 2000
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    inner: int = 512
    positions: int = 128
    dropout: float = 0.1
    eps: float = 1e-12


class Embeddings(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.word_embeddings = nn.Embedding(s.vocab, s.hidden)
        self.position_embeddings = nn.Embedding(s.positions, s.hidden)
        self.token_type_embeddings = nn.Embedding(2, s.hidden)
        self.LayerNorm = nn.LayerNorm(s.hidden, eps=s.eps)

    def forward(self, ids, types):
        positions = torch.arange(ids.shape[1])
        x = self.word_embeddings(ids) + self.token_type_embeddings(types)
        return self.LayerNorm(x + self.position_embeddings(positions))


class SelfAttention(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.query = nn.Linear(s.hidden, s.hidden)
        self.key = nn.Linear(s.hidden, s.hidden)
        self.value = nn.Linear(s.hidden, s.hidden)
        self.s = s

    def forward(self, x, mask):
        batch, length, hidden = x.shape
        heads, width = self.s.heads, hidden // self.s.heads
        q = self.query(x).view(batch, length, heads, width).permute(0, 2, 1, 3)
        k = self.key(x).view(batch, length, heads, width).permute(0, 2, 3, 1)
        v = self.value(x).view(batch, length, heads, width).permute(0, 2, 1, 3)
        scores = q @ k * width**-0.5 + mask[:, None, None, :]
        weights = torch.softmax(scores.float(), dim=-1).to(v.dtype)
        weights = F.dropout(weights, self.s.dropout, self.training)
        return (weights @ v).permute(0, 2, 1, 3).reshape(batch, length, hidden)


class Output(nn.Module):
    def __init__(self, width, s):
        super().__init__()
        self.dense = nn.Linear(width, s.hidden)
        self.LayerNorm = nn.LayerNorm(s.hidden, eps=s.eps)
        self.rate = s.dropout

    def forward(self, x, residual):
        return self.LayerNorm(F.dropout(self.dense(x), self.rate, self.training) + residual)


class Attention(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.self = SelfAttention(s)
        self.output = Output(s.hidden, s)

    def forward(self, x, mask):
        return self.output(self.self(x, mask), x)


class Intermediate(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.dense = nn.Linear(s.hidden, s.inner)

    def forward(self, x):
        return F.gelu(self.dense(x))


class Layer(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.attention = Attention(s)
        self.intermediate = Intermediate(s)
        self.output = Output(s.inner, s)

    def forward(self, x, mask):
        x = self.attention(x, mask)
        return self.output(self.intermediate(x), x)


class Encoder(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.layer = nn.ModuleList(Layer(s) for _ in range(s.layers))


class Pooler(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.dense = nn.Linear(s.hidden, s.hidden)


class Bert(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.embeddings = Embeddings(s)
        self.encoder = Encoder(s)
        self.pooler = Pooler(s)

    def forward(self, ids, types, attend):
        mask = torch.where(attend, 0.0, -1e4)
        x = self.embeddings(ids, types)
        for layer in self.encoder.layer:
            x = layer(x, mask)
        return x, torch.tanh(self.pooler.dense(x[:, 0]))


class JointModel(nn.Module):
    """Intent from the pooled first token, tags from every token."""

    def __init__(self, s, intents, tags):
        super().__init__()
        self.shape = s
        self.bert = Bert(s)
        self.intent = nn.Linear(s.hidden, intents)
        self.tags = nn.Linear(s.hidden, tags)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.04)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, ids, types, attend):
        x, pooled = self.bert(ids, types, attend)
        rate = self.shape.dropout
        return (
            self.intent(F.dropout(pooled, rate, self.training)),
            self.tags(F.dropout(x, rate, self.training)),
        )
