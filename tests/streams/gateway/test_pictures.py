"""A picture that comes back is told once, by the heartbeat after its loss."""

from datetime import UTC, datetime, timedelta

from schemas.decoded import Decoded
from schemas.events import Event, Heartbeat, Kind, event_id
from streams.gateway.pictures import MOST, Pictures

NOON = datetime(2031, 3, 5, 4, tzinfo=UTC)


def alive(second: float, device: str = "cam", *, picture: bool = True) -> Decoded:
    return Decoded(heartbeats=(Heartbeat(Kind.CAMERA, device, NOON + timedelta(seconds=second), picture),))


def lost(second: float) -> Decoded:
    at = NOON + timedelta(seconds=second)
    return Decoded(events=(Event(event_id("v", "cam", str(second)), Kind.CAMERA, "video_lost", "cam", at),))


def told(pictures: Pictures, decoded: Decoded) -> list[str]:
    return [event.type for event in pictures.told(decoded, NOON).events]


def test_the_first_heartbeat_after_a_loss_is_news_and_the_next_is_not() -> None:
    pictures = Pictures()
    assert told(pictures, alive(0)) == ["video_restored"]  # nobody knows what was before
    assert [told(pictures, alive(second)) for second in (10, 20)] == [[], []]
    assert told(pictures, lost(25)) == ["video_lost"]
    assert told(pictures, alive(30)) == ["video_restored"]
    assert told(pictures, alive(40)) == []


def test_a_heartbeat_that_says_nothing_of_a_picture_is_life_alone() -> None:
    pictures = Pictures()
    assert told(pictures, alive(0, picture=False)) == []
    assert told(pictures, Decoded(heartbeats=(Heartbeat(Kind.DOOR, "door", NOON, picture=True),))) == []


def test_the_same_heartbeat_told_by_two_runs_of_the_gateway_is_one_event() -> None:
    one, two = (Pictures().told(alive(5), NOON).events for _ in range(2))
    assert one == two


def test_news_that_could_not_be_made_safe_is_told_again() -> None:
    pictures = Pictures()
    pictures.forget(pictures.told(alive(0), NOON))
    assert told(pictures, alive(10)) == ["video_restored"]


def test_what_is_remembered_is_bounded() -> None:
    pictures = Pictures()
    for n in range(MOST + 5):
        pictures.told(alive(0, f"cam-{n}"), NOON)
    assert len(pictures.there) <= MOST
