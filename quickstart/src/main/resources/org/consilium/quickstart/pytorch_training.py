"""Does the work of 'consilium bench training' with PyTorch, eagerly, to compare with Consilium's own executor.

Started by 'consilium bench training --python PATH'. Says 'ready VERSION' on standard output; then, for each line 'WORK
LAYOUT THREADS REPEATS' on standard input (LAYOUT contiguous or channels_last), does the work that often and answers with
the images per second, or with 'none' where the work has no such form.
"""

import sys
import time

import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.nn import functional

CLASSES = 8
TISSUES = 2
CLIP = 1.0
DUAL_STEPS, IMAGE_STEPS, RHO, GAMMA = 3, 30, 0.2, 0.001


class Cnn(nn.Module):
    """3x3 convolution 32, 3x3 convolution 64, each with ReLU and 2x2 max pooling; dense 128 with ReLU; dense 8."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 32, 3, padding=1)
        self.second = nn.Conv2d(32, 64, 3, padding=1)
        self.dense = nn.Linear(64 * 7 * 7, 128)
        self.output = nn.Linear(128, CLASSES)

    def forward(self, images):
        x = functional.max_pool2d(functional.relu(self.first(images)), 2)
        x = functional.max_pool2d(functional.relu(self.second(x)), 2)
        return self.output(functional.relu(self.dense(x.flatten(1))))

    def features(self, images):
        x = functional.max_pool2d(functional.relu(self.first(images)), 2)
        x = functional.max_pool2d(functional.relu(self.second(x)), 2)
        return functional.relu(self.dense(x.flatten(1)))


class Block(nn.Module):
    """Two 3x3 convolutions beside the input, or beside a 1x1 convolution of it where the size is halved."""

    def __init__(self, maps_in, maps, stride):
        super().__init__()
        self.one = nn.Conv2d(maps_in, maps, 3, stride=stride, padding=1)
        self.two = nn.Conv2d(maps, maps, 3, padding=1)
        self.short = nn.Conv2d(maps_in, maps, 1, stride=stride) if stride > 1 else None

    def forward(self, x):
        past = x if self.short is None else self.short(x)
        return functional.relu(past + self.two(functional.relu(self.one(x))))


class Residual(nn.Module):
    """A 3x3 convolution of 32 maps, two blocks each at 32, 64 and 128 maps, global mean, dense."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 3, padding=1)
        self.blocks = nn.Sequential(
            Block(32, 32, 1), Block(32, 32, 1), Block(32, 64, 2), Block(64, 64, 1), Block(64, 128, 2), Block(128, 128, 1)
        )
        self.output = nn.Linear(128, CLASSES)

    def forward(self, images):
        return self.output(self.blocks(functional.relu(self.stem(images))).mean((2, 3)))


class UNet(nn.Module):
    """Two halvings, 16 maps at full size, two 3x3 convolutions with ReLU at each size."""

    def __init__(self, maps=16):
        super().__init__()
        self.down1 = self.twice(1, maps)
        self.down2 = self.twice(maps, 2 * maps)
        self.middle = self.twice(2 * maps, 4 * maps)
        self.rise2 = nn.ConvTranspose2d(4 * maps, 2 * maps, 2, stride=2)
        self.up2 = self.twice(4 * maps, 2 * maps)
        self.rise1 = nn.ConvTranspose2d(2 * maps, maps, 2, stride=2)
        self.up1 = self.twice(2 * maps, maps)
        self.classes = nn.Conv2d(maps, TISSUES, 1)

    @staticmethod
    def twice(maps_in, maps):
        return nn.Sequential(
            nn.Conv2d(maps_in, maps, 3, padding=1), nn.ReLU(), nn.Conv2d(maps, maps, 3, padding=1), nn.ReLU()
        )

    def forward(self, images):
        one = self.down1(images)
        two = self.down2(functional.max_pool2d(one, 2))
        low = self.middle(functional.max_pool2d(two, 2))
        two = self.up2(torch.cat([two, self.rise2(low)], 1))
        one = self.up1(torch.cat([one, self.rise1(two)], 1))
        return self.classes(one)


