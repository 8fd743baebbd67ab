"""Writes the model card of the command recogniser from the report of `train_commands.py`."""

import argparse
import json
import os


def percent(value):
    return f"{100 * value:.1f} %"


def row(name, figures):
    shares = [figures[key] for key in ("command_accuracy", "accepted_and_right", "accepted_and_wrong", "false_accepts")]
    return f"| {name} | {figures['commands']:,} | {figures['others']:,} | " + " | ".join(map(percent, shares)) + " |"


def card(report, config):
    return f"""---
language: en
pipeline_tag: audio-classification
---
# Rivulet command recogniser

A small residual network of convolutions over time (after TC-ResNet) that tells {len(config['phrases']) - 1} spoken commands of a
building apart, and from everything else.

- Parameters: {report['parameters']:,} while training; normalisations are folded into the convolutions, float16.
- Input: a window of 2.4 s at 16 kHz as {config['num_mel_bins']} log-mel bands of Whisper's front end, less the largest value, plus one.
- Data: spoken by espeak-ng from `models/src/main/resources/dev/rivulet/models/commands`; no recording of people. 24 voices to
  train, 4 to calibrate, 8 held out. White, pink and babble noise, reverberation of up to 0.7 s, gain, place in the window.
- Seed: {report['seed']}
- Training: {report['steps']:,} steps, {report['seconds'] / 60:.0f} minutes on part of one core; recipe `models/train-commands`. Loss at
  the end: {report['loss']}
- Temperature {config['temperature']}, threshold {config['threshold']}: both from the calibration voices, the threshold so that at most
  2 % of their other speech and noise passes.

## Figures
| voices | commands | other speech and noise | likeliest command right | sure and right | sure and wrong | other taken for a command |
|---|---|---|---|---|---|---|
{row('calibration, 3 to 30 dB over the noise', report['calibration'])}
{row('held out, 5 to 25 dB over the noise', report['held_out'])}

"Sure" is a confidence of at least the threshold. `./rivulet bench commands --generated` measures the held-out voices again, through the
product's own runtime.

## Limits
- It has heard one synthesiser only. How it does with people is not known; measure before it opens a door.
- English, and the wordings of `commands.txt`; another wording of the same wish is mostly unsure.
- One command in a window; speech that goes on for longer is no command.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", required=True)
    parser.add_argument("--folder", required=True)
    args = parser.parse_args()
    with open(args.report, encoding="utf-8") as file:
        report = json.load(file)
    with open(os.path.join(args.folder, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    with open(os.path.join(args.folder, "README.md"), "w", encoding="utf-8") as file:
        file.write(card(report, config))


if __name__ == "__main__":
    main()
