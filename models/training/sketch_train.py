"""Trains the sketch model on the generator's drawings: first the vision tower under simple heads, then the rest on it.

Products are in bfloat16 where the processor has it (`precision.py`), sums and weights in 32 bits.
"""

import argparse
import copy
import json
import os
import time

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

import averaging
import sketch_data as data
from muon import Muon
from sketch_model import Aids, Sketches, config


def tokenizer(lines, vocab):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=data.SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(data.texts(lines), trainer)
    return made


def optimizers(modules, rate):
    matrices, others = [], []
    for module in modules:
        for name, weight in module.named_parameters():
            block = weight.ndim == 2 and ".layers." in name
            (matrices if block else others).append(weight)
    return Muon(matrices, rate), torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.01)


def scale(step, steps):
    """Warm-up over the first 30 steps, level, and a fall to zero over the last 30 %."""
    return min(1.0, (step + 1) / 30, (steps - step) / (0.3 * steps))


class Course:
    """What both stages share: the drawings, the model with its heads, and a smoothed copy that is looked at and kept."""

    def __init__(self, args, drawings, dev, model, aids):
        self.args, self.drawings, self.dev = args, drawings, dev
        self.both = torch.nn.ModuleDict({"model": model, "aids": aids})
        self.smooth = copy.deepcopy(self.both)
        self.random = np.random.default_rng(args.seed)
        self.order = np.array([], dtype=int)

    def batch(self):
        if len(self.order) < self.args.batch:
            self.drawings.refresh()
            easy = np.array([line["group"] in ("device", "symbol") for line in self.drawings.lines])
            kept = ~easy | (self.random.random(len(easy)) < self.args.easy)
            self.order = self.random.permutation(np.flatnonzero(kept))
        indices, self.order = self.order[: self.args.batch], self.order[self.args.batch :]
        return self.drawings.images(indices, self.random), [self.drawings.lines[index] for index in indices]

    def save(self, averages, name):
        self.smooth.load_state_dict(averages)
        torch.save(averages, os.path.join(self.args.out, name + ".pt"))

    def run(self, name, steps, modules, loss_of, rate, look, each=100):
        muon, adam = optimizers(modules, rate)
        averages = averaging.copy_of(self.both)
        begin, total, loss = time.time(), 0.0, 0.0
        for step in range(steps):
            share = scale(step, steps)
            adam.param_groups[0]["lr"] = rate * share
            loss = loss_of()
            if not torch.isfinite(loss):
                raise RuntimeError(f"{name}: the loss of step {step} is {loss}")
            muon.zero_grad()
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(adam.param_groups[0]["params"], 1.0)
            muon.step(share)
            adam.step()
            averaging.smooth(averages, self.both, min(0.98, (step + 1) / (step + 11)))
            total += float(loss.detach())
            if (step + 1) % each == 0 or step + 1 == steps:
                mean, total = total / ((step % each) + 1), 0.0
                self.save(averages, name)
                print(f"{name} step {step + 1} loss {mean:.3f} {time.time() - begin:.0f}s "
                      f"cpu {time.process_time():.0f}s {look()}", flush=True)
        return mean


def pretrain(course, steps, rate):
    model, aids = course.both["model"], course.both["aids"]

    def loss_of():
        images, lines = course.batch()
        return aids.loss(model.patches(images), lines)

    def look():
        with torch.no_grad():
            patches = course.smooth["model"].patches(course.dev.images(np.arange(len(course.dev))))
            return course.smooth["aids"].right(patches, course.dev.lines)

    tower = torch.nn.ModuleList([model.whole.model.vision_model])
    return course.run("tower", steps, [tower, aids], loss_of, rate, look)


def text_batch(words, lines, random):
    """Right-padded token ids and, for each position, the next token of the answer or -100."""
    rows, starts = [], []
    for line in lines:
        asked, answer = data.question(line, random)
        before = words(data.prompt(asked, random.random() < 0.8))
        rows.append(before + words(answer) + words(data.END))
        starts.append(len(before))
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    targets = torch.full_like(ids, -100)
    for at, (row, start) in enumerate(zip(rows, starts)):
        ids[at, : len(row)] = torch.tensor(row)
        targets[at, start - 1 : len(row) - 1] = torch.tensor(row[start:])
    return ids, targets


