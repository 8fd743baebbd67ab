"""The log-mel front end of the Whisper family (Radford et al. 2022), in numpy: 16 kHz, Hann window of 400 samples, hop 160,
reflected edges, Slaney's mel filters, log10 cut off 8 below the loudest, (x + 4) / 4. The product computes the same in
`libs/audio-input`."""

import numpy as np

RATE, N_FFT, HOP = 16000, 400, 160


def to_mel(hertz):
    hertz = np.asarray(hertz, dtype=np.float64)
    return np.where(hertz < 1000, hertz * 3 / 200, 15 + 27 * np.log(np.maximum(hertz, 1e-9) / 1000) / np.log(6.4))


def to_hertz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) * (mel - 15) / 27))


def filters(mels):
    """[mels, N_FFT / 2 + 1] triangles of equal area."""
    bins = np.arange(N_FFT // 2 + 1) * RATE / N_FFT
    edges = to_hertz(np.linspace(to_mel(0), to_mel(RATE / 2), mels + 2))
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def log_mel(samples, triangles):
    """[mels, len(samples) / HOP] of float samples."""
    window = np.hanning(N_FFT + 1)[:-1]
    padded = np.pad(samples, N_FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP][:-1]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    logs = np.log10(np.maximum(triangles @ power.T, 1e-10))
    return (np.maximum(logs, logs.max() - 8) + 4) / 4


def recogniser_input(samples, triangles):
    """The same less its largest value, plus one: -1 to 1, whatever the gain."""
    values = log_mel(samples, triangles)
    return values - values.max() + 1
