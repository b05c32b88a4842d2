"""Warming up: the first block compiles nothing."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from schemas.codec import to_batch
from schemas.events import Kind
from streams.worker import copy_rows, id_set
from tests.streams.worker.log import event, received


def signatures(kernels: Sequence[Any]) -> list[list[object]]:
    """What is compiled."""
    return [list(kernel.signatures) for kernel in kernels]


def test_after_warming_up_a_block_finds_its_kernels_compiled() -> None:
    kernels = (copy_rows._fill, id_set._add, id_set._contains)
    copy_rows.warm()
    id_set.warm()
    before = signatures(kernels)
    batch = to_batch(received(event(Kind.DOOR, "opened", "door", 1), event(Kind.DOOR, "closed", "door", 2)))
    ids, known = copy_rows.ids_of(batch.column("id")), id_set.IdSet()
    known.add(ids[np.arange(2)])
    assert known.contains(ids[np.arange(2)]).all()
    assert copy_rows.encode_rows(batch, np.zeros(2, np.bool_), 0, np.repeat(np.array([3]), [2]))
    assert signatures(kernels) == before
    assert all(before)
