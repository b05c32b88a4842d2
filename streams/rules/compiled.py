"""Which kernels this process had to compile, because numba's cache did not hold them."""

import sys
from collections.abc import Iterator

import numba
from numba.core.dispatcher import Dispatcher

ROOM = "streams."
SHOWN = 5


def compiled() -> list[str]:
    """Names of the kernels that were compiled since the start, in their order. None is, where the cache holds them all."""
    return sorted(
        name for name, kernel in _kernels() if any(kernel.stats.cache_misses.values()) or kernel.stats.cache_path is None
    )


def told(names: list[str]) -> str:
    """A sentence about them, for who waited."""
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    return (
        f"numba {numba.__version__} compiled {len(names)} kernels that its cache did not hold ({shown}). "
        "The first start does; where every start says so, this version cannot cache them."
    )


def _kernels() -> Iterator[tuple[str, Dispatcher]]:
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith(ROOM):
            for name, value in vars(module).items():
                if isinstance(value, Dispatcher) and value.py_func.__module__ == module_name and value.signatures:
                    yield f"{module_name.removeprefix(ROOM)}.{name}", value
