"""The device families: one small file and one row here for each. A new brand is one more of both."""

from collections.abc import Callable, Mapping

from schemas.decoded import Decoded
from streams.gateway.context import Context
from streams.gateway.families import gatehouse, hikvision, isecure

Decoder = Callable[[bytes, str, Context], Decoded]
"""(body, content type, context) → what it says. Pure: no clock, no network, no exception for any bytes."""

FAMILIES: Mapping[str, Decoder] = {
    "hikvision": hikvision.decode,
    "isecure": isecure.decode,
    "gatehouse": gatehouse.decode,
}
