"""The time of training steps by part, from torch's profiler.

In the forward pass a part is the time inside its modules. The backward pass is a list of graph nodes, and each belongs
to the part whose forward operation made it: torch gives both the same sequence number. So the parts add up to the
steps, and what belongs to none is ``other``: moving batches, drawing seeds, checking the loss, Python between them.
"""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from torch import nn
from torch.autograd.profiler_util import FunctionEvent
from torch.profiler import ProfilerActivity, profile, record_function

from seq2seq.data.batching.loader import Loader
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import FixedContext
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.training.step.updater import OPTIMISER
from seq2seq.training.trainer import Trainer

ENCODER: Final = "encoder"
DECODER: Final = "decoder"
ATTENTION: Final = "attention"
POOLING: Final = "pooling"
PROJECTION: Final = "projection"
"""And the loss, whose gradient is computed with it."""
DATA: Final = "data"
"""Waiting for the next batches."""
OTHER: Final = "other"
PARTS: Final = (ENCODER, POOLING, ATTENTION, DECODER, PROJECTION, OPTIMISER, DATA, OTHER)
"""In the order in which they are shown."""
_BACKWARD: Final = "autograd::engine::evaluate_function: "
_WEIGHT_GRADIENT: Final = "AccumulateGrad"


class StepProfile:
    """Seconds by part, known when :func:`profile_steps` ends."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.collation = 0.0
        """Seconds that the processor spent on putting batches together, in the background; in no part."""

    def collates(self, collate: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its work counted separately: it runs in a thread of its own."""

        def collated(*args: Any) -> Any:
            start = time.thread_time()
            try:
                return collate(*args)
            finally:
                self.collation += time.thread_time() - start

        return collated

    def add(self, events: list[FunctionEvent]) -> None:
        """Add up the time of each part, less that of the parts within it."""
        part_of: dict[int, str | None] = {}  # by the event's id
        made_by: dict[int, str] = {}  # by sequence number: of several operations, the last one made the node
        last = OTHER
        for event in sorted(events, key=lambda event: event.time_range.start):
            around = part_of.get(event.cpu_parent.id) if event.cpu_parent else None
            part = around
            if event.name in PARTS:
                part = event.name
            elif event.name.startswith(_BACKWARD):
                # The gradient of a weight is put down right after the node that it comes from.
                part = last if event.name.endswith(_WEIGHT_GRADIENT) else made_by.get(event.sequence_nr, OTHER)
                last = part
            elif part is not None and event.sequence_nr >= 0:
                made_by[event.sequence_nr] = part
            part_of[event.id] = part
            if part is None:
                continue
            seconds = event.time_range.elapsed_us() / 1e6
            self.seconds[part] += seconds
            if around is not None:
                self.seconds[around] -= seconds


@contextmanager
def profile_steps(trainer: Trainer) -> Iterator[StepProfile]:
    """Profile the steps that a trainer takes in the block, on a CPU; they compute what they always do.

    What is counted lies in blocks of ``record_function(PART)``.
    """
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # it announces itself on standard error
    found = StepProfile()
    with ExitStack() as stack:
        for module, part in _modules(trainer):
            ranges: list[record_function] = []

            def enter(*_: object, part: str = part, ranges: list[record_function] = ranges) -> None:
                ranges.append(record_function(part))
                ranges[-1].__enter__()

            def leave(*_: object, ranges: list[record_function] = ranges) -> None:
                ranges.pop().__exit__(None, None, None)

            stack.callback(module.register_forward_pre_hook(enter, prepend=True).remove)
            stack.callback(module.register_forward_hook(leave).remove)
        if isinstance(trainer.loader, Loader):
            trainer.loader.collate = found.collates(trainer.loader.collate)  # type: ignore[method-assign]
            stack.callback(delattr, trainer.loader, "collate")
        with profile(activities=[ProfilerActivity.CPU]) as profiler:
            yield found
    found.add(profiler.events())


def _modules(trainer: Trainer) -> Iterator[tuple[nn.Module, str]]:
    """The modules of each part; what lies outside of all of them, in the objective, is the loss."""
    model = trainer.model
    yield trainer.task.objective, PROJECTION
    if isinstance(model, Classifier):
        yield from ((model, ENCODER), (model.pooling, POOLING), (model.head, PROJECTION))
        return
    assert isinstance(model, Seq2Seq)
    yield from ((module, ENCODER) for module in (model.source_embedding, model.encoder, model.bridge))
    yield from ((module, DECODER) for module in (model.target_embedding, model.decoder))
    if not isinstance(model.decoder, FixedContext):
        yield from ((model.decoder.attention, ATTENTION), (model.decoder.attention.key, ATTENTION))
