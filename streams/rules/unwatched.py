"""What an outage leaves unwatched: which places lost cameras, and which living neighbours still look there.

A camera watches its place (an elevator's camera the elevator, a camera of no place the road or wall beside it). What it sees
is taken from the plan: a point some metres ahead of it. A neighbour sees that point when it is in its field of view, near
enough, on the same floor and behind no building. So `seen_by` says where to look first; it does not promise the picture.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.site import Device, DeviceKind, Name, Site
from schemas.ways_ground import SOLID
from schemas.ways_shapes import Flags, Floats, distances, meets, nearest, runs, sides

VIEW_DEG = 90.0  # a 2.8 to 4 mm lens, as it hangs at doors, lanes and gates, sees 80 to 105 degrees across
RANGE_M = 30.0  # infrared at night carries 30 m; there a person of 1.7 m is still 50 to 100 pixels high
AHEAD_M = 5.0  # what a camera is hung up for passes some metres before it: who comes to a door, who drives along a lane
IN_CAB_M = 1.5  # an elevator's camera hangs in its cab, beside the elevator's own place on the plan
FACE_M = 0.6  # a camera hangs on its building's face, which the plan draws to the decimetre: this much of a line is free
BESIDE_M = 12.0  # a mast stands on a road's verge, half the widest road and a metre away from the middle
SUSPECT_SHARE = 0.8  # a box most of whose cameras are silent is taken for dead: the others' heartbeats are only not yet missed
SUSPECT_LEAST = 3  # of two cameras on a box both may have failed on their own
SEEN_BY, ENTRIES = 3, 12  # what fits beside an alert, and what a guard reads
RANKS = {"gate": 0, "ramp": 1, "unit": 1}  # where people come in, then everything else
FACADES = {
    "house",
    "villa",
}  # a camera of a whole building looks up its face, for what falls: sees no ground, stands in for none


@dataclass(frozen=True, slots=True)
class Zone:
    """What one or more cameras watch. `place` is the place's id, or empty where a road or wall is watched."""

    place: str
    kind: str
    name: Name


@dataclass(frozen=True, slots=True)
class Loss:
    """What one zone lost: how many cameras are dead and alive, and the nearest living ones that look there."""

    zone: Zone
    dead: int
    alive: int
    seen_by: tuple[str, ...]


class Watch:
    """Who watches what on a site, worked out once."""

    def __init__(self, site: Site) -> None:
        cameras = [device for device in site.devices.values() if device.kind is DeviceKind.CAMERA]
        self._zones = dict(zip((camera.id for camera in cameras), _zones(site, cameras), strict=True))
        self._cameras: defaultdict[Zone, list[str]] = defaultdict(list)
        for camera, zone in self._zones.items():
            self._cameras[zone].append(camera)
        self._hanging: defaultdict[str, list[str]] = defaultdict(list)
        for device in site.devices.values():
            for box in device.hangs_on.values():
                self._hanging[box].append(device.id)
        self._eyes = [seen for seen in map(self._cameras_of, self._hanging) if len(seen) >= SUSPECT_LEAST]
        self._seen_by = _seen_by(site, cameras)

    def unwatched(self, dead: Collection[str]) -> Mapping[str, Any]:
        """For an alert's `why`: the places that lost cameras, the worst first, and how many more there are.

        `dead` holds ids of any devices; what hangs on a dead box is dead too, ids that the site does not know are nothing.
        """
        gone = self._gone(dead)
        unsure = gone.union(*(seen for seen in self._eyes if len(gone & seen) >= max(SUSPECT_LEAST, SUSPECT_SHARE * len(seen))))
        lost: defaultdict[Zone, list[str]] = defaultdict(list)
        for camera in self._zones.keys() & gone:
            lost[self._zones[camera]].append(camera)
        losses = sorted((self._loss(zone, cameras, unsure) for zone, cameras in lost.items()), key=_urgency)
        return {"unwatched": [_told(loss) for loss in losses[:ENTRIES]], "more": max(len(losses) - ENTRIES, 0)}

    def _cameras_of(self, box: str) -> set[str]:
        return self._zones.keys() & set(self._hanging[box])

    def _gone(self, dead: Collection[str]) -> set[str]:
        """The dead and all that hangs on them."""
        gone, new = set(dead), list(dead)
        while new:
            after = [device for box in new for device in self._hanging.get(box, ()) if device not in gone]
            gone.update(after)
            new = after
        return gone

    def _loss(self, zone: Zone, lost: Sequence[str], unsure: Collection[str]) -> Loss:
        nearest_first = sorted(pair for one in lost for pair in self._seen_by[one] if pair[1] not in unsure)
        watchers = tuple(dict.fromkeys(camera for _, camera in nearest_first))[:SEEN_BY]
        return Loss(zone, len(lost), len(self._cameras[zone]) - len(lost), watchers)


