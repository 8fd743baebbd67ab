"""A moving average of a model's weights: less noise than the last step's, at no cost in data."""

import torch


def copy_of(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


@torch.no_grad()
def smooth(averages, model, keep):
    """Moves the averages towards the model: usable at any step, also before the rate has fallen."""
    for name, value in model.state_dict().items():
        averages[name].lerp_(value, 1 - keep)
