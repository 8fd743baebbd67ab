"""The number format that training steps compute in: bfloat16 where the processor has it. Elsewhere it is emulated, thirty
times slower than float32."""

import time

import torch


def seconds(kind):
    """The quickest of several products on one thread: on a busy machine any one of them may be held up."""
    a, b = torch.randn(512, 256).to(kind), torch.randn(256, 512).to(kind)
    threads, taken = torch.get_num_threads(), []
    torch.set_num_threads(1)
    for _ in range(30):
        begin = time.perf_counter()
        a @ b
        taken.append(time.perf_counter() - begin)
    torch.set_num_threads(threads)
    return min(taken)


COMPUTE = min((torch.bfloat16, torch.float32), key=seconds)


def autocast():
    return torch.autocast("cpu", torch.bfloat16, enabled=COMPUTE == torch.bfloat16)
