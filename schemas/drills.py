"""A drill's device: the real one's twin. It stands where that stands; its events are judged apart from all that is real.

So nothing that a drill sends holds back, completes or ends what a device tells; its alerts are about the device itself.
"""

TWIN = "#drill"


def twin(device: str) -> str:
    """Under which name a drill's events are sent; a twin is its own."""
    return device if is_twin(device) else device + TWIN


def is_twin(name: str | None) -> bool:
    """Whether a name is a twin's."""
    return name is not None and name.endswith(TWIN)


def real(device: str) -> str:
    """The device that a name stands for, a twin's or its own."""
    return device.removesuffix(TWIN)
