"""Inside G: units that never fire, activations that drift, and how much the latent still matters."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ganworks.doctor.glance import Glance
from ganworks.randomness import generator

LATENTS = 16
NUDGE = 0.1
RECTIFIERS = (nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SiLU, nn.GELU)


def signals(glance: Glance) -> dict[str, Tensor]:
    """`dead`: share of rectified units of G that are 0 for all of 16 fixed latents; `activation`: mean over standard
    deviation of what leaves the rectifiers; `sensitivity`: ‖G(z + δ) − G(z)‖ over ‖δ‖ and the spread of real samples.
    """
    game = glance.game
    network = getattr(game, "generator", None)
    if not isinstance(network, nn.Module) or not glance.has("real"):
        return {}
    latents, labels = glance.fixed(LATENTS)
    levels: list[Tensor] = []
    silent: list[Tensor] = []

    def record(layer: nn.Module, given: Any, output: Tensor) -> None:
        # An in-place layer has already changed what was given to it.
        maps = output.float()
        levels.append(maps.mean() / maps.std().clamp(min=1e-12))
        silent.append((maps.transpose(0, 1).flatten(1) == 0).all(1))

    rectifiers = [layer for layer in network.modules() if isinstance(layer, RECTIFIERS)]
    handles = [layer.register_forward_hook(record) for layer in rectifiers]
    try:
        made = game.generate(latents, labels)
    finally:
        for handle in handles:
            handle.remove()
    found: dict[str, Tensor] = {}
    real = glance.judged["real"].float().flatten(1)
    if len(real) > 1:
        random = generator(0, "doctor/nudge", device=latents.device)
        nudge = NUDGE * torch.randn(latents.shape, generator=random, device=latents.device)
        nudged = game.generate(latents + nudge, labels)
        change = (nudged - made).flatten(1).norm(dim=1) / nudge.flatten(1).norm(dim=1)
        found["sensitivity"] = change.mean() / real.std(0).norm().clamp(min=1e-12)
    if silent:
        found["dead"] = torch.cat(silent).float().mean()
        found["activation"] = torch.stack(levels).abs().mean()
    return found
