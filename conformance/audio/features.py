"""Sounds in each kind of file, and the log-mel features that transformers computes from them. See README.md."""

import json
import pathlib
import sys

import numpy as np
import soundfile
from transformers import WhisperFeatureExtractor

RATE = 16_000


def glide(seconds, rate):
    """Tones that glide under an envelope: a little like speech in how its energy moves. `KindsTest` computes the same."""
    time = np.arange(int(seconds * rate)) / rate
    envelope = 0.5 + 0.5 * np.sin(2 * np.pi * 3 * time)
    tones = sum(np.sin(2 * np.pi * (f * time + f * 0.2 * time**2)) / (i + 1) for i, f in enumerate((170, 340, 910, 2300)))
    return (0.2 * envelope * tones).astype(np.float32)


def noisy(seconds):
    """The tones with noise, and silence at the end."""
    samples = glide(seconds, RATE) + np.float32(0.003) * np.random.default_rng(7).standard_normal(int(seconds * RATE))
    samples[-int(0.15 * RATE):] = 0
    return samples


def features(folder):
    """A sound of 1.23 s as WAV, its features alone and the first 130 frames of those of 30 s, little-endian floats by mel."""
    soundfile.write(folder / "glide.wav", noisy(1.23), RATE, subtype="PCM_16")
    samples, _ = soundfile.read(folder / "glide.wav", dtype="float32")
    for mels in (80, 128):
        extractor = WhisperFeatureExtractor(feature_size=mels)
        alone = extractor(samples, sampling_rate=RATE, padding="longest", return_tensors="np").input_features[0]
        padded = extractor(samples, sampling_rate=RATE, return_tensors="np").input_features[0]
        assert padded.shape == (mels, 3000) and np.ptp(padded[:, 130:]) == 0
        alone.astype("<f4").tofile(folder / f"glide-{mels}-alone.f32")
        padded[:, :130].astype("<f4").tofile(folder / f"glide-{mels}-padded.f32")


def kinds(folder):
    """The same tones at several rates, widths and channels, as libsndfile writes them."""
    for name, rate, channels, kind, subtype in (
        ("u8-8000.wav", 8000, 1, "WAV", "PCM_U8"),
        ("s24-44100-stereo.wav", 44100, 2, "WAV", "PCM_24"),
        ("s32-16000.wav", 16000, 1, "WAV", "PCM_32"),
        ("float-22050.wav", 22050, 1, "WAV", "FLOAT"),
        ("double-extensible.wav", 16000, 1, "WAVEX", "DOUBLE"),
        ("s16-44100-stereo.flac", 44100, 2, "FLAC", "PCM_16"),
        ("s24-16000.flac", 16000, 1, "FLAC", "PCM_24"),
        ("vorbis-44100-stereo.ogg", 44100, 2, "OGG", "VORBIS"),
        ("vorbis-16000.ogg", 16000, 1, "OGG", "VORBIS"),
        ("opus-48000-stereo.opus", 48000, 2, "OGG", "OPUS"),
        ("opus-16000.opus", 16000, 1, "OGG", "OPUS"),
        ("mp3-44100-stereo.mp3", 44100, 2, "MP3", "MPEG_LAYER_III"),
        ("mp3-16000.mp3", 16000, 1, "MP3", "MPEG_LAYER_III"),
    ):
        samples = glide(0.1 if "WAV" in kind else 0.5, rate)
        both = np.stack([samples, samples * 0.5], axis=1) if channels == 2 else samples
        soundfile.write(folder / name, both, rate, format=kind, subtype=subtype)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    features(target)
    kinds(target)
    print(json.dumps({path.name: path.stat().st_size for path in sorted(target.iterdir())}, indent=1))
