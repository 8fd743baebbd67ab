"""Drawings of the generator, the questions asked about them and the answers learned."""

import json
import os

import numpy as np
import torch

SIZE = 96
IMAGE, AROUND, GLOBAL = "<image>", "<fake_token_around_image>", "<global-img>"
START, END, PAD = "<|im_start|>", "<end_of_utterance>", "<|endoftext|>"
SPECIAL = [PAD, START, END, IMAGE, AROUND, GLOBAL]
IMAGE_TOKENS = 16
MEAN, DEVIATION = 0.85, 0.25

NAMING = ["What is drawn?", "What is in the sketch?", "What do you see?"]
TELLING = ["Describe the sketch.", "Describe the picture."]
READING = ["What does the gauge show?", "Read the gauge."]
COUNTED = ["room", "door", "window"]


class Drawings:
    """The drawings of several folders, pixels mapped into memory."""

    def __init__(self, folders):
        self.lines, self.pixels = [], []
        for folder in folders:
            with open(os.path.join(folder, "drawings.jsonl"), encoding="utf-8") as lines:
                part = [json.loads(line) for line in lines]
            pixels = np.memmap(os.path.join(folder, "drawings.rgb"), np.uint8, "r", shape=(len(part), SIZE, SIZE, 3))
            self.lines += part
            self.pixels.append(pixels)
        self.begins = np.cumsum([0] + [len(p) for p in self.pixels])

    def __len__(self):
        return len(self.lines)

    def images(self, indices):
        """Channels first; paper is about 0 and ink about -3."""
        parts = np.searchsorted(self.begins, indices, side="right") - 1
        rows = [self.pixels[part][index - self.begins[part]] for part, index in zip(parts, indices)]
        return torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2).float().div(255).sub(MEAN).div(DEVIATION)


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
