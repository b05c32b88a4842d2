"""YAML that people write, as nodes that know their lines: rules, plans.

What is refused here is refused in a sentence with its line, never by an exception: no YAML, an alias, a tag, deep nesting, a
file over the size, another encoding, a name given twice.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from schemas.errors import GatehouseError

Location = tuple[str, ...]

LARGEST_BYTES = 1 << 20
"""The largest file that people have written has a thirtieth of it."""

DEEPEST = 40
"""Levels of lists and mappings: real files stay under ten; thousands would exhaust the stack."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick where PyYAML was built with libyaml
_TAG = "tag:yaml.org,2002:"
_CONSTRUCTED = frozenset(_TAG + name for name in ("int", "float", "bool", "null", "timestamp"))


def yaml_files(paths: Iterable[Path], error: type[GatehouseError]) -> list[Path]:
    """The files that are meant: of a folder its *.yaml. The error for a folder without any."""
    found: list[Path] = []
    for path in paths:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not files:
            raise error(f"{path} holds no *.yaml.")
        found += files
    return found


def composed(path: Path, mistakes: list[str]) -> yaml.Node | None:
    """The root of a file; None with the mistakes told, or where the file holds nothing."""
    text = _text(path, mistakes)
    if text is None:
        return None
    try:
        if refused := next(_refused(text), None):
            mistakes.append(f"{path.name}:{refused}")
            return None
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as err:
        mistakes.append(f"{path.name}: is not YAML: {' '.join(str(err).split())}")
        return None
    unreadable = [] if root is None else [f"{path.name}:{said}" for said in _unreadable(root)]
    mistakes.extend(unreadable)
    return None if unreadable else root


def _text(path: Path, mistakes: list[str]) -> str | None:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
        if len(raw) <= LARGEST_BYTES:
            return raw.decode("utf-8")
        mistakes.append(f"{path.name}: is over {LARGEST_BYTES >> 10} KiB: nobody has written that")
    except OSError as err:
        mistakes.append(f"{path.name}: cannot be read: {err.strerror}")
    except UnicodeDecodeError as err:
        line = err.object[: err.start].count(b"\n") + 1
        mistakes.append(f"{path.name}:{line}: is not YAML in UTF-8: save the file in UTF-8")
    return None


def _refused(text: str) -> Iterator[str]:
    """What YAML can do and a written file has no use for. A small file with aliases could become a huge one."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = 0 if event.start_mark is None else event.start_mark.line + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield f"{line}: lists and mappings are nested over {DEEPEST} deep: close the brackets"
        if isinstance(event, yaml.AliasEvent):
            yield f"{line}: an alias (*…) is not read here: write the value out"
        elif tag := getattr(event, "tag", None):
            yield f"{line}: the tag {tag} is not read here: write the plain value"


def _unreadable(node: yaml.Node) -> Iterator[str]:
    """Scalars that look like a date or a number and are none, and keys that are no plain word."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield f"{line(key)}: a list or mapping cannot be the name of a field"
            else:
                yield from _unreadable(key)
            yield from _unreadable(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _unreadable(value)
    elif node.tag != _TAG + "str" and not _constructs(node):
        yield f"{line(node)}: {node.value[:40]!r} cannot be read as it stands: quote it"


def _constructs(node: yaml.Node) -> bool:
    if node.tag not in _CONSTRUCTED:
        return False
    try:
        plain(node)
    except (yaml.YAMLError, ValueError, OverflowError):
        return False
    return True


def plain(node: yaml.Node) -> Any:
    """The node's values as Python's own."""
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_document(node)
    finally:
        constructor.dispose()


def twice(node: yaml.Node, before: Location = ()) -> Iterator[Location]:
    """Where a name stands twice in one mapping: YAML would keep the last one in silence."""
    if isinstance(node, yaml.MappingNode):
        names = [str(key.value) for key, _ in node.value]
        yield from ((*before, name) for name in dict.fromkeys(names) if names.count(name) > 1)
        for key, value in node.value:
            yield from twice(value, (*before, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from twice(value, (*before, str(place)))


def line(node: yaml.Node | None) -> int:
    """Where a node begins, from 1."""
    return 1 if node is None else node.start_mark.line + 1


def line_of(node: yaml.Node, location: Location) -> int:
    """The line of the deepest part of the location that is written in the file; of a name given twice the last one."""
    found = line(node)
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in reversed(node.value) if key.value == part), None)
            if pair is None:
                return found
            found, node = line(pair[0]), pair[1]
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            found = line(node)
    return found
