"""What a PyTorch user writes for pushing: all samples side by side in one tensor, autograd through the loop over time.

    python3 torch_pushing.py pushing --samples K

The cost of one sample does not depend on the noise of another, so the gradient of the sum of all costs holds the
gradient of each. Speaks the protocol of protocol.py.
"""
import argparse

import torch

from protocol import serve

H, k, c, sigma, h, m = 400, 10.0, 0.998, 0.1, 0.005, 0.1

arguments = argparse.ArgumentParser()
arguments.add_argument("task", choices=["pushing"])
arguments.add_argument("--samples", type=int, required=True)
arguments = arguments.parse_args()
device = "cuda" if torch.cuda.is_available() else "cpu"


def distance(x1, x2, v1, v2):
    return 0.1 * ((x1 - 1.0) ** 2 + v1**2 + v2**2) + 10.0 * (x2 - 2.0) ** 2


def cost(controls):
    """Of each row of controls, (K, H) to (K)."""
    x1 = torch.zeros(len(controls), device=device)
    x2, v1, v2, total = x1 + 1.0, x1, x1, x1
    for u in controls.unbind(1):
        total = total + distance(x1, x2, v1, v2) + u * u
        force = k * torch.clamp(x2 - x1 - 1.0, max=0.0)
        v1, v2 = c * v1 + h / m * (force + u), c * v2 - h / m * force
        x1, x2 = x1 + h * v1, x2 + h * v2
    return total + distance(x1, x2, v1, v2)


theta = torch.full((H,), 0.1, device=device)
with torch.no_grad():
    nominal = cost(theta[None])[0]


def samples(i):
    generator = torch.Generator(device=device).manual_seed(i)
    w = sigma * torch.randn(arguments.samples, H, generator=generator, device=device)
    controls = (theta + w).requires_grad_()
    f = cost(controls)
    (g1,) = torch.autograd.grad(f.sum(), controls)
    f = f.detach()
    return f, g1, (f - nominal)[:, None] * w / sigma**2


def estimate(i):
    f, g1, g0 = samples(i)
    var = lambda g: g.var(0, unbiased=False)
    # Reading the results waits for the device.
    return [x.cpu().numpy() for x in (f.mean(), g1.mean(0), var(g1), g0.mean(0), var(g0))]


name = torch.cuda.get_device_name() if device == "cuda" else f"cpu, {torch.get_num_threads()} threads"
serve(f"torch {torch.__version__}", name, estimate, lambda i: [x.cpu().numpy() for x in samples(i)])
