"""Trains the exported intent classifier on, from the wider wordings, and writes the mean of several runs' weights.

The runs begin at the same weights and differ in what they see when, so that their mean is a model of its own: it is
better than each, and as small.
"""

import argparse
import json
import os
import random
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from averaging import copy_of, smooth
from bert import Bert, Shape
from evaluate import read_dialogues
from precision import autocast
from train_encoders import batches, encode, label_sets, load


class Classifier(torch.nn.Module):
    """The trunk and the intent's head, with the names of the exported folder."""

    def __init__(self, shape, intents):
        super().__init__()
        self.bert = Bert(shape)
        self.classifier = torch.nn.Linear(shape.hidden, intents)
        self.rate = shape.dropout

    def forward(self, ids, types, attend):
        _, pooled = self.bert(ids, types, attend)
        return self.classifier(F.dropout(pooled, self.rate, self.training))


def train(model, source, args, seed):
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0.02)
    averages, began, mean = copy_of(model), time.time(), None
    model.train()
    for step in range(args.steps):
        for group in optimizer.param_groups:
            group["lr"] = args.lr * min(1.0, step / 100 + 0.01, (args.steps - step) / (0.8 * args.steps))
        ids, types, attend, _, wanted = next(source)
        with autocast():
            logits = model(ids, types, attend)
        loss = F.cross_entropy(logits.float(), wanted, label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        if not torch.isfinite(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)):
            raise RuntimeError(f"seed {seed}: the gradient of step {step} is not finite")
        optimizer.step()
        smooth(averages, model, min(0.998, step / (step + 20)))
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 250 == 249:
            print(f"seed {seed} step {step + 1} loss {mean:.4f} {time.time() - began:.0f} s", flush=True)
    return averages, mean


@torch.no_grad()
def accuracy(model, tokenizer, intents, path):
    """Share of turns right; each sees the model's own intent of the turn before."""
    model.eval()
    right = turns = 0
    for dialogue in read_dialogues([path]):
        previous = ""
        for turn in dialogue["turns"]:
            ids, types, _ = encode(tokenizer, turn["text"], previous)
            ids = torch.tensor([ids])
            logits = model(ids, torch.tensor([types]), torch.ones_like(ids, dtype=torch.bool))
            previous = intents[int(logits.argmax())]
            right, turns = right + (previous == turn["intent"]), turns + 1
    return right / turns


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--folder", required=True, help="the exported classifier; its weights are replaced")
    parser.add_argument("--out", help="where to write the weights instead of the folder's")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--examples", type=int, default=110000, help="how many of the corpus")
    parser.add_argument("--rows", type=int, default=96)
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261123)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    file = os.path.join(args.folder, "model.safetensors")
    begin = {name: value.float() for name, value in load_file(file).items()}
    tokenizer = Tokenizer.from_file(os.path.join(args.folder, "tokenizer.json"))
    intents, tags = label_sets(args.schema)
    shape = Shape(vocab=tokenizer.get_vocab_size())
    model, runs = Classifier(shape, len(intents)), []
    for seed in range(args.seed, args.seed + args.runs):
        torch.manual_seed(seed)
        rng = random.Random(seed)
        path = os.path.join(args.corpus, "intents.jsonl")
        examples = load(path, tokenizer, intents, tags, rng, shape.positions)[: args.examples]
        model.load_state_dict(begin)
        averages, loss = train(model, batches(examples, args.rows, rng, tokenizer.token_to_id("[MASK]")), args, seed)
        runs.append(averages)
        report(model, runs, args, tokenizer, intents, seed, loss)
    out = args.out or file
    save_file({name: value.half().contiguous() for name, value in model.state_dict().items()}, out, {"format": "pt"})


def report(model, runs, args, tokenizer, intents, seed, loss):
    """Figures of the last run and of the mean of all so far, which the model holds afterwards."""
    figures = {"seed": seed, "runs": len(runs), "loss": round(loss, 3)}
    for kind, chosen in (("run", runs[-1:]), ("mean", runs)):
        model.load_state_dict({name: sum(run[name] for run in chosen) / len(chosen) for name in chosen[0]})
        for dev in ("dev", "intents-dev"):
            share = accuracy(model, tokenizer, intents, os.path.join(args.corpus, dev + ".jsonl"))
            figures[f"{kind}, {dev}"] = round(share, 4)
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
