"""Measures an exported sketch model on drawings, by transformers alone: the processor, the template and greedy answers.

A caption is right if it names kind and state. A gauge is right if kind and unit are and its number is within 5 % of the
scale; counts of a floor plan are right if they are equal.
"""

import argparse
import json
import re

import sketch_data as data

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def plain(answer):
    text = answer.strip().rstrip(".").removeprefix("The sketch shows ")
    return text[:1].lower() + text[1:]


def right(line, answer):
    """Whether an answer names the drawing."""
    text, wanted = plain(answer), plain(line["phrase"])
    return close(line, text, wanted) if line["group"] == "gauge" else text == wanted


def close(line, text, wanted):
    """Whether two texts are the same but for their first number, and this within 5 % of the scale."""
    mine, gold = NUMBER.search(text), NUMBER.search(wanted)
    if not mine or NUMBER.sub("#", text, count=1) != NUMBER.sub("#", wanted, count=1):
        return False
    return abs(float(mine[0]) - float(gold[0])) <= 0.05 * line["end"] + 1e-9


def figures(lines, answers, judge=right):
    """Shares that are right: of all drawings, of each group."""
    groups = {}
    for line, answer in zip(lines, answers):
        for name in ("all", line["group"]):
            groups.setdefault(name, []).append(judge(line, answer))
    return {name: round(sum(marks) / len(marks), 3) for name, marks in sorted(groups.items())}


class Folder:
    """An exported model as transformers loads it."""

    def __init__(self, folder):
        import torch
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self.torch = torch
        self.processor = AutoProcessor.from_pretrained(folder)
        self.model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()

    def inputs(self, images, question):
        content = [{"type": "image"}, {"type": "text", "text": question}]
        prompt = self.processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
        return self.processor(images=[[i] for i in images], text=[prompt] * len(images), return_tensors="pt")

    def answers(self, images, question, rows=50):
        out = []
        for begin in range(0, len(images), rows):
            given = self.inputs(images[begin : begin + rows], question)
            with self.torch.no_grad():
                ids = self.model.generate(**given, do_sample=False, max_new_tokens=32)
            new = ids[:, given["input_ids"].shape[1] :]
            out += self.processor.batch_decode(new, skip_special_tokens=True)
        return out


def evaluate(folder, drawings):
    from PIL import Image

    images = [Image.fromarray(drawings.pixels[0][index]) for index in range(len(drawings))]
    captions = folder.answers(images, data.NAMING[0])
    report = {"drawings": len(drawings), "captions": figures(drawings.lines, captions)}
    gauges = [index for index, line in enumerate(drawings.lines) if line["group"] == "gauge"]
    read = folder.answers([images[index] for index in gauges], data.READING[0])
    lines = [drawings.lines[index] for index in gauges]
    marks = [close(line, answer.strip(), line["value"]) for line, answer in zip(lines, read)]
    report["readings"] = {"gauges": len(gauges), "within 5 %": round(sum(marks) / len(marks), 3)}
    return report, captions


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="the exported model")
    parser.add_argument("--drawings", required=True, help="a folder the generator wrote")
    parser.add_argument("--out", help="where to write the report")
    parser.add_argument("--misses", type=int, default=0, help="how many wrong captions to print")
    args = parser.parse_args()
    drawings = data.Drawings([args.drawings])
    report, captions = evaluate(Folder(args.folder), drawings)
    print(json.dumps(report, indent=2))
    wrong = [(line["phrase"], text) for line, text in zip(drawings.lines, captions) if not right(line, text)]
    for wanted, text in wrong[: args.misses]:
        print(f"{wanted}  <-  {text}")
    if args.out:
        with open(args.out, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
