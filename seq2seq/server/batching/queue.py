"""A bounded queue that is fair between clients, and gives batches of units of one kind.

Each client has a lane. Lanes take turns: the one at the front leads the next batch with its oldest unit, which decides
the batch's kind, and goes to the back. Further places go to the client with the fewest tokens in the batch so far
(max-min fairness). So a unit that is its client's oldest starts within as many batches as there were lanes then.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final, Generic, TypeVar

SHARE: Final = 0.25
"""Share of the queue that one client may fill: three others that do the same still leave room for a fourth."""

Kind = TypeVar("Kind", bound=Hashable)
Item = TypeVar("Item")


@dataclass(eq=False, slots=True)
class Unit(Generic[Kind, Item]):
    """What is answered as one: a line of a request, say."""

    client: str
    kind: Kind
    """Units of one batch have the same."""
    item: Item
    tokens: int
    """What it takes, as estimated."""
    number: int = field(default=-1, init=False)
    """Its place by order of arrival, which the queue gives it."""


class _Lane(Generic[Kind, Item]):
    """The waiting units of one client, by kind, oldest first; there is always one."""

    def __init__(self) -> None:
        self.kinds: dict[Kind, OrderedDict[int, Unit[Kind, Item]]] = {}
        self.tokens = 0

    def add(self, unit: Unit[Kind, Item]) -> None:
        self.kinds.setdefault(unit.kind, OrderedDict())[unit.number] = unit
        self.tokens += unit.tokens

    def remove(self, unit: Unit[Kind, Item]) -> bool:
        units = self.kinds.get(unit.kind, OrderedDict())
        if units.pop(unit.number, None) is None:
            return False
        if not units:
            del self.kinds[unit.kind]
        self.tokens -= unit.tokens
        return True

    def oldest_kind(self) -> Kind:
        return min(self.kinds, key=lambda kind: next(iter(self.kinds[kind])))

    def oldest(self, kind: Kind) -> Unit[Kind, Item]:
        return next(iter(self.kinds[kind].values()))


class FairQueue(Generic[Kind, Item]):
    """The queue.

    Args:
        capacity: most tokens that wait, in all.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lanes: OrderedDict[str, _Lane[Kind, Item]] = OrderedDict()
        self._numbers = count()
        self.tokens = 0
        """Tokens that wait."""
        self.units = 0
        """Units that wait."""

    def excess(self, client: str, tokens: int) -> int:
        """How many tokens have to leave the queue before a client may add some; 0: none.

        A client without waiting units may add more than its share, and an empty queue takes anything: a request that
        is too large for the queue waits until it is alone, but is not refused for ever.
        """
        if not self.tokens:
            return 0
        total = min(self.tokens, max(0, self.tokens + tokens - self._capacity))
        lane = self._lanes.get(client)
        if lane is None:
            return total
        own = min(lane.tokens, max(0, lane.tokens + tokens - int(SHARE * self._capacity)))
        return max(total, own * len(self._lanes))  # the others' tokens leave meanwhile, too

    def add(self, units: Sequence[Unit[Kind, Item]]) -> None:
        """Add units, oldest first, whether or not they fit: ask :meth:`excess` before."""
        for unit in units:
            unit.number = next(self._numbers)
            self._lanes.setdefault(unit.client, _Lane()).add(unit)
            self.tokens += unit.tokens
            self.units += 1

    def remove(self, units: Sequence[Unit[Kind, Item]]) -> None:
        """Remove those of some units that wait."""
        for unit in units:
            lane = self._lanes.get(unit.client)
            if lane is not None and lane.remove(unit):
                self.tokens -= unit.tokens
                self.units -= 1
                if not lane.kinds:
                    del self._lanes[unit.client]

    def take(self, budget: int) -> list[Unit[Kind, Item]]:
        """The next batch; empty if nothing waits.

        Args:
            budget: most tokens of a batch, except that its first unit may have more.
        """
        if not self._lanes:
            return []
        leader = next(iter(self._lanes))
        kind = self._lanes[leader].oldest_kind()
        batch: list[Unit[Kind, Item]] = []
        tokens = 0
        # Tokens in the batch, turn, client: the leader's turn is the first.
        turns = [(0, turn, client) for turn, (client, lane) in enumerate(self._lanes.items()) if kind in lane.kinds]
        self._lanes.move_to_end(leader)
        heapify(turns)
        while turns:
            taken, turn, client = heappop(turns)
            lane = self._lanes[client]
            unit = lane.oldest(kind)
            if batch and tokens + unit.tokens > budget:
                continue
            batch.append(unit)
            tokens += unit.tokens
            self.remove([unit])
            if kind in lane.kinds:
                heappush(turns, (taken + unit.tokens, turn, client))
        return batch
