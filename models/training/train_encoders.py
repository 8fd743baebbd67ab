"""Trains intent classifier and slot tagger on one trunk. Input: the utterance and, as second segment, the intent
of the turn before (empty at the start of a conversation)."""

import argparse
import json
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from averaging import copy_of, smooth
from bert import JointModel, Shape
from precision import autocast


def label_sets(schema_file):
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    intents = [intent["name"] for intent in schema["intents"]]
    tags = ["O"] + [f"{side}-{slot}" for slot in schema["slots"] for side in "BI"]
    return intents, tags


def encode(tokenizer, text, previous):
    """Token ids, segment ids and character offsets of the first segment (None elsewhere)."""
    encoding = tokenizer.encode(text, previous) if previous else tokenizer.encode(text)
    offsets = [
        o if sequence == 0 and o[1] > o[0] else None
        for o, sequence in zip(encoding.offsets, encoding.sequence_ids)
    ]
    return encoding.ids, encoding.type_ids, offsets


def starts_word(text, at):
    """Whether a token at this offset begins a word: a run of letters and digits, or one other character."""
    return at == 0 or not (text[at].isalnum() and text[at - 1].isalnum())


def tag_ids(text, offsets, slots, tags):
    """BIO tag of the first token of every word; -100 where no tag is asked for."""
    out = []
    for offset in offsets:
        if offset is None or not starts_word(text, offset[0]):
            out.append(-100)
            continue
        tag = "O"
        for slot in slots:
            if slot["start"] <= offset[0] < slot["end"]:
                tag = ("B-" if offset[0] == slot["start"] else "I-") + slot["slot"]
        out.append(tags[tag])
    return out


def load(path, tokenizer, intents, tags, rng, positions):
    intent_of = {name: i for i, name in enumerate(intents)}
    tag_of = {name: i for i, name in enumerate(tags)}
    examples = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            e = json.loads(line)
            previous = e["previous"]
            if not previous and rng.random() < 0.35:
                previous = rng.choice(intents)
            ids, types, offsets = encode(tokenizer, e["text"], previous)
            if len(ids) <= positions:
                labels = np.array(tag_ids(e["text"], offsets, e["slots"], tag_of), dtype=np.int64)
                examples.append((np.array(ids), np.array(types), labels, intent_of[e["intent"]]))
    return examples


def blurred(example, mask_id, rng):
    """The example with one word piece in ten outside the slots masked, so that no single word decides."""
    ids, types, labels, intent = example
    hide = (labels == 0) & (np.array([rng.random() for _ in labels]) < 0.1)
    return np.where(hide, mask_id, ids), types, labels, intent


def batches(examples, rows, rng, mask_id):
    while True:
        order = list(range(len(examples)))
        rng.shuffle(order)
        for begin in range(0, len(order), rows * 32):
            window = sorted(order[begin : begin + rows * 32], key=lambda i: len(examples[i][0]))
            groups = [window[i : i + rows] for i in range(0, len(window), rows)]
            rng.shuffle(groups)
            for group in groups:
                yield pad([blurred(examples[i], mask_id, rng) for i in group])


def pad(group):
    length = max(len(e[0]) for e in group)
    ids = torch.zeros(len(group), length, dtype=torch.long)
    types = torch.zeros_like(ids)
    labels = torch.full_like(ids, -100)
    attend = torch.zeros_like(ids, dtype=torch.bool)
    for row, (tokens, segments, tags, _) in enumerate(group):
        n = len(tokens)
        ids[row, :n] = torch.from_numpy(tokens)
        types[row, :n] = torch.from_numpy(segments)
        labels[row, :n] = torch.from_numpy(tags)
        attend[row, :n] = True
    return ids, types, attend, labels, torch.tensor([e[3] for e in group])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--rows", type=int, default=96)
    parser.add_argument("--lr", type=float, default=1.5e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop by then even if steps are left")
    parser.add_argument("--warm", help="checkpoint to start from")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    intents, tags = label_sets(args.schema)
    shape = Shape(vocab=tokenizer.get_vocab_size())
    model = JointModel(shape, len(intents), len(tags))
    if args.warm:
        model.load_state_dict(torch.load(args.warm)["model"])
    examples = load(
        os.path.join(args.corpus, "utterances.jsonl"), tokenizer, intents, tags, rng, shape.positions
    )
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(examples)} examples", flush=True)
    train(model, batches(examples, args.rows, rng, tokenizer.token_to_id("[MASK]")), args)


def train(model, source, args):
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0.01)
    averages, average, began, skipped = copy_of(model), None, time.time(), 0
    model.train()
    progress, step = 0.0, -1
    while progress < 1:
        step += 1
        for group in optimizer.param_groups:
            group["lr"] = args.lr * min(1.0, step / 200 + 0.01, (1 - progress) / 0.7)
        ids, types, attend, labels, wanted = next(source)
        with autocast():
            intent, tags = model(ids, types, attend)
        loss = F.cross_entropy(intent.float(), wanted, label_smoothing=0.05)
        loss = loss + F.cross_entropy(tags.float().flatten(0, 1), labels.flatten(), ignore_index=-100)
        progress = max((step + 1) / args.steps, (time.time() - began) / 60 / args.minutes)
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if not torch.isfinite(norm):
            skipped += 1
            if skipped > 20:
                raise RuntimeError(f"step {step}: gradient is not finite for the {skipped}th time")
            continue
        optimizer.step()
        smooth(averages, model, min(0.999, step / (step + 20)))
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if step % 100 == 99:
            print(f"step {step + 1} loss {average:.4f} {time.time() - began:.0f} s", flush=True)
        if step % 500 == 499:
            save(model, averages, args, step + 1, average, began)
    save(model, averages, args, step + 1, average, began)


def save(model, averages, args, step, average, began):
    state = {
        "model": model.state_dict(),
        "average": averages,
        "shape": vars(model.shape),
        "step": step,
        "loss": average,
        "seconds": time.time() - began,
        "seed": args.seed,
    }
    torch.save(state, args.out + ".part")
    os.replace(args.out + ".part", args.out)


if __name__ == "__main__":
    main()
