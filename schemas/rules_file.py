"""Reading rules' YAML: rows as schemas/rules.py describes them, and a line number for every mistake.

schemas/rules_sentences.py has the sentences; schemas/rules_known.py asks whether the rules and places exist that a rule names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from schemas.errors import RuleError
from schemas.rules import Rule
from schemas.rules_mended import all_sentences
from schemas.rules_sentences import Location

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick where PyYAML was built with libyaml


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. `rule` is None where it has mistakes of its own."""

    path: Path
    node: yaml.MappingNode
    id: str
    rule: Rule | None

    def mistake(self, location: Location, sentence: str) -> str:
        """File, line, rule, field, and what is wrong with it."""
        place = f"{'.'.join(location)}: " if location else ""
        return f"{self.path.name}:{line_of(self.node, location)}: rule {self.id}: {place}{sentence}"


@dataclass(slots=True)
class Gathered:
    """The rows of several files, and every mistake in the order of files and rows."""

    rows: list[Row] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that have no mistake of their own, by id."""
        return {row.id: row.rule for row in self.rows if row.rule is not None}


def rules_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are meant: of a folder its *.yaml. RuleError for a folder without any."""
    found: list[Path] = []
    for path in paths:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not files:
            raise RuleError(f"{path} holds no *.yaml.")
        found += files
    return found


def read_rules(paths: Sequence[Path]) -> Mapping[str, Rule]:
    """The rules of several files by id; RuleError names every mistake: file, line, rule, field, what is allowed."""
    gathered = gather(paths)
    if gathered.mistakes:
        raise RuleError("\n".join(gathered.mistakes))
    return gathered.rules


def gather(paths: Sequence[Path]) -> Gathered:
    """Read everything that can be read, and note what is wrong."""
    gathered = Gathered()
    seen: set[str] = set()
    for path in paths:
        for node in _rows(path, gathered.mistakes):
            row = _read(path, node, gathered.mistakes)
            if row.id in seen:
                gathered.mistakes.append(row.mistake(("id",), "this id is given twice"))
            seen.add(row.id)
            gathered.rows.append(row)
    return gathered


def _read(path: Path, node: yaml.MappingNode, mistakes: list[str]) -> Row:
    plain = _plain(node)
    row = Row(path, node, str(plain.get("id", "?")), None)
    mistakes.extend(row.mistake(location, "is given twice; the last one would count") for location in _twice(node, ()))
    try:
        return Row(path, node, row.id, Rule.model_validate(plain))
    except ValidationError as err:
        mistakes.extend(row.mistake(location, sentence) for location, sentence in all_sentences(plain, err))
        return row


def _rows(path: Path, mistakes: list[str]) -> Iterator[yaml.MappingNode]:
    try:
        text = path.read_text("utf-8")
        if (alias := _alias(text)) is not None:
            mistakes.append(f"{path.name}:{alias}: an alias (*…) is not read here: write the value out")
            return
        root = yaml.compose(text, Loader=_LOADER)
    except OSError as err:
        mistakes.append(f"{path.name}: cannot be read: {err.strerror}")
        return
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as err:
        mistakes.append(f"{path.name}: is not YAML: {' '.join(str(err).split())}")
        return
    nodes = root.value if isinstance(root, yaml.SequenceNode) else [root]
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            yield node
        else:
            mistakes.append(f"{path.name}:{_line(node)}: a rules file is a list of rows, each with id, version, …")


def _alias(text: str) -> int | None:
    """The line of the first alias: a small file could become a huge one, or contain itself."""
    found = (event for event in yaml.parse(text, Loader=_LOADER) if isinstance(event, yaml.AliasEvent))
    event = next(found, None)
    return None if event is None or event.start_mark is None else event.start_mark.line + 1


def _plain(node: yaml.Node) -> Any:
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_document(node)
    finally:
        constructor.dispose()


def _twice(node: yaml.Node, before: Location) -> Iterator[Location]:
    """Where a name stands twice in one mapping: YAML would keep the last one in silence."""
    if isinstance(node, yaml.MappingNode):
        names = [str(key.value) for key, _ in node.value]
        yield from ((*before, name) for name in dict.fromkeys(names) if names.count(name) > 1)
        for key, value in node.value:
            yield from _twice(value, (*before, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _twice(value, (*before, str(place)))


def _line(node: yaml.Node | None) -> int:
    return 1 if node is None else node.start_mark.line + 1


def line_of(node: yaml.Node, location: Location) -> int:
    """The line of the deepest part of the location that is written in the file; of a name given twice the last one."""
    line = _line(node)
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in reversed(node.value) if key.value == part), None)
            if pair is None:
                return line
            line, node = _line(pair[0]), pair[1]
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = _line(node)
    return line
