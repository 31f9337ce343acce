"""Trains the network 'cnn.28x28x3.8' with PyTorch, eagerly, on one thread, to compare with Consilium's own trainer.

Started by 'consilium bench training --python PATH'. Arguments: batch size, batches in a measurement. Says 'ready
VERSION' on standard output; then, for each line on standard input, trains for one pass over random images and answers
with the images per second.
"""

import sys
import time

import torch
from torch import nn
from torch.nn import functional

CLASSES = 8


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


def one_pass(network, optimiser, images, labels, batch):
    """Trains on all images once, in random order, and returns the images per second."""
    began = time.perf_counter()
    order = torch.randperm(len(images))
    for start in range(0, len(images), batch):
        members = order[start : start + batch]
        optimiser.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(network(images[members]), labels[members])
        loss.backward()
        optimiser.step()
        if not torch.isfinite(loss):
            raise ArithmeticError("the loss is not finite")
    return len(images) / (time.perf_counter() - began)


def main():
    batch, batches = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    torch.manual_seed(7)
    images = (torch.randint(0, 256, (batch * batches, 3, 28, 28)) / 255.0 - 0.5) / 0.25
    labels = torch.randint(0, CLASSES, (batch * batches,))
    network = Cnn()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01)
    print("ready", torch.__version__, flush=True)
    for _ in sys.stdin:
        print(one_pass(network, optimiser, images, labels, batch), flush=True)


main()