def cached_words(made):
    kept = {}

    def words(text):
        if text not in kept:
            kept[text] = made.encode(text).ids
        return kept[text]

    return words


def train_whole(course, made, steps, rate, frozen):
    """Trains the connector and the decoder; the tower too, its heads beside them, unless it is frozen."""
    model, aids, words = course.both["model"], course.both["aids"], cached_words(made)

    def loss_of():
        images, lines = course.batch()
        ids, targets = text_batch(words, lines, course.random)
        with torch.set_grad_enabled(not frozen):
            patches = model.patches(images)
        loss = torch.nn.functional.cross_entropy(model.logits(ids, patches).flatten(0, 1), targets.flatten())
        return loss if frozen else loss + 0.3 * aids.loss(patches, lines)

    def look():
        return accuracy(course.smooth["model"], made, course.dev)

    parts = model.whole.model
    modules = [parts.connector, torch.nn.ModuleList([parts.text_model])]
    if not frozen:
        modules += [torch.nn.ModuleList([parts.vision_model]), aids]
    return course.run("whole" if frozen else "joint", steps, modules, loss_of, rate, look)


def accuracy(model, made, drawings):
    """By group, the share of drawings named rightly; a gauge may be 5 % of its scale off."""
    import sketch_evaluate as evaluation

    asked = made.encode(data.prompt(data.NAMING[0])).ids
    ids = model.answers([asked] * len(drawings), drawings.images(np.arange(len(drawings))), made.token_to_id(data.END))
    return evaluation.figures(drawings.lines, [made.decode(row) for row in ids])


def begin_from(both, kept):
    """Takes weights over, but for embeddings of another tokenizer."""
    shapes = {name: value.shape for name, value in both.state_dict().items()}
    fitting = {name: value for name, value in kept.items() if value.shape == shapes[name]}
    both.load_state_dict(fitting, strict=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", nargs="+", required=True, help="folders the generator wrote")
    parser.add_argument("--dev", required=True, help="a folder of other drawings in the trained styles")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--easy", type=float, default=0.5, help="part of the devices and signs seen in each pass")
    parser.add_argument("--tower-steps", type=int, default=1800)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--joint-steps", type=int, default=0)
    parser.add_argument("--vision", type=int, nargs=2, default=[4, 128], help="layers and width")
    parser.add_argument("--text", type=int, nargs=2, default=[3, 192], help="layers and width")
    parser.add_argument("--tower", help="weights to start from, instead of training a tower")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    drawings, dev = data.Drawings(args.drawings), data.Drawings([args.dev])
    made = tokenizer(drawings.lines, 1024)
    ids = {name: made.token_to_id(name) for name in data.SPECIAL}
    model = Sketches(config(made.get_vocab_size(), ids, *args.vision, *args.text))
    aids = Aids(sorted({line["kind"] for line in drawings.lines}), args.vision[1])
    weights = sum(p.numel() for p in model.parameters())
    print(f"{len(drawings)} drawings, {weights:,} parameters, {made.get_vocab_size()} tokens", flush=True)
    os.makedirs(args.out, exist_ok=True)
    made.save(os.path.join(args.out, "tokenizer.json"))
    course = Course(args, drawings, dev, model, aids)
    begin = time.time()
    if args.tower:
        begin_from(course.both, torch.load(args.tower))
    loss = 0.0
    if args.tower_steps:
        pretrain(course, args.tower_steps, args.rate)
        course.both.load_state_dict(course.smooth.state_dict())
    if args.steps:
        loss = train_whole(course, made, args.steps, args.rate, True)
        course.both.load_state_dict(course.smooth.state_dict())
    if args.joint_steps:
        loss = train_whole(course, made, args.joint_steps, args.rate / 2, False)
    course.smooth["model"].whole.save_pretrained(os.path.join(args.out, "checkpoint"))
    record = {"seed": args.seed, "drawings": len(drawings), "batch": args.batch, "tower_steps": args.tower_steps,
              "steps": args.steps, "joint_steps": args.joint_steps, "loss": loss, "minutes": (time.time() - begin) / 60, "parameters": weights}
    with open(os.path.join(args.out, "training.json"), "w", encoding="utf-8") as file:
        json.dump(record, file, indent=2)


if __name__ == "__main__":
    main()
