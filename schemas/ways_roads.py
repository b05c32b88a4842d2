"""The roads of a site as pieces: polylines on which a place is metres from the start, where they meet, what is near them.

Roads end at walls except at gates. Pieces that hang together with nothing larger are left out, so that every place of the
roads reaches every other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.site import Line, Site
from schemas.ways_shapes import Flags, Floats, Ints, cross, meets, nearest, runs

DRIVABLE = {"avenue", "ring", "street", "lane", "fire_lane"}  # an ambulance fits all of these; a path has posts
JOIN_M = 2.0  # a road that ends so near the edge of another opens into it: plans leave out kerbs and aprons
GAP_M = 0.1  # a road that runs into a wall ends so far before it
CANDIDATES = 8  # nearest stretches of road that are tried for one that no wall cuts off

Mark = tuple[int, float]
"""A place on the roads: piece, and metres from its start."""


@dataclass(frozen=True, slots=True)
class Roads:
    """Segments float64[s, 2, 2]; for each the piece it belongs to, the metres at which it begins there, and half its width.

    `walls` float64[w, 2, 2] are crossed by nothing.
    """

    segments: Floats
    piece: Ints
    begins: Floats
    half: Floats
    walls: Floats

    def chosen(self, which: Flags) -> "Roads":
        """Only some of the segments."""
        return Roads(self.segments[which], self.piece[which], self.begins[which], self.half[which], self.walls)

    def nearest(self, points: Floats) -> list[Mark]:
        """The nearest place to each of points[n, 2], on the point's side of the walls where one is near."""
        share, away = nearest(points, self.segments)
        best = away.argmin(1)
        for row in np.flatnonzero(self._cut_off(points, best, share[np.arange(len(points)), best])):
            near = np.argsort(away[row])[:CANDIDATES]
            best[row] = near[self._cut_off(points[[row] * len(near)], near, share[row, near]).argmin()]
        return [self._mark(int(at), float(share[row, at])) for row, at in enumerate(best)]

    def _cut_off(self, points: Floats, segments: Ints, shares: Floats) -> Flags:
        """Whether a wall lies between each point and its place on its segment."""
        start, end = self.segments[segments, 0], self.segments[segments, 1]
        lines = np.stack([points, start + shares[:, None] * (end - start)], 1)
        found: Flags = np.any(meets(lines[:, None], self.walls), axis=1)
        return found

    def meetings(self) -> list[tuple[Mark, Mark]]:
        """The places where pieces cross, where one opens into another, and where a ring closes."""
        return [*self._crossings(), *self._openings()]

    def _crossings(self) -> Iterator[tuple[Mark, Mark]]:
        for a, b in np.argwhere(np.triu(meets(self.segments[:, None], self.segments[None]), 1)):
            one, other = self.segments[a], self.segments[b]
            yield self._mark(int(a), _share(one, other)), self._mark(int(b), _share(other, one))

    def _openings(self) -> Iterator[tuple[Mark, Mark]]:
        first = np.flatnonzero(self.begins == 0)
        last = np.append(first[1:], len(self.piece)) - 1
        tips = [*((at, 0) for at in first), *((at, 1) for at in last)]
        points = np.array([self.segments[tip] for tip in tips]).reshape(-1, 2)
        share, away = nearest(points, self.segments)
        for row, (own, side) in enumerate(tips):
            beside = (away[row] <= self.half + JOIN_M) & (self.piece != self.piece[own])
            ring = (self.piece == self.piece[own]) & (self.segments[:, 1 - side] == points[row]).all(1)
            near = np.flatnonzero(beside | ring)
            for at in near[~self._cut_off(points[[row] * len(near)], near, share[row, near])]:
                yield self._mark(int(own), float(side)), self._mark(int(at), float(share[row, at]))

    def _mark(self, segment: int, share: float) -> Mark:
        start, end = self.segments[segment]
        return int(self.piece[segment]), float(self.begins[segment] + share * np.hypot(*(end - start)))


def roads_of(site: Site, walls: Floats) -> Roads | None:
    """The site's roads that hang together; None where it has none."""
    lines = [line for line in site.lines if line.kind in DRIVABLE]
    pieces = [(points, line.width / 2) for line in lines for points in _cut(line, walls)]
    if not pieces:
        return None
    counts = [len(points) - 1 for points, _ in pieces]
    every = Roads(
        np.concatenate([runs(points) for points, _ in pieces]),
        np.repeat(np.arange(len(pieces)), counts),
        np.concatenate([_begins(points) for points, _ in pieces]),
        np.repeat([half for _, half in pieces], counts),
        walls,
    )
    return every.chosen(np.isin(every.piece, _largest(every)))


def _begins(points: Floats) -> Floats:
    """Metres from the start of a polyline to each of its segments."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    begins: Floats = np.cumsum(steps) - steps
    return begins


def _cut(line: Line, walls: Floats) -> Iterator[Floats]:
    """The line's pieces between the walls that it runs into, each ending `GAP_M` before its wall."""
    points = [np.array(line.points[0])]
    for segment in runs(np.array(line.points)):
        start, run = segment[0], segment[1] - segment[0]
        gap = min(GAP_M / max(float(np.hypot(*run)), 1e-9), 0.4)
        for share in sorted(_share(segment, wall) for wall in walls[meets(segment, walls)]):
            yield np.stack([*points, start + max(share - gap, 0.0) * run])
            points = [start + min(share + gap, 1.0) * run]
        points.append(segment[1])
    yield np.stack(points)


def _share(one: Floats, other: Floats) -> float:
    """How far along one segment, from 0 to 1, it crosses the other."""
    run, across = one[1] - one[0], other[1] - other[0]
    return float(cross(other[0] - one[0], across) / cross(run, across))


def _largest(roads: Roads) -> Sequence[int]:
    """The pieces of the longest part that hangs together."""
    part = np.arange(roads.piece.max() + 1)
    for (a, _), (b, _) in roads.meetings():
        part[part == part[a]] = part[b]
    metres = np.bincount(part[roads.piece], np.hypot(*(roads.segments[:, 1] - roads.segments[:, 0]).T))
    found: list[int] = np.flatnonzero(part == metres.argmax()).tolist()
    return found
