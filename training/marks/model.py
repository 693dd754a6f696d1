"""The network of `verification.marks.network` in PyTorch, which is there only to train it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from verification.marks.network import LAYERS, REACH, Layer, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Odds of a signature in a cell before anything is learnt.
_RARE = -4.0
#: How much more a hard cell counts than an easy one.
_FOCUS = 2.0
#: What the fit of boxes counts against the finding of signatures.
_BOXES = 1.0


class Convolution(nn.Module):
    """One layer; its results are brought to one scale, which is folded into the weights."""

    def __init__(self, layer: Layer) -> None:
        """Begin with weights by chance."""
        super().__init__()
        self.layer = layer
        last = not layer.cuts
        self.kernel = nn.Conv2d(
            layer.takes, layer.gives, layer.side, layer.stride, layer.side // 2, bias=last
        )
        self.scale = nn.Identity() if last else nn.BatchNorm2d(layer.gives)
        if last:
            nn.init.zeros_(self.kernel.weight)
            nn.init.zeros_(self.kernel.bias)
            self.kernel.bias.data[0] = _RARE

    def forward(self, held: torch.Tensor, joined: torch.Tensor | None) -> torch.Tensor:
        """Give the result of the layer."""
        then = self.scale(self.kernel(held))
        if joined is not None:
            then = nn.functional.interpolate(then, scale_factor=2.0, mode="nearest") + joined
        if self.layer.cuts:
            then = nn.functional.relu(then)
        return held + then if self.layer.keeps else then

    def unfold(self, learnt: Weights, held: torch.Tensor) -> None:
        """Take weights as they ship; the scale that is folded into them is measured on `held`."""
        self.kernel.weight.copy_(torch.from_numpy(learnt.kernel))
        bias = torch.from_numpy(learnt.bias)
        if not isinstance(self.scale, nn.BatchNorm2d):
            self.kernel.bias.copy_(bias)
            return
        scale = self.scale
        differ, mean = torch.var_mean(self.kernel(held), dim=(0, 2, 3))
        scale.running_mean.copy_(mean)
        scale.running_var.copy_(differ)
        scale.weight.copy_(torch.sqrt(differ + scale.eps))
        scale.bias.copy_(bias + mean)

    def folded(self) -> Weights:
        """Give the weights with the scale in them."""
        kernel, bias = self.kernel.weight.detach(), self.kernel.bias
        if isinstance(self.scale, nn.BatchNorm2d):
            scale = self.scale
            grow = scale.weight / torch.sqrt(scale.running_var + scale.eps)
            kernel = kernel * grow[:, None, None, None]
            bias = scale.bias - scale.running_mean * grow
        return Weights(
            kernel.detach().numpy().astype(np.float32), bias.detach().numpy().astype(np.float32)
        )


class Model(nn.Module):
    """The layers one after another."""

    def __init__(self, layers: Sequence[Layer] = LAYERS) -> None:
        """Begin with weights by chance."""
        super().__init__()
        self.layers = nn.ModuleList(Convolution(layer) for layer in layers)

    def forward(self, views: torch.Tensor) -> torch.Tensor:
        """Give odds and reaches of each cell: (count, 5, down, across)."""
        made: dict[str, torch.Tensor] = {}
        held = views
        for one in self.layers:
            held = one(held, made.get(one.layer.joins))
            made[one.layer.name] = held
        return held

    def take(self, learnt: Sequence[Weights], views: torch.Tensor) -> None:
        """Go on from weights as they ship: say of any view what they say."""
        made: dict[str, torch.Tensor] = {}
        held = views
        self.eval()
        with torch.no_grad():
            for one, weights in zip(self.layers, learnt, strict=True):
                one.unfold(weights, held)
                held = one(held, made.get(one.layer.joins))
                made[one.layer.name] = held

    def weights(self) -> tuple[Weights, ...]:
        """Give what was learnt, as it ships."""
        return tuple(one.folded() for one in self.layers)


def loss(
    said: torch.Tensor, label: torch.Tensor, reach: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Say how wrong answers are: of what is found where, and of how boxes fit.

    `label` is 1 for a signature, 0 for none and -1 for what is not to be learnt from;
    `reach` holds the four distances in pixels.
    """
    odds = said[:, 0]
    count = (label == 1).sum().clamp(min=8.0)
    off = nn.functional.binary_cross_entropy_with_logits(odds, label.clamp(min=0), reduction="none")
    focus = (1 - torch.exp(-off)) ** _FOCUS
    found = (off * focus * (label >= 0)).sum() / count
    at = label == 1
    fit = torch.zeros(())
    if at.any():
        far = REACH * torch.exp(said[:, 1:].permute(0, 2, 3, 1)[at].clamp(-4, 4))
        true = reach.permute(0, 2, 3, 1)[at]
        both = torch.minimum(far, true)
        shared = (both[:, 0] + both[:, 2]) * (both[:, 1] + both[:, 3])
        area = [(d[:, 0] + d[:, 2]) * (d[:, 1] + d[:, 3]) for d in (far, true)]
        fit = -torch.log(shared / (area[0] + area[1] - shared) + 1e-6).sum() / count
    return found, _BOXES * fit


def average(kept: Sequence[torch.Tensor], now: Sequence[torch.Tensor], memory: float) -> None:
    """Move the kept weights a little towards those of now."""
    for one, other in zip(kept, now, strict=True):
        if one.dtype.is_floating_point:
            one.mul_(memory).add_(other, alpha=1 - memory)
        else:
            one.copy_(other)
