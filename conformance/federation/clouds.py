"""Examples of three classes, one Gaussian cloud each, and a softmax regression on them in numpy: what both programs train."""

import numpy as np

DIMENSIONS, CLASSES = 6, 3


def examples(device: int, count: int = 90):
    """Two thirds of a device's examples are of one class: no device could learn all of them alone."""
    random = np.random.default_rng(1000 + device)
    mostly = random.integers(0, 3, count) < 2
    labels = np.where(mostly, device % CLASSES, random.integers(0, CLASSES, count))
    centres = np.where(np.arange(DIMENSIONS)[None, :] % CLASSES == labels[:, None], 2.0, 0.0)
    return (centres + random.normal(size=centres.shape)).astype(np.float32), labels


def chances(weight, bias, features):
    """Of each class; the weight is features × classes."""
    logits = features @ weight + bias
    logits = np.exp(logits - logits.max(axis=1, keepdims=True))
    return logits / logits.sum(axis=1, keepdims=True)


def loss(weight, bias, features, labels):
    """Mean cross-entropy."""
    of_labels = chances(weight, bias, features)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_labels, 1e-30)).mean())


def train(weight, bias, features, labels, epochs, batch, rate, seed):
    """Stochastic gradient descent; returns the weight and the bias after it."""
    random = np.random.default_rng(seed)
    weight, bias = weight.copy(), bias.copy()
    for _ in range(epochs):
        order = random.permutation(len(labels))
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            error = chances(weight, bias, features[some])
            error[np.arange(len(some)), labels[some]] -= 1
            weight -= rate / len(some) * features[some].T @ error
            bias -= rate / len(some) * error.sum(axis=0)
    return weight.astype(np.float32), bias.astype(np.float32)
