"""Drawings of the generator, the questions asked about them and the answers learned."""

import glob
import json
import os

import numpy as np
import torch

SIZE = 96
IMAGE, AROUND, GLOBAL = "<image>", "<fake_token_around_image>", "<global-img>"
START, END, PAD = "<|im_start|>", "<end_of_utterance>", "<|endoftext|>"
SPECIAL = [PAD, START, END, IMAGE, AROUND, GLOBAL]
IMAGE_TOKENS = 16
SHIFT = 4
MEAN, DEVIATION = 0.85, 0.25

NAMING = ["What is drawn?", "What is in the sketch?", "What do you see?"]
TELLING = ["Describe the sketch.", "Describe the picture."]
READING = ["What does the gauge show?", "Read the gauge."]
COUNTED = ["room", "door", "window"]


class Drawings:
    """The drawings of the folders that patterns name, pixels mapped into memory."""

    def __init__(self, patterns):
        self.patterns, self.folders, self.lines, self.pixels = patterns, set(), [], []
        self.refresh()

    def refresh(self):
        """Takes in the folders that have been written since."""
        for folder in sorted(folder for pattern in self.patterns for folder in glob.glob(pattern)):
            if folder not in self.folders:
                self.folders.add(folder)
                self.take(folder)
        self.begins = np.cumsum([0] + [len(p) for p in self.pixels])

    def take(self, folder):
        with open(os.path.join(folder, "drawings.jsonl"), encoding="utf-8") as lines:
            part = [json.loads(line) for line in lines]
        file = os.path.join(folder, "drawings.rgb")
        self.pixels.append(np.memmap(file, np.uint8, "r", shape=(len(part), SIZE, SIZE, 3)))
        self.lines += part

    def __len__(self):
        return len(self.lines)

    def images(self, indices, random=None):
        """Channels first; paper is about 0 and ink about -3. With a generator, each moved by up to four pixels."""
        parts = np.searchsorted(self.begins, indices, side="right") - 1
        rows = np.stack([self.pixels[part][index - self.begins[part]] for part, index in zip(parts, indices)])
        if random is not None:
            rows = moved(rows, random)
        return torch.from_numpy(rows).permute(0, 3, 1, 2).float().div(255).sub(MEAN).div(DEVIATION)


def moved(rows, random):
    """The same drawings elsewhere on the sheet; the edge is drawn out over what comes free."""
    at = np.arange(SIZE)
    out = np.empty_like(rows)
    for row, (down, right) in enumerate(random.integers(-SHIFT, SHIFT + 1, (len(rows), 2))):
        out[row] = rows[row][np.clip(at + down, 0, SIZE - 1)][:, np.clip(at + right, 0, SIZE - 1)]
    return out


def sentence(phrase):
    return phrase[0].upper() + phrase[1:] + "."


def told(line):
    return "The sketch shows " + line["phrase"] + "."


def counted(count, noun):
    return f"{count} {noun}" + ("" if count == 1 else "s")


def question(line, random):
    """A question about a drawing and its answer; which one is drawn from a numpy generator."""
    dice = random.random()
    if dice < 0.6:
        return NAMING[random.integers(len(NAMING))], sentence(line["phrase"])
    if dice < 0.75:
        return TELLING[random.integers(len(TELLING))], told(line)
    reading = READING[random.integers(len(READING))]
    if line["group"] == "gauge":
        return reading, line["value"]
    noun = COUNTED[random.integers(len(COUNTED))]
    counting = f"How many {noun}s are there?"
    if line["group"] == "plan":
        return counting, counted(line[noun + "s"], noun)
    if dice < 0.8:
        return reading, "There is no gauge in the sketch."
    if dice < 0.85:
        return counting, "There is no floor plan in the sketch."
    return NAMING[0], sentence(line["phrase"])


def prompt(text, image_first=True):
    """What the chat template and the processor make of one image and a text."""
    image = AROUND + GLOBAL + IMAGE * IMAGE_TOKENS + AROUND
    content = image + text if image_first else text + image
    return f"{START}user\n{content}{END}\n{START}assistant\n"


def texts(lines):
    """All that the tokenizer has to know, once each."""
    seen = set(NAMING + TELLING + READING + ["user\n", "assistant\n"])
    seen |= {f"How many {noun}s are there?" for noun in COUNTED}
    seen |= {"There is no gauge in the sketch.", "There is no floor plan in the sketch."}
    for line in lines:
        seen |= {sentence(line["phrase"]), told(line)}
    return sorted(seen)
