"""Measures the exported folders on held-out and on frozen test wordings; definitions are in models/README.md."""

import argparse
import json
import os
import re

import torch

from folders import Assistant, EncoderFolder, normal

CLAIMS = re.compile(
    r"\b(i have|i've|i|we have) (now |just )?(locked|unlocked|opened|silenced|muted|disarmed)\b"
    r"|\bis now (locked|unlocked|open|closed|silent|silenced|off)\b"
    r"|^(locking|unlocking|silencing) (the )?\w+( \w+)?( now)?\.",
    re.IGNORECASE,
)


class Resolution:
    """Completes the slots of a turn from the conversation; the same rules as dev.rivulet.models.Resolution."""

    def __init__(self, schema):
        self.rules = {i["name"]: i["slots"] for i in schema["intents"]}
        self.memory, self.age, self.intent, self.turn = {}, {}, "", 0

    def resolve(self, intent, named):
        open_rules = [r for r in self.rules[intent] if not r.endswith("?") and not named.keys() & set(r.split("|"))]
        leans = intent == self.intent or bool(open_rules)
        resolved = {}
        for rule in self.rules[intent]:
            slot = self.pick(rule, named, leans)
            if slot:
                resolved[slot] = named.get(slot, self.memory.get(slot))
        self.turn += 1
        for slot, value in resolved.items():
            self.memory[slot], self.age[slot] = value, self.turn
        self.intent = intent
        return resolved

    def pick(self, rule, named, leans):
        names = rule.removesuffix("?").split("|")
        for name in names:
            if name in named:
                return name
        usable = [name for name in names if name in self.memory and (leans or not rule.endswith("?"))]
        return max(usable, key=lambda name: self.age[name], default="")


def read_dialogues(paths):
    dialogues = []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            dialogues += [json.loads(line) for line in lines if line.strip()]
    return dialogues


def understand(dialogues, intents, slots, schema):
    """Predicted intent, spans and resolved values of every turn, from the models alone."""
    for dialogue in dialogues:
        memory = Resolution(schema)
        for turn in dialogue["turns"]:
            previous = memory.intent
            turn["seen_intent"] = intents.intent(turn["text"], previous)
            turn["seen_spans"] = slots.spans(turn["text"], previous)
            named = {span["slot"]: span["value"] for span in turn["seen_spans"]}
            turn["seen_values"] = memory.resolve(turn["seen_intent"], named)


def encoder_figures(dialogues):
    turns = [turn for dialogue in dialogues for turn in dialogue["turns"]]
    hits = sum(turn["seen_intent"] == turn["intent"] for turn in turns)
    right = found = wanted = exact = 0
    for turn in turns:
        gold = {(s["slot"], s["start"], s["end"]) for s in turn["slots"]}
        seen = {(s["slot"], s["start"], s["end"]) for s in turn["seen_spans"]}
        right, found, wanted = right + len(gold & seen), found + len(seen), wanted + len(gold)
        exact += gold == seen
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    return {
        "intent_accuracy": hits / len(turns),
        "slot_precision": precision,
        "slot_recall": recall,
        "slot_f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "all_spans_exact": exact / len(turns),
    }


def spans_prompt(intent, values):
    return "\n".join([f"intent: {intent}"] + [f"{slot}: {value}" for slot, value in values.items()])


def converse(dialogues, assistant, with_spans):
    """The assistant answers every turn; its own answers are the history of later turns."""
    key = "spans_answer" if with_spans else "plain_answer"
    for depth in range(max(len(d["turns"]) for d in dialogues)):
        turns, conversations = [], []
        for dialogue in dialogues:
            if depth >= len(dialogue["turns"]):
                continue
            turn = dialogue["turns"][depth]
            messages = []
            if with_spans:
                content = spans_prompt(turn["seen_intent"], turn["seen_values"])
                messages.append({"role": "system", "content": content})
            for before in dialogue["turns"][:depth]:
                messages.append({"role": "user", "content": before["text"]})
                messages.append({"role": "assistant", "content": before[key]})
            messages.append({"role": "user", "content": turn["text"]})
            turns.append(turn)
            conversations.append(messages)
        for turn, answer in zip(turns, assistant.answers(conversations)):
            turn[key] = answer