class Work:
    """One network with one batch of random images, in one memory layout."""

    def __init__(self, name, layout):
        torch.manual_seed(7)
        self.name = name
        self.batch = {"mri-unet": 8, "input-gradient": 160, "synthesis": 160, "inference": 256}.get(name, 64)
        self.counted = self.batch * (DUAL_STEPS * IMAGE_STEPS if name == "synthesis" else 1)
        side, channels, kinds = (128, 1, TISSUES) if name == "mri-unet" else (28, 3, CLASSES)
        self.network = {"blood-resnet": Residual, "mri-unet": UNet}.get(name, Cnn)()
        self.images = torch.randn(self.batch, channels, side, side)
        where = (self.batch, side, side) if name == "mri-unet" else (self.batch,)
        self.labels = torch.randint(0, kinds, where)
        if layout == "channels_last":
            self.network = self.network.to(memory_format=torch.channels_last)
            self.images = self.images.to(memory_format=torch.channels_last)
        if name in ("input-gradient", "synthesis"):
            for parameter in self.network.parameters():
                parameter.requires_grad_(False)
            self.images.requires_grad_(True)
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=0.01, momentum=0.9)

    def run(self):
        getattr(self, self.name.replace("-", "_"), self.train)()

    def train(self):
        self.optimiser.zero_grad(set_to_none=True)
        functional.cross_entropy(self.network(self.images), self.labels).backward()
        self.optimiser.step()

    def input_gradient(self):
        loss = functional.cross_entropy(self.network(self.images), self.labels)
        torch.autograd.grad(loss, self.images)

    def residual(self, features, logits):
        """The gradient of the mean cross-entropy by the head's weights, plus gamma times these."""
        errors = functional.softmax(logits, 1) - functional.one_hot(self.labels, CLASSES)
        return errors.t() @ features / len(features) + GAMMA * self.network.output.weight

    def synthesis(self):
        images = torch.randn_like(self.images).requires_grad_(True)
        dual = torch.zeros_like(self.network.output.weight)
        for _ in range(DUAL_STEPS):
            optimiser = torch.optim.SGD([images], lr=1.0, momentum=0.9)
            for _ in range(IMAGE_STEPS):
                optimiser.zero_grad(set_to_none=True)
                features = self.network.features(images)
                logits = self.network.output(features)
                residual = self.residual(features, logits)
                loss = functional.cross_entropy(logits, self.labels)
                (loss + RHO / 2 * residual.pow(2).sum() + (dual * residual).sum()).backward()
                optimiser.step()
            with torch.no_grad():
                features = self.network.features(images)
                dual += RHO * self.residual(features, self.network.output(features))

    def inference(self):
        with torch.inference_mode():
            functional.softmax(self.network(self.images), 1)

    def per_example(self):
        parameters = {name: value.detach() for name, value in self.network.named_parameters()}

        def loss(values, image, label):
            logits = functional_call(self.network, values, (image.unsqueeze(0),))
            return functional.cross_entropy(logits, label.unsqueeze(0))

        each = vmap(grad(loss), in_dims=(None, 0, 0))(parameters, self.images, self.labels)
        norms = torch.sqrt(sum(one.flatten(1).pow(2).sum(1) for one in each.values()))
        factors = torch.clamp(CLIP / norms, max=1.0)
        self.optimiser.zero_grad(set_to_none=True)
        for name, value in self.network.named_parameters():
            value.grad = torch.einsum("b,b...->...", factors, each[name]) / self.batch
        self.optimiser.step()


def main():
    known = {}
    print("ready", torch.__version__, flush=True)
    for line in sys.stdin:
        name, layout, threads, repeats = line.split()
        if name == "per-example" and layout == "channels_last":
            print("none", flush=True)
            continue
        torch.set_num_threads(int(threads))
        if (name, layout) not in known:
            known[name, layout] = Work(name, layout)
            known[name, layout].run()
        work = known[name, layout]
        began = time.perf_counter()
        for _ in range(int(repeats)):
            work.run()
        print(work.counted * int(repeats) / (time.perf_counter() - began), flush=True)


main()
