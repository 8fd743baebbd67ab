"""The command recogniser: a small residual network of convolutions over time, with mel bands as channels (after TC-ResNet, Choi et
al. 2019). Mean and maximum over time go into one linear layer."""

import torch
from torch import nn

KERNEL = 5
STEM = 64
BLOCKS = [(64, 2), (96, 1), (128, 2), (128, 1)]


def convolution(inputs, outputs, kernel, stride):
    return nn.Sequential(
        nn.Conv1d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False), nn.BatchNorm1d(outputs)
    )


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = convolution(inputs, outputs, KERNEL, stride)
        self.second = convolution(outputs, outputs, KERNEL, 1)
        self.shortcut = convolution(inputs, outputs, 1, stride) if stride > 1 or inputs != outputs else nn.Identity()

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


class CommandNet(nn.Module):
    def __init__(self, mels, labels):
        super().__init__()
        self.stem = convolution(mels, STEM, KERNEL, 2)
        widths = [STEM] + [channels for channels, _ in BLOCKS]
        self.blocks = nn.ModuleList(
            Block(before, channels, stride) for before, (channels, stride) in zip(widths, BLOCKS)
        )
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(2 * widths[-1], labels)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        for block in self.blocks:
            x = block(x)
        return self.classifier(self.dropout(torch.cat([x.mean(2), x.amax(2)], 1)))


def folded(network):
    """Weights and biases with the normalisations worked into the convolutions before them."""
    tensors = {}
    for name, module in network.named_modules():
        if isinstance(module, nn.Sequential):
            weight, norm = module[0].weight, module[1]
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            tensors[name + ".weight"] = weight * scale[:, None, None]
            tensors[name + ".bias"] = norm.bias - norm.running_mean * scale
    tensors["classifier.weight"] = network.classifier.weight
    tensors["classifier.bias"] = network.classifier.bias
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
