"""Reading rules' YAML: rows as schemas/rules.py describes them, and a line number for every mistake."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from schemas.errors import RuleError
from schemas.rules import Condition, Rule, Threshold

_FIELDS = {*Rule.model_fields, *Condition.model_fields, *Threshold.model_fields}


def read_rules(paths: Sequence[Path]) -> Mapping[str, Rule]:
    """The rules of several files by id; RuleError names every mistake: file, line, rule, field, what is allowed."""
    rules: dict[str, Rule] = {}
    mistakes: list[str] = []
    for path in paths:
        for node in _rows(path, mistakes):
            row = _plain(node)
            where = f"{path.name}:{_line(node)}: rule {row.get('id', '?')}"
            try:
                rule = Rule.model_validate(row)
            except ValidationError as err:
                mistakes.extend(_sentences(err, path, node, row))
                continue
            if rule.id in rules:
                mistakes.append(f"{where}: id: this id is given twice")
            rules[rule.id] = rule
    if mistakes:
        raise RuleError("\n".join(mistakes))
    return rules


def _rows(path: Path, mistakes: list[str]) -> Iterator[yaml.MappingNode]:
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except OSError as err:
        mistakes.append(f"{path.name}: cannot be read: {err.strerror}")
        return
    except (yaml.YAMLError, UnicodeDecodeError) as err:
        mistakes.append(f"{path.name}: is not YAML: {' '.join(str(err).split())}")
        return
    nodes = root.value if isinstance(root, yaml.SequenceNode) else [root]
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            yield node
        else:
            mistakes.append(f"{path.name}:{_line(node)}: a rules file is a list of rows, each with id, version, …")


def _plain(node: yaml.Node) -> Any:
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_document(node)
    finally:
        constructor.dispose()


def _line(node: yaml.Node | None) -> int:
    return 1 if node is None else node.start_mark.line + 1


def _sentences(error: ValidationError, path: Path, node: yaml.Node, row: Mapping[str, Any]) -> Iterator[str]:
    for location, text in _mistakes(error):
        field = f"{'.'.join(location)}: " if location else ""
        yield f"{path.name}:{_line_of(node, location)}: rule {row.get('id', '?')}: {field}{text}"


def _mistakes(error: ValidationError) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each mistake's place in the row, and its sentence. The row's own check names its places itself."""
    for mistake in error.errors(include_url=False):
        location = tuple(str(part) for part in mistake["loc"])
        if mistake["type"] == "value_error" and not location:
            for line in mistake["msg"].removeprefix("Value error, ").split("\n"):
                place, _, text = line.partition(": ")
                yield tuple(place.split(".")), text
        else:
            near = get_close_matches(location[-1], _FIELDS, n=1) if mistake["type"] == "extra_forbidden" else []
            yield location, mistake["msg"] + (f" (did you mean {near[0]}?)" if near else "")


def _line_of(node: yaml.Node, location: tuple[str, ...]) -> int:
    """The line of the deepest part of the location that is written in the file."""
    line = _line(node)
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == part), None)
            if pair is None:
                return line
            line, node = _line(pair[0]), pair[1]
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = _line(node)
    return line
