"""A hash table of flat arrays: numpy looks many keys up at once, and a file can hold it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Values = npt.NDArray[np.int32]
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class HashTable(NamedTuple):
    """Keys, which are never 0, in slots by open addressing; at most half of the slots are taken.

    >>> table = HashTable.of(np.array([7, 9], np.uint64), np.array([1, 2], np.int32))
    >>> table.find(np.array([9, 8, 7], np.uint64), missing=-1).tolist()
    [2, -1, 1]
    """

    keys: Keys
    values: Values

    @classmethod
    def of(cls, keys: Keys, values: Values) -> "HashTable":
        """Make a table of different keys."""
        table = cls.empty(len(keys))
        table.add(keys, values)
        return table

    @classmethod
    def empty(cls, room: int) -> "HashTable":
        """Make a table for so many keys."""
        size = 1 << max(4, (2 * room).bit_length())
        return cls(np.zeros(size, np.uint64), np.zeros(size, np.int32))

    def add(self, keys: Keys, values: Values) -> None:
        """Add different keys that are not in the table, all at once."""
        left, slots = np.arange(len(keys)), self._slots(keys)
        while len(left):
            free = self.keys[slots] == 0
            taking, at = left[free], slots[free]
            self.keys[at] = keys[taking]  # of several for one slot, the last has it
            won = self.keys[at] == keys[taking]
            self.values[at[won]] = values[taking[won]]
            lost = np.ones(len(left), bool)
            lost[np.flatnonzero(free)[won]] = False
            left = left[lost]
            slots = (slots[lost] + np.uint64(1)) & self._mask
        return

    def find(self, keys: Keys, missing: int = 0) -> Values:
        """The values of keys; `missing` for those that are not there."""
        slots = self._slots(keys)
        there = self.keys[slots]
        found = self.values[slots]
        right = there == keys
        found[~right] = missing
        left = np.flatnonzero(~right & (there != 0))
        while len(left):
            slots = (slots if len(slots) == len(left) else slots[left]) + np.uint64(1)
            slots &= self._mask
            there = self.keys[slots]
            right = there == keys[left]
            found[left[right]] = self.values[slots[right]]
            going = ~right & (there != 0)
            left, slots = left[going], slots[going]
        return found

    @property
    def _mask(self) -> np.uint64:
        return np.uint64(len(self.keys) - 1)

    def _slots(self, keys: Keys) -> Keys:
        return (keys * _SPREAD) >> np.uint64(65 - len(self.keys).bit_length())
