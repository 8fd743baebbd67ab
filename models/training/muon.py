"""Muon (orthogonalised momentum) for the matrices of the blocks."""

import torch

from precision import COMPUTE


@torch.no_grad()
def orthogonalise(g):
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.to(COMPUTE) / (g.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(5):
        y = x @ x.T
        x = a * x + (b * y + c * (y @ y)) @ x
    return (x.T if tall else x).float()


class Muon:
    def __init__(self, weights, lr, momentum=0.95, decay=0.01):
        self.weights = list(weights)
        self.lr, self.momentum, self.decay = lr, momentum, decay
        self.velocity = [torch.zeros_like(w) for w in self.weights]

    @torch.no_grad()
    def step(self, scale):
        for weight, velocity in zip(self.weights, self.velocity):
            grad = weight.grad
            velocity.mul_(self.momentum).add_(grad, alpha=1 - self.momentum)
            update = orthogonalise(grad.lerp(velocity, self.momentum))
            rate = self.lr * scale
            weight.mul_(1 - rate * self.decay)
            weight.add_(update, alpha=-rate * 0.2 * max(weight.shape) ** 0.5)

    def zero_grad(self):
        for weight in self.weights:
            weight.grad = None
