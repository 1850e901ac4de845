"""A network that finds the joints of drawn people, to tell whether a person was put into the asked pose."""

from __future__ import annotations

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import smooth_l1_loss

from benchmarks import report

EPOCHS, BATCH, RATE, WIDTH = 15, 64, 3e-3, 48


class KeypointReader(nn.Module):
    """N×3×H×W images in [-1, 1] to N×K×2, x and y of the joints in pixels: the mean of a map for each."""

    def __init__(self, joints: int) -> None:
        super().__init__()
        plan = ((3, WIDTH, 2, 1), (WIDTH, WIDTH, 2, 1), *((WIDTH, WIDTH, 1, reach) for reach in (1, 2, 4, 1)))
        layers: list[nn.Module] = []
        for fine, coarse, stride, reach in plan:
            layers += [nn.Conv2d(fine, coarse, 3, stride, reach, reach), nn.BatchNorm2d(coarse), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Conv2d(WIDTH, joints, 1))

    def forward(self, images: Tensor) -> Tensor:
        maps: Tensor = self.layers(images)
        shares = maps.flatten(2).softmax(2).view_as(maps)
        means = []
        for axis in (3, 2):
            cells = maps.shape[axis]
            places = (torch.arange(cells, device=maps.device) + 0.5) * images.shape[axis] / cells - 0.5
            means.append((shares.sum(5 - axis) * places).sum(2))
        return torch.stack(means, 2)


def trained(images: Tensor, keypoints: Tensor) -> KeypointReader:
    """A reader that learnt from N×3×H×W images and their N×K×3 keypoints, once; the cell keeps its weights."""
    path = report.CELLS / "translation" / "keypoint-reader.safetensors"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        reader = KeypointReader(keypoints.shape[1])
        if path.is_file():
            reader.load_state_dict(load_file(path))
        else:
            learn(reader, images, keypoints)
            path.parent.mkdir(parents=True, exist_ok=True)
            save_file(reader.state_dict(), path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
    return reader.eval().requires_grad_(False)


def learn(reader: KeypointReader, images: Tensor, keypoints: Tensor) -> None:
    """Adam and one cycle, over joints that are there."""
    batch = min(BATCH, len(images))
    steps = EPOCHS * (len(images) // batch)
    optimiser = torch.optim.Adam(reader.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for step in range(steps):
        if step % (len(images) // batch) == 0:
            order = torch.randperm(len(images))
        rows, order = order[:batch], order[batch:]
        there = keypoints[rows, :, 2] > 0
        loss = smooth_l1_loss(reader(images[rows])[there], keypoints[rows, :, :2][there])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()


@torch.no_grad()
def error(reader: KeypointReader, images: Tensor, keypoints: Tensor) -> float:
    """The mean distance in pixels of joints as they are read in N images from where N×K×3 keypoints say they are."""
    apart = (torch.cat([reader(some) for some in images.split(256)]) - keypoints[..., :2]).norm(dim=2)
    return float(apart[keypoints[..., 2] > 0].mean())