def unwatched(site: Site, dead: Collection[str]) -> Mapping[str, Any]:
    """As `Watch(site).unwatched(dead)`, for who asks once."""
    return Watch(site).unwatched(dead)


def _urgency(loss: Loss) -> tuple[int, bool, bool, int, str, str, str]:
    """Entrances first, gates before all; then what nobody is left to watch, what no neighbour sees, what lost most."""
    zone, seen = loss.zone, bool(loss.seen_by)
    rank = RANKS.get(zone.kind, len(RANKS))
    return rank, seen or loss.alive > 0, seen, -loss.dead, zone.place, zone.kind, zone.name.en


def _told(loss: Loss) -> Mapping[str, Any]:
    return {
        "place": loss.zone.place,
        "kind": loss.zone.kind,
        "name": {"zh": loss.zone.name.zh, "en": loss.zone.name.en},
        "cameras_dead": loss.dead,
        "cameras_alive": loss.alive,
        "seen_by": list(loss.seen_by),
    }


def _zones(site: Site, cameras: Sequence[Device]) -> Iterator[Zone]:
    lifts = [device for device in site.devices.values() if device.kind is DeviceKind.ELEVATOR]
    by_place = {lift.place: [other for other in lifts if other.place == lift.place] for lift in lifts}
    roads = [line for line in site.lines if line.name and line.kind != "fire_lane"]
    away = [nearest(_points(cameras), runs(np.array(line.points)))[1].min(1) for line in roads]
    beside = np.array([np.full(len(cameras), BESIDE_M), *away]).argmin(0)
    for camera, road in zip(cameras, beside.tolist(), strict=True):
        lift = next((one for one in by_place.get(camera.place, ()) if _in_cab(camera, one)), None)
        place, line = site.places.get(camera.place), roads[road - 1] if road else None
        if lift:
            yield Zone(camera.place, "elevator", lift.name)
        elif place:
            yield Zone(place.id, place.kind, place.name)
        elif line and line.name:
            yield Zone("", line.kind, line.name)
        else:
            yield Zone("", str(camera.kind), camera.name)


def _in_cab(camera: Device, lift: Device) -> bool:
    return bool(np.hypot(camera.x - lift.x, camera.y - lift.y) <= IN_CAB_M)


def _points(devices: Sequence[Device]) -> Floats:
    return np.array([(device.x, device.y) for device in devices], np.float64).reshape(-1, 2)


def _seen_by(site: Site, cameras: Sequence[Device]) -> Mapping[str, Sequence[tuple[float, str]]]:
    """For each camera the others that see what it looks at, with their metres to it, nearest first."""
    at, floor = _points(cameras), np.array([camera.floor for camera in cameras])
    course = np.radians([camera.heading for camera in cameras])
    looks = np.stack([np.sin(course), -np.cos(course)], 1).reshape(-1, 2)
    spots = at + AHEAD_M * looks
    away = distances(at, spots)
    ahead = (spots[None] - at[:, None]) @ looks[:, :, None]
    able = (away <= RANGE_M) & (ahead[..., 0] >= np.cos(np.radians(VIEW_DEG / 2)) * away) & (floor[:, None] == floor)
    level = np.array([not _looks_up(camera, site) for camera in cameras], bool)
    able &= level[:, None] & level
    np.fill_diagonal(able, False)
    watcher, watched = np.nonzero(able)
    hidden = _hidden(site, np.stack([at[watcher], spots[watched]], 1)) & (floor[watcher] > 0)
    found: dict[str, list[tuple[float, str]]] = {camera.id: [] for camera in cameras}
    for a, b in zip(watcher[~hidden], watched[~hidden], strict=True):
        found[cameras[b].id].append((float(away[a, b]), cameras[a].id))
    return {camera: sorted(pairs) for camera, pairs in found.items()}


def _looks_up(camera: Device, site: Site) -> bool:
    place = site.places.get(camera.place)
    return place is not None and place.kind in FACADES


def _hidden(site: Site, lines: Floats) -> Flags:
    """Which of the lines of sight [n, 2, 2], less `FACE_M` at either end, cross the outline of a building."""
    run = lines[:, 1] - lines[:, 0]
    trim = run * (FACE_M / np.maximum(np.hypot(run[:, 0], run[:, 1]), 2 * FACE_M))[:, None]
    inner = np.stack([lines[:, 0] + trim, lines[:, 1] - trim], 1)
    hidden = np.zeros(len(lines), bool)
    for place in site.places.values():
        if place.kind in SOLID and len(place.outline) > 2:
            outline = np.array(place.outline)
            near = np.flatnonzero(((inner.max(1) >= outline.min(0)) & (inner.min(1) <= outline.max(0))).all(1))
            hidden[near] |= meets(inner[near, None], sides(outline)).any(1)
    return hidden
