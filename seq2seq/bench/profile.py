"""Where the time of training steps goes, part by part, taken from the steps themselves.

One clock runs, and always for one part. In the forward pass it is switched where the methods of a part begin and end.
The backward pass visits the nodes of the graph in the reverse order of their making (torch numbers them, and its engine
goes by these numbers), so there it is switched at every node before which the part changes. So the parts add up to the
step, and what belongs to none is ``other``: moving batches, drawing seeds, looking at the loss, Python between them.
"""

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from torch import Tensor
from torch._C._autograd import _get_sequence_nr
from torch.autograd.graph import Node

from seq2seq.data.batching.loader import Loader
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import FixedContext
from seq2seq.training.trainer import Trainer

ENCODER: Final = "encoder"
DECODER: Final = "decoder"
ATTENTION: Final = "attention"
POOLING: Final = "pooling"
PROJECTION: Final = "projection"
"""And the loss, whose gradient is made with it."""
OPTIMISER: Final = "optimiser"
"""With clipping and the moving average."""
DATA: Final = "data"
"""Waiting for the next batches."""
OTHER: Final = "other"
PARTS: Final = (ENCODER, POOLING, ATTENTION, DECODER, PROJECTION, OPTIMISER, DATA, OTHER)
"""In the order in which they are shown."""


class Clock:
    """Adds up seconds by part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.collation = 0.0
        """Seconds that the processor spent on putting batches together, in the background; in no part."""
        self._part: str | None = None
        self._since = time.perf_counter()
        self._made: list[int] = [0]
        self._makers: list[str | None] = [None]

    def switch(self, part: str | None) -> str | None:
        """From now on it is the time of ``part`` (None: of nothing that counts); returns whose it was."""
        now = time.perf_counter()
        if self._part is not None:
            self.seconds[self._part] += now - self._since
        before, self._part, self._since = self._part, part, now
        self._made.append(_get_sequence_nr())
        self._makers.append(part)
        return before

    @contextmanager
    def running(self, part: str) -> Iterator[None]:
        """It is the time of ``part`` meanwhile."""
        before = self.switch(part)
        try:
            yield
        finally:
            self.switch(before)

    def times(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, on the time of ``part``."""

        def timed(*args: Any, **options: Any) -> Any:
            with self.running(part):
                return work(*args, **options)

        return timed

    def follows(self, backward: Callable[[Tensor], None]) -> Callable[[Tensor], None]:
        """The same backward pass, on the time of those parts that have made the nodes."""

        def followed(loss: Tensor) -> None:
            before = self.switch(None)
            nodes = sorted(_nodes(loss), key=lambda node: node._sequence_nr(), reverse=True)
            last = None
            for node in nodes:
                part = self._makers[bisect_right(self._made, node._sequence_nr()) - 1]
                if part != last and part is not None:
                    node.register_prehook(self._turn(part))
                    last = part
            self._made, self._makers = [0], [None]
            self.switch(before)
            backward(loss)
            self.switch(before)

        return followed

    def collates(self, collate: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its work counted apart: it runs in a thread of its own."""

        def collated(*args: Any) -> Any:
            start = time.thread_time()
            try:
                return collate(*args)
            finally:
                self.collation += time.thread_time() - start

        return collated

    def _turn(self, part: str) -> Callable[..., None]:
        def turn(*_: object) -> None:
            self.switch(part)

        return turn


@contextmanager
def split(trainer: Trainer) -> Iterator[Clock]:
    """Time the steps that a trainer takes meanwhile, on a CPU; it computes what it always does."""
    clock, updater, model = Clock(), trainer.updater, trainer.model
    with ExitStack() as stack:

        def put(owner: object, name: str, made: Callable[..., Any]) -> None:
            setattr(owner, name, made)
            stack.callback(delattr, owner, name)

        def time_part(owner: object, name: str, part: str) -> None:
            put(owner, name, clock.times(part, getattr(owner, name)))

        time_part(trainer, "learn", OTHER)
        time_part(trainer.task.objective, "forward", PROJECTION)
        if isinstance(model, Classifier):
            time_part(model, "forward", ENCODER)
            time_part(model.pooling, "forward", POOLING)
            time_part(model.head, "forward", PROJECTION)
        else:
            time_part(model, "encode", ENCODER)
            time_part(model, "decode", DECODER)
            if not isinstance(model.decoder, FixedContext):
                time_part(model.decoder.attention, "project", ATTENTION)
                time_part(model.decoder.attention, "forward", ATTENTION)
        put(trainer.runtime, "backward", clock.follows(trainer.runtime.backward))
        time_part(trainer.runtime, "clip", OPTIMISER)
        time_part(updater.optimizer, "step", OPTIMISER)
        time_part(updater.optimizer, "zero_grad", OPTIMISER)
        if updater.ema is not None:
            time_part(updater.ema, "update", OPTIMISER)
        if isinstance(trainer.loader, Loader):
            put(trainer.loader, "collate", clock.collates(trainer.loader.collate))
        yield clock


def _nodes(loss: Tensor) -> set[Node]:
    """All that a backward pass visits, but for where gradients are put down, which is part of what comes before."""
    found: set[Node] = set()
    waiting = [loss.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in found or node.name().endswith("AccumulateGrad"):
            continue
        found.add(node)
        waiting += [following for following, _ in node.next_functions]
    return found
