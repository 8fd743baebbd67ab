"""Trains the decoder on the generated chats. Fixed seed, fixed token budget, loss on assistant tokens only."""

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
from llama import Decoder, Shape
from muon import Muon
from precision import COMPUTE, autocast


def encode_chats(path, tokenizer, positions):
    """Every chat as (token ids, mask of the positions whose token is a target)."""
    start, end = tokenizer.token_to_id("<|im_start|>"), tokenizer.token_to_id("<|im_end|>")
    break_ids = tokenizer.encode("\n").ids
    roles = {role: [start] + tokenizer.encode(role + "\n").ids for role in ("system", "user", "assistant")}
    chats = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            chat = json.loads(line)
            messages = chat["messages"]
            contents = tokenizer.encode_batch([m["content"] for m in messages])
            ids, mask = [], []
            for index, (message, content) in enumerate(zip(messages, contents)):
                role = message["role"]
                target = role == "assistant" and (chat["train"] == "all" or index == len(messages) - 1)
                body = content.ids + [end]
                ids += roles[role] + body + break_ids
                mask += [0] * len(roles[role]) + [int(target)] * len(body) + [0] * len(break_ids)
            if len(ids) <= positions:
                chats.append((np.array(ids, dtype=np.int16), np.array(mask, dtype=np.int8)))
    return chats


def batches(chats, size, rng):
    """Endless batches of about `size` tokens, chats of like length together, right-padded."""
    while True:
        order = list(range(len(chats)))
        rng.shuffle(order)
        for begin in range(0, len(order), 4096):
            window = sorted(order[begin : begin + 4096], key=lambda i: len(chats[i][0]))
            groups, group = [], []
            for index in window:
                if group and (len(group) + 1) * len(chats[index][0]) > size:
                    groups.append(group)
                    group = []
                group.append(index)
            groups.append(group)
            rng.shuffle(groups)
            for group in groups:
                yield pad([chats[i] for i in group])


def pad(group):
    length = max(len(ids) for ids, _ in group)
    ids = np.zeros((len(group), length), dtype=np.int64)
    mask = np.zeros((len(group), length), dtype=bool)
    for row, (tokens, targets) in enumerate(group):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(targets)] = targets
    return torch.from_numpy(ids), torch.from_numpy(mask)


def copying(size, vocab, rng):
    """Random tokens said twice: what grows induction heads early."""
    length = rng.choice([12, 24, 48])
    rows = size // (2 * length)
    half = torch.tensor([[rng.randrange(3, vocab) for _ in range(length)] for _ in range(rows)])
    ids = torch.cat([half, half], dim=1)
    mask = torch.zeros_like(ids, dtype=torch.bool)
    mask[:, length + 1 :] = True
    return ids, mask


def rate(progress):
    """Warm-up over the first 2 %, constant, linear to zero over the last 45 %."""
    return min(1.0, progress / 0.02, max(0.0, (1 - progress) / 0.45)) + 1e-4


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True, help="checkpoint file")
    parser.add_argument("--tokens", type=float, default=12e6, help="token budget")
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop by then even if the budget is not spent")
    parser.add_argument("--warm", help="checkpoint to start from")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    shape = Shape(vocab=tokenizer.get_vocab_size())
    model = Decoder(shape)
    if args.warm:
        model.load_state_dict(torch.load(args.warm)["model"])
    chats = encode_chats(os.path.join(args.corpus, "chats.jsonl"), tokenizer, shape.positions)
    total = sum(len(ids) for ids, _ in chats)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(chats)} chats, {total} tokens", flush=True)
    train(model, batches(chats, args.batch, rng), args, rng)


def train(model, source, args, rng):
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "layers" in n]
    others = [p for n, p in model.named_parameters() if p.dim() != 2 or "layers" not in n]
    muon = Muon(matrices, args.lr)
    adam = torch.optim.AdamW(others, lr=args.lr, betas=(0.9, 0.95), weight_decay=0.0)
    averages = copy_of(model)
    seen, step, average, began, skipped = 0, 0, None, time.time(), 0
    progress = 0.0
    while progress < 1:
        copy = not args.warm and (progress < 0.03 or (progress < 0.3 and step % 10 == 0))
        ids, mask = copying(args.batch, model.shape.vocab, rng) if copy else next(source)
        loss = loss_of(model, ids, mask)
        adam.zero_grad()
        muon.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if not torch.isfinite(norm) or not torch.isfinite(loss):
            skipped += 1
            if skipped > 20:
                raise RuntimeError(f"step {step}: loss or gradient is not finite for the {skipped}th time")
            continue
        scale = rate(progress)
        for group in adam.param_groups:
            group["lr"] = args.lr * scale
        adam.step()
        muon.step(scale)
        smooth(averages, model, min(0.995, step / (step + 20)))
        seen += ids.numel()
        step += 1
        progress = max(seen / args.tokens, (time.time() - began) / 60 / args.minutes)
        if not copy:
            average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if step % 50 == 0:
            speed = seen / (time.time() - began)
            print(
                f"step {step} tokens {seen} loss {average or loss.item():.4f}"
                f" rate {scale:.3f} {speed:.0f} tokens/s {time.time() - began:.0f} s",
                flush=True,
            )
        if step % 200 == 0:
            save(model, averages, args, step, seen, average, began)
    save(model, averages, args, step, seen, average, began)


def loss_of(model, ids, mask):
    with autocast():
        hidden = model.hidden(ids, COMPUTE)
        logits = model.logits(hidden[:, :-1][mask[:, 1:]])
    return F.cross_entropy(logits.float(), ids[:, 1:][mask[:, 1:]])


def save(model, averages, args, step, seen, average, began):
    state = {
        "model": model.state_dict(),
        "average": averages,
        "shape": vars(model.shape),
        "step": step,
        "tokens": seen,
        "loss": average,
        "seconds": time.time() - began,
        "seed": args.seed,
    }
    torch.save(state, args.out + ".part")
    os.replace(args.out + ".part", args.out)


if __name__ == "__main__":
    main()