def answer_right(turn, answer):
    said = re.sub(r"\s+", " ", answer.casefold())
    return all(normal(value) in said for value in turn["resolved"].values())


def decoder_figures(dialogues, key):
    turns = [turn for dialogue in dialogues for turn in dialogue["turns"]]
    slotted = [turn for turn in turns if turn["resolved"]]
    guarded = [turn for turn in turns if turn["intent"].split(".")[0] in ("door", "alarm")]
    return {
        "all_slot_values_right": sum(answer_right(t, t[key]) for t in slotted) / max(len(slotted), 1),
        "first_turns": share([d["turns"][0] for d in dialogues if d["turns"][0]["resolved"]], key),
        "follow_ups": share([t for d in dialogues for t in d["turns"][1:] if t["resolved"]], key),
        "turns_with_slots": len(slotted),
        "door_or_alarm_turns": len(guarded),
        "claimed_actions": sum(bool(CLAIMS.search(t[key])) for t in guarded),
    }


def share(turns, key):
    return sum(answer_right(turn, turn[key]) for turn in turns) / max(len(turns), 1)


def measure(name, dialogues, models, schema):
    assistant, intents, slots = models
    understand(dialogues, intents, slots, schema)
    converse(dialogues, assistant, False)
    converse(dialogues, assistant, True)
    return {
        "set": name,
        "conversations": len(dialogues),
        "turns": sum(len(d["turns"]) for d in dialogues),
        "encoders": encoder_figures(dialogues),
        "decoder_plain": decoder_figures(dialogues, "plain_answer"),
        "decoder_with_spans": decoder_figures(dialogues, "spans_answer"),
    }


def table(results):
    print(f"{'set':8} {'turns':>6} {'intent':>7} {'slot F1':>8} {'plain':>7} {'with spans':>11} {'claims':>7}")
    for r in results:
        plain, spans = r["decoder_plain"], r["decoder_with_spans"]
        print(
            f"{r['set']:8} {r['turns']:6} {r['encoders']['intent_accuracy']:7.1%} {r['encoders']['slot_f1']:8.1%}"
            f" {plain['all_slot_values_right']:7.1%} {spans['all_slot_values_right']:11.1%}"
            f" {plain['claimed_actions'] + spans['claimed_actions']:7}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--artefacts", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--dev", help="held-out wordings of the generator")
    parser.add_argument("--test", nargs="*", default=[], help="frozen test files")
    parser.add_argument("--limit", type=int, default=1000000, help="conversations per set")
    parser.add_argument("--out", help="where to write the figures as JSON")
    parser.add_argument("--misses", help="where to write the turns of the dev set that went wrong")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with open(args.schema, encoding="utf-8") as file:
        schema = json.load(file)
    models = (
        Assistant(os.path.join(args.artefacts, "rivulet-assistant")),
        EncoderFolder(os.path.join(args.artefacts, "rivulet-intent")),
        EncoderFolder(os.path.join(args.artefacts, "rivulet-slots")),
    )
    results = []
    if args.dev:
        dev = read_dialogues([args.dev])[: args.limit]
        results.append(measure("dev", dev, models, schema))
        if args.misses:
            write_misses(dev, args.misses)
    if args.test:
        results.append(measure("test", read_dialogues(args.test)[: args.limit], models, schema))
    table(results)
    if args.out:
        with open(args.out, "w", encoding="utf-8") as file:
            json.dump({"results": results}, file, indent=2)
            file.write("\n")


def write_misses(dialogues, path):
    with open(path, "w", encoding="utf-8") as out:
        for turn in (turn for dialogue in dialogues for turn in dialogue["turns"]):
            plain, spans = answer_right(turn, turn["plain_answer"]), answer_right(turn, turn["spans_answer"])
            if not plain or not spans or turn["seen_intent"] != turn["intent"]:
                out.write(json.dumps({"plain": plain, "spans": spans, **turn}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
