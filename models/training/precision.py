"""The number format that training steps compute in: bfloat16 where the processor has it. Elsewhere it is emulated, thirty
times slower than float32."""

import time

import torch


def seconds(kind):
    a, b = torch.randn(512, 256).to(kind), torch.randn(256, 512).to(kind)
    a @ b
    begin = time.perf_counter()
    for _ in range(10):
        a @ b
    return time.perf_counter() - begin


COMPUTE = min((torch.bfloat16, torch.float32), key=seconds)


def autocast():
    return torch.autocast("cpu", torch.bfloat16, enabled=COMPUTE == torch.bfloat16)
