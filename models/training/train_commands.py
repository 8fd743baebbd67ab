"""Trains the command recogniser on the recordings of `GenerateSpeech`, calibrates it and writes its folder."""

import argparse
import json
import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # Before numpy: its threads wait for each other without a pause.

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from command_net import BLOCKS, KERNEL, STEM, CommandNet, folded
from log_mel import HOP, N_FFT, RATE, filters, recogniser_input
from precision import autocast

WINDOW, MELS = 38400, 40


def load(folder, split):
    """Inputs [n, MELS, WINDOW / HOP] and labels of a split; inputs are kept beside the recordings."""
    with open(os.path.join(folder, split + ".jsonl"), encoding="utf-8") as lines:
        labels = torch.tensor([json.loads(line)["label"] for line in lines])
    kept = os.path.join(folder, split + ".npy")
    if not os.path.exists(kept):
        pcm = np.memmap(os.path.join(folder, split + ".pcm"), dtype="<i2", mode="r").reshape(-1, WINDOW)
        triangles = filters(MELS)
        inputs = np.empty((len(pcm), MELS, WINDOW // HOP), dtype=np.float16)
        for row, samples in enumerate(pcm):
            inputs[row] = recogniser_input(samples / 32768.0, triangles)
        np.save(kept, inputs)
    return torch.from_numpy(np.load(kept)), labels


def blurred(inputs, generator):
    """Up to 6 bands and twice up to 16 frames of each recording are hidden (SpecAugment, Park et al. 2019), the rest is moved by up
    to a tenth of a second."""
    rows, mels, frames = inputs.shape
    band = torch.arange(mels)[None, :, None]
    frame = torch.arange(frames)[None, None, :]

    def drawn(most):
        return torch.randint(0, most, (rows, 1, 1), generator=generator)

    shift = int(torch.randint(-10, 11, (1,), generator=generator))
    inputs = torch.roll(inputs, shift, 2)
    for axis, length, most, times in ((band, mels, 7, 1), (frame, frames, 17, 2)):
        for _ in range(times):
            begin, width = drawn(length), drawn(most)
            inputs = inputs.masked_fill((axis >= begin) & (axis < begin + width), 0.0)
    return inputs


def train(network, inputs, labels, args):
    generator = torch.Generator().manual_seed(args.seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=args.lr, weight_decay=0.02)
    steps = args.epochs * (len(labels) // args.rows)
    began, step, average = time.time(), 0, None
    network.train()
    for epoch in range(args.epochs):
        order = torch.randperm(len(labels), generator=generator)
        for at in range(0, len(order) - args.rows + 1, args.rows):
            rows = order[at : at + args.rows]
            for group in optimizer.param_groups:
                group["lr"] = args.lr * min((step + 1) / 200, 0.5 + 0.5 * np.cos(np.pi * step / steps))
            with autocast():
                logits = network(blurred(inputs[rows].float(), generator))
            loss = F.cross_entropy(logits.float(), labels[rows], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
            average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
            step += 1
        print(f"epoch {epoch + 1} loss {average:.4f} {time.time() - began:.0f} s", flush=True)
    return step, average, time.time() - began


def logits_of(network, inputs):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(inputs[at : at + 256].float()) for at in range(0, len(inputs), 256)])


def temperature_of(logits, labels):
    """The divisor of the logits under which the labels are likeliest (Guo et al. 2017)."""
    candidates = np.linspace(0.3, 3, 136)
    losses = [F.cross_entropy(logits / t, labels).item() for t in candidates]
    return float(round(candidates[int(np.argmin(losses))], 2))


def accepted(logits, temperature):
    """Best command of each row, number 0 left out, and its probability among all classes."""
    probabilities = torch.softmax(logits / temperature, 1)[:, 1:]
    confidence, best = probabilities.max(1)
    return best + 1, confidence


def threshold_of(logits, labels, temperature, most):
    """The least confidence, in hundredths, that lets at most that share of other speech pass."""
    _, confidence = accepted(logits, temperature)
    other = confidence[labels == 0]
    for hundredths in range(30, 100):
        if (other >= hundredths / 100).float().mean() <= most:
            return hundredths / 100
    return 0.99


def figures(logits, labels, temperature, threshold):
    best, confidence = accepted(logits, temperature)
    sure, command = confidence >= threshold, labels > 0
    return {
        "commands": int(command.sum()),
        "others": int((~command).sum()),
        "command_accuracy": round((best == labels)[command].float().mean().item(), 4),
        "accepted_and_right": round((sure & (best == labels))[command].float().mean().item(), 4),
        "accepted_and_wrong": round((sure & (best != labels))[command].float().mean().item(), 4),
        "false_accepts": round(sure[~command].float().mean().item(), 4),
    }


def export(network, commands, temperature, threshold, folder):
    os.makedirs(folder, exist_ok=True)
    save_file(
        {name: tensor.half() for name, tensor in folded(network).items()},
        os.path.join(folder, "model.safetensors"),
        metadata={"format": "pt"},
    )
    names = ["other"] + [command["name"] for command in commands]
    config = {
        "architectures": ["RivuletCommandRecogniser"],
        "model_type": "rivulet_command_recogniser",
        "sampling_rate": RATE,
        "window_samples": WINDOW,
        "n_fft": N_FFT,
        "hop_length": HOP,
        "num_mel_bins": MELS,
        "kernel_size": KERNEL,
        "stem_channels": STEM,
        "block_channels": [channels for channels, _ in BLOCKS],
        "block_strides": [stride for _, stride in BLOCKS],
        "temperature": temperature,
        "threshold": threshold,
        "id2label": {str(number): name for number, name in enumerate(names)},
        "phrases": [""] + [command["phrase"] for command in commands],
    }
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file, indent=2)
        file.write("\n")


def fixture_sound():
    """A sound that any program can make: three tones that come and go."""
    at = np.arange(WINDOW) / RATE
    slow = np.sin(2 * np.pi * np.outer([3, 5, 2], at)) ** 2
    return (slow * np.sin(2 * np.pi * np.outer([440, 1300, 2900], at)) * np.array([[0.3], [0.2], [0.1]])).sum(0)


def write_fixture(folder, labels, path):
    """Logits that torch computes for that sound from the weights as they are shipped."""
    tensors = {name: tensor.float() for name, tensor in load_file(os.path.join(folder, "model.safetensors")).items()}
    inputs = torch.from_numpy(recogniser_input(fixture_sound(), filters(MELS))).float()[None]

    def convolution(name, x, stride):
        weight = tensors[name + ".weight"]
        return F.conv1d(x, weight, tensors[name + ".bias"], stride, padding=weight.shape[2] // 2)

    x = torch.relu(convolution("stem", inputs, 2))
    for number, (_, stride) in enumerate(BLOCKS):
        name = f"blocks.{number}"
        beside = convolution(name + ".shortcut", x, stride) if name + ".shortcut.weight" in tensors else x
        x = torch.relu(convolution(name + ".second", torch.relu(convolution(name + ".first", x, stride)), 1) + beside)
    logits = F.linear(torch.cat([x.mean(2), x.amax(2)], 1), tensors["classifier.weight"], tensors["classifier.bias"])
    assert logits.shape == (1, labels)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"logits": [round(value, 5) for value in logits[0].tolist()]}, file)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", required=True)
    parser.add_argument("--out", required=True, help="folder of the model")
    parser.add_argument("--report", required=True, help="file for figures")
    parser.add_argument("--fixture", required=True, help="file for what torch computes")
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--false-accepts", type=float, default=0.02, help="share of other speech that may pass, calibration voices")
    parser.add_argument("--seed", type=int, default=20261127)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    with open(os.path.join(args.recordings, "labels.json"), encoding="utf-8") as file:
        commands = json.load(file)
    inputs, labels = load(args.recordings, "train")
    network = CommandNet(MELS, len(commands) + 1)
    print(f"{sum(p.numel() for p in network.parameters())} parameters, {len(labels)} recordings", flush=True)
    steps, loss, seconds = train(network, inputs, labels, args)
    inputs, labels = load(args.recordings, "calibration")
    logits = logits_of(network, inputs)
    temperature = temperature_of(logits, labels)
    threshold = threshold_of(logits, labels, temperature, args.false_accepts)
    report = {
        "seed": args.seed,
        "steps": steps,
        "seconds": round(seconds),
        "loss": round(loss, 4),
        "parameters": sum(p.numel() for p in network.parameters()),
        "temperature": temperature,
        "threshold": threshold,
        "calibration": figures(logits, labels, temperature, threshold),
    }
    inputs, labels = load(args.recordings, "held-out")
    report["held_out"] = figures(logits_of(network, inputs), labels, temperature, threshold)
    export(network, commands, temperature, threshold, args.out)
    write_fixture(args.out, len(commands) + 1, args.fixture)
    with open(args.report, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
