#!/usr/bin/env python3
"""Compiles the hand-written test wordings to JSON Lines and checks them.

Usage: python3 compile.py            writes single-turn.jsonl and multi-turn.jsonl beside this file
       python3 compile.py --check    fails when the files on disk differ from what the sources give, or when
                                     README.md does not state their SHA-256

wordings.txt       one utterance a line:  intent | text with [slot:value] annotations
conversations.txt  conversations parted by blank lines, one user turn a line, same notation; the prefix "!" says that
                   the turn changes the subject and takes nothing over from the turns before it.
"""
import collections
import hashlib
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = json.loads((HERE.parent / "schema.json").read_text(encoding="utf-8"))
INTENTS = {intent["name"]: intent["slots"] for intent in SCHEMA["intents"]}
INVENTORY = {
    name: {value.casefold() for value in slot["pool"]}
    for name, slot in SCHEMA["slots"].items()
    if slot["kind"] == "inventory"
}
ANNOTATION = re.compile(r"\[([a-z]+):([^\]]+)\]")


def utf16_length(text):
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def slot_names(intent):
    """The alternatives of every slot an intent declares, e.g. [("device",), ("room", "floor")]."""
    return [tuple(declared.rstrip("?").split("|")) for declared in INTENTS[intent]]


def parse_text(annotated):
    """Splits annotated text into plain text and its slot spans."""
    text, slots, position = "", [], 0
    for match in ANNOTATION.finditer(annotated):
        text += annotated[position : match.start()]
        start = utf16_length(text)
        text += match[2]
        slots.append({"slot": match[1], "start": start, "end": utf16_length(text), "value": match[2]})
        position = match.end()
    return text + annotated[position:], slots


def parse_line(line):
    intent, _, annotated = line.partition(" | ")
    alone = intent.startswith("!")
    text, slots = parse_text(annotated.strip())
    return intent.lstrip("!").strip(), text, slots, alone


def resolve(intent, slots, memory):
    """The full slot map of a turn: what it says itself, else what the conversation remembers."""
    own = {slot["slot"]: slot["value"] for slot in slots}
    resolved = {}
    for alternatives in slot_names(intent):
        said = [name for name in alternatives if name in own]
        known = said or [name for name in alternatives if name in memory]
        if known:
            resolved[known[0]] = own.get(known[0], memory.get(known[0]))
    return resolved


def unmarked(text, slots, legal):
    """Inventory values of the intent's slots that stand in the text outside every annotated span."""
    for slot in slots:
        text = text.replace(slot["value"], "#", 1)
    return [
        value
        for name in sorted(legal & INVENTORY.keys())
        for value in INVENTORY[name]
        if re.search(rf"\b{re.escape(value)}\b", text.casefold())
    ]


def check(where, intent, text, slots, resolved):
    if re.search(r"[\[\]{}|]|  ", text) or text != text.strip() or not text:
        raise SystemExit(f"{where}: stray markup or blanks in {text!r}")
    legal = {name for alternatives in slot_names(intent) for name in alternatives}
    if len({slot["slot"] for slot in slots}) != len(slots):
        raise SystemExit(f"{where}: a slot occurs twice in {text!r}")
    for slot in slots:
        name, value = slot["slot"], slot["value"]
        if name not in legal:
            raise SystemExit(f"{where}: {intent} has no slot {name!r}")
        if utf16_slice(text, slot["start"], slot["end"]) != value:
            raise SystemExit(f"{where}: wrong offsets for {value!r} in {text!r}")
        if name in INVENTORY and value.casefold() not in INVENTORY[name]:
            raise SystemExit(f"{where}: {value!r} is not in the inventory of {name}")
    if left_over := unmarked(text, slots, legal):
        raise SystemExit(f"{where}: {left_over} not annotated in {text!r}")
    for declared, alternatives in zip(INTENTS[intent], slot_names(intent)):
        present = [name for name in alternatives if name in resolved]
        if len(present) > 1 or (not present and not declared.endswith("?")):
            raise SystemExit(f"{where}: {intent} needs {declared} in {text!r}, got {sorted(resolved)}")


def remember(memory, own):
    """What the conversation knows after a turn; naming a room displaces a floor and the other way round."""
    kept = dict(memory)
    if "room" in own or "floor" in own:
        kept.pop("room", None)
        kept.pop("floor", None)
    return {**kept, **own}


def turn(where, line, memory):
    intent, text, slots, alone = parse_line(line)
    if intent not in INTENTS:
        raise SystemExit(f"{where}: unknown intent {intent!r}")
    memory = remember({} if alone else memory, {slot["slot"]: slot["value"] for slot in slots})
    resolved = resolve(intent, slots, memory)
    check(where, intent, text, slots, resolved)
    return {"text": text, "intent": intent, "slots": slots, "resolved": resolved}, memory


def conversations(path):
    """Yields (first line number, lines) of every block; a block ends at a blank line."""
    block, first = [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() + [""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            first = number if not block else first
            block.append(line.strip())
        elif block:
            yield first, block
            block = []


def compile_file(path, prefix, single):
    records, seen = [], {}
    for first, block in conversations(path):
        groups = [(first + i, [line]) for i, line in enumerate(block)] if single else [(first, block)]
        for number, lines in groups:
            if not single and not 2 <= len(lines) <= 3:
                raise SystemExit(f"{path.name}:{number}: a conversation has 2 or 3 turns")
            turns, memory = [], {}
            for i, line in enumerate(lines):
                compiled, memory = turn(f"{path.name}:{number + i}", line, memory)
                turns.append(compiled)
            key = " / ".join(re.sub(r"[^\w%. ]", "", t["text"].casefold()) for t in turns)
            if key in seen:
                raise SystemExit(f"{path.name}:{number}: repeats line {seen[key]}")
            seen[key] = number
            records.append({"id": f"{prefix}-{len(records) + 1:04d}", "turns": turns})
    return records


def main():
    outputs = {}
    for source, target, prefix, single in (
        ("wordings.txt", "single-turn.jsonl", "s", True),
        ("conversations.txt", "multi-turn.jsonl", "m", False),
    ):
        records = compile_file(HERE / source, prefix, single)
        per_intent = collections.Counter(t["intent"] for r in records for t in r["turns"])
        if single and (missing := INTENTS.keys() - per_intent.keys()):
            raise SystemExit(f"{source}: no utterance for {sorted(missing)}")
        turns = sum(per_intent.values())
        slots = sum(len(t["slots"]) for r in records for t in r["turns"])
        print(f"{target}: {len(records)} records, {turns} turns, {slots} slot spans, {len(per_intent)} intents")
        outputs[target] = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
    for target, content in outputs.items():
        path = HERE / target
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_bytes() != content.encode("utf-8"):
                raise SystemExit(f"{target} differs from its source; run compile.py")
            if hashlib.sha256(content.encode("utf-8")).hexdigest() not in (HERE / "README.md").read_text("utf-8"):
                raise SystemExit(f"README.md does not state the SHA-256 of {target}; the test wordings are frozen")
        else:
            path.write_bytes(content.encode("utf-8"))


if __name__ == "__main__":
    main()
