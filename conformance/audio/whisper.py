"""A tiny random Whisper checkpoint, and what transformers computes with it on the CPU. See README.md."""

import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from features import RATE, glide  # noqa: E402

torch.set_num_threads(1)
LANGUAGES = ["en", "de", "ja"]
TEXTS = ["turn on the light in room twelve", "it is warm in here, open the window", "schalte das Licht aus"]
POSITIONS = 64
LONG = 40


def tokenizer(folder):
    """Bytes, a few merges, and the special tokens in Whisper's order, among them 1501 timestamps."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=[], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator(TEXTS * 3, trainer)
    special = ["<|endoftext|>", "<|startoftranscript|>"] + [f"<|{name}|>" for name in LANGUAGES]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    made.add_special_tokens(special)
    made.add_tokens([f"<|{i * 0.02:.2f}|>" for i in range(1501)])
    made.save(str(folder / "tokenizer.json"))
    return made


def checkpoint(folder, words):
    size = words.get_vocab_size()
    identity = words.token_to_id
    end = identity("<|endoftext|>")
    torch.manual_seed(11)
    config = WhisperConfig(
        vocab_size=size, num_mel_bins=80, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_source_positions=1500,
        max_target_positions=POSITIONS, init_std=0.4, bos_token_id=end, eos_token_id=end, pad_token_id=end,
        decoder_start_token_id=identity("<|startoftranscript|>"), suppress_tokens=None, begin_suppress_tokens=None,
    )
    model = WhisperForConditionalGeneration(config).eval()
    with torch.no_grad():
        for name, values in model.named_parameters():
            if "layer_norm.weight" in name:
                values.normal_(1, 0.2)
            elif name.endswith("bias"):
                values.normal_(0, 0.2)
        # Without this the logits of so small a model say little about where in the sound it is.
        model.model.decoder.embed_positions.weight.mul_(2)
        for values in model.parameters():
            values.copy_(values.to(torch.float16).to(torch.float32))
    model.generation_config = GenerationConfig(
        max_length=POSITIONS, bos_token_id=end, eos_token_id=end, pad_token_id=end,
        decoder_start_token_id=identity("<|startoftranscript|>"), no_timestamps_token_id=identity("<|notimestamps|>"),
        prev_sot_token_id=identity("<|startofprev|>"), is_multilingual=True, max_initial_timestamp_index=50,
        lang_to_id={f"<|{name}|>": identity(f"<|{name}|>") for name in LANGUAGES},
        task_to_id={"transcribe": identity("<|transcribe|>"), "translate": identity("<|translate|>")},
        suppress_tokens=[3, 9, identity("<|startoftranscript|>"), identity("<|translate|>"), identity("<|transcribe|>"),
                         identity("<|startoflm|>"), identity("<|startofprev|>"), identity("<|nospeech|>")],
        begin_suppress_tokens=[identity("a"), end], return_timestamps=False,
    )
    model.save_pretrained(folder)
    weights = load_file(folder / "model.safetensors")
    save_file({name: values.to(torch.float16) for name, values in weights.items()}, folder / "model.safetensors", {"format": "pt"})
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80, "n_fft": 400, "hop_length": 160}))
    return model


def scattered(numbers):
    """Numbers from -1 to 1 that look random, by a hash that `WhisperFixtures` computes too."""
    mixed = (numbers.astype(np.uint64) * 0x9E3779B1) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> np.uint64(15))) * 0x85EBCA77) & 0xFFFFFFFF
    mixed = mixed ^ (mixed >> np.uint64(13))
    return mixed.astype(np.float64) / 2**31 - 1


def bursts(seconds):
    """Noise whose loudness changes each second, so that windows differ."""
    places = np.arange(seconds * RATE)
    loud = np.maximum(0, scattered(places // RATE + 77))
    return (0.2 * loud * scattered(places)).astype(np.float32)


def segments(run):
    return [
        {"start": float(each["start"]), "end": float(each["end"]), "tokens": each["tokens"].tolist()}
        for each in run["segments"][0]
    ]


def expected(model, words):
    short = glide(8, RATE)
    long = bursts(LONG)
    extractor = WhisperFeatureExtractor()
    window = torch.tensor(extractor(short, sampling_rate=RATE, return_tensors="np").input_features)
    whole = torch.tensor(extractor(long, sampling_rate=RATE, padding="longest", truncation=False, return_tensors="np").input_features)
    identity = words.token_to_id
    forced = [identity(f"<|{name}|>") for name in ("startofprev",)] + [40, 41] + [
        identity(f"<|{name}|>") for name in ("startoftranscript", "de", "translate", "notimestamps")] + [70, 71, 80]
    with torch.no_grad():
        hidden = model.model.encoder(window).last_hidden_state[0]
        logits = model(window, decoder_input_ids=torch.tensor([forced])).logits[0]
        language = int(model.detect_language(window)[0])
        plain = model.generate(window, language="en", task="transcribe", return_timestamps=False)[0].tolist()
        timed = model.generate(window, language="de", task="translate", return_timestamps=True, return_segments=True)
        prompted = model.generate(
            window, language="en", task="transcribe", return_timestamps=True, return_segments=True,
            prompt_ids=torch.tensor([identity("<|startofprev|>"), 40, 41, 42]),
        )
        runs = {}
        for condition in (False, True):
            runs[condition] = segments(model.generate(
                whole, language="en", task="transcribe", return_timestamps=True, return_segments=True,
                condition_on_prev_tokens=condition,
            ))
        strict = model.generate(
            whole, language="en", task="transcribe", return_timestamps=True, return_segments=True, temperature=0.0,
            logprob_threshold=-0.5, no_speech_threshold=1e-4, compression_ratio_threshold=1.35,
        )
    return {
        "seconds": 8, "longSeconds": LONG, "language": language, "forced": forced,
        "hiddenFrames": [0, 1, 2, 399, 400, 749, 1498, 1499],
        "hidden": hidden[[0, 1, 2, 399, 400, 749, 1498, 1499]].flatten().tolist(),
        "logits": logits[[2, 3, 6, 9]][:, ::7].flatten().tolist(), "logitRows": [2, 3, 6, 9],
        "plain": plain, "timed": segments(timed), "prompted": segments(prompted),
        "longForm": runs[False], "longConditioned": runs[True], "longStrict": segments(strict),
    }


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    made = tokenizer(target)
    network = checkpoint(target, made)
    result = expected(network, made)
    (target / "expected.json").write_text(json.dumps(result))
    print(json.dumps({path.name: path.stat().st_size for path in sorted(target.iterdir())}, indent=1))
    for name in ("plain", "timed", "prompted", "longForm", "longConditioned", "longStrict"):
        print(name, str(result[name])[:600])
