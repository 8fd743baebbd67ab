"""Muon (orthogonalised momentum) for the matrices of the blocks."""

import torch

from precision import COMPUTE


@torch.no_grad()
def orthogonalise(g):
    """The nearest matrices with rows or columns at right angles; the last two dimensions are those of a matrix."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.to(COMPUTE) / (g.norm(dim=(-2, -1), keepdim=True).to(COMPUTE) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    for _ in range(5):
        y = x @ x.mT
        x = a * x + (b * y + c * (y @ y)) @ x
    return (x.mT if tall else x).float()


class Muon:
    """Matrices of one shape are orthogonalised together."""

    def __init__(self, weights, lr, momentum=0.95, decay=0.01):
        shapes = {}
        for weight in weights:
            shapes.setdefault(tuple(weight.shape), []).append(weight)
        self.groups = [(group, [torch.zeros_like(w) for w in group]) for group in shapes.values()]
        self.lr, self.momentum, self.decay = lr, momentum, decay

    @torch.no_grad()
    def step(self, scale):
        rate = self.lr * scale
        for weights, velocities in self.groups:
            grads = [weight.grad for weight in weights]
            torch._foreach_lerp_(velocities, grads, 1 - self.momentum)
            updates = orthogonalise(torch.stack(torch._foreach_lerp(grads, velocities, self.momentum)))
            torch._foreach_mul_(weights, 1 - rate * self.decay)
            torch._foreach_add_(weights, list(updates), alpha=-rate * 0.2 * max(weights[0].shape) ** 0.5)

    def zero_grad(self):
        for weights, _ in self.groups:
            for weight in weights:
                weight.grad = None
