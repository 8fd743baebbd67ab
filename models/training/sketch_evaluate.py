"""Measures the sketch model on drawings: the share of captions that name kind and state, and of gauges read within 5 %."""

import re

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def right(line, answer):
    """Whether an answer names the drawing. A gauge's number may be off by 5 % of the scale; all else must be equal."""
    wanted = line["phrase"]
    text = answer.strip().rstrip(".")
    text = text.removeprefix("The sketch shows ")
    text = text[:1].lower() + text[1:]
    if wanted.startswith("an L"):
        text = text[:1].lower() + text[1:]
    if line["group"] != "gauge":
        return text == wanted
    mine, gold = NUMBER.search(text), NUMBER.search(wanted)
    if not mine or NUMBER.sub("#", text, count=1) != NUMBER.sub("#", wanted, count=1):
        return False
    return abs(float(mine[0]) - float(gold[0])) <= 0.05 * line["end"] + 1e-9


def figures(lines, answers):
    groups = {}
    for line, answer in zip(lines, answers):
        for name in ("all", line["group"]):
            groups.setdefault(name, []).append(right(line, answer))
    return {name: round(sum(marks) / len(marks), 3) for name, marks in sorted(groups.items())}
