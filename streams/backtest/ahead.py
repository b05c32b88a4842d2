"""Reading while the rules judge: an iterator that a second thread, or a second process, works ahead of its reader."""

import multiprocessing
import queue
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any

import pyarrow as pa

from streams.backtest.errors import EventsError

DEPTH = 4
"""Batches that wait at most: some 40 MB."""


def in_thread(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches. For readers whose work is outside the interpreter's lock (Parquet, CSV, COPY)."""
    waiting: queue.Queue[pa.RecordBatch | BaseException | None] = queue.Queue(DEPTH)
    over = threading.Event()
    thread = threading.Thread(target=_fill, args=(batches, waiting, over), daemon=True)
    thread.start()
    try:
        while (found := waiting.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        over.set()
        thread.join()


def _fill(batches: Iterator[pa.RecordBatch], waiting: "queue.Queue[Any]", over: threading.Event) -> None:
    try:
        for batch in batches:
            if not _put(batch, waiting, over):
                return
        _put(None, waiting, over)
    except BaseException as err:  # noqa: BLE001  # the reader in the other thread raises it
        _put(err, waiting, over)


def _put(what: object, waiting: "queue.Queue[Any]", over: threading.Event) -> bool:
    while not over.is_set():
        try:
            waiting.put(what, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False


Reading = Callable[[], tuple[Iterator[pa.RecordBatch], object]]
"""Run in the other process: the batches, and what is to be told when they are over."""


def in_process(reading: Reading, told: Callable[[Any], None]) -> Iterator[pa.RecordBatch]:
    """The batches of a reader that is busy in the interpreter (JSON): it has a processor of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(reading, there), daemon=True)
    process.start()
    there.close()
    try:
        while isinstance(found := here.recv(), bytes):
            yield pa.ipc.open_stream(found).read_next_batch()
        if isinstance(found, BaseException):
            raise found
        told(found)
    except EOFError as err:
        raise EventsError("The process that reads the events ended before its time.") from err
    finally:
        here.close()
        process.join()


def _send(reading: Reading, there: Connection) -> None:
    try:
        batches, told = reading()
        for batch in batches:
            there.send(_packed(batch))
        there.send(told)
    except BrokenPipeError:
        pass  # nobody wants the rest
    except BaseException as err:  # noqa: BLE001  # raised where the batches are read
        there.send(err)


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())
