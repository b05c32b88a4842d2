"""Reading rules' YAML: rows as schemas/rules.py describes them, and a line number for every mistake.

schemas/written.py reads the YAML, written_sentences.py has the sentences; schemas/rules_known.py asks whether the rules and
places exist that a rule names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError

from schemas.errors import RuleError
from schemas.rules import Rule
from schemas.rules_sentences import GRAMMAR
from schemas.written import Location, composed, line, line_of, plain, twice, yaml_files
from schemas.written_mended import all_sentences


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
    return yaml_files(paths, RuleError)


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
    given = plain(node)
    row = Row(path, node, str(given.get("id", "?")), None)
    mistakes.extend(row.mistake(location, "is given twice; the last one would count") for location in twice(node))
    try:
        return Row(path, node, row.id, Rule.model_validate(given))
    except ValidationError as err:
        mistakes.extend(row.mistake(location, sentence) for location, sentence in all_sentences(GRAMMAR, given, err))
        return row


def _rows(path: Path, mistakes: list[str]) -> Iterator[yaml.MappingNode]:
    before = len(mistakes)
    root = composed(path, mistakes)
    if len(mistakes) > before:
        return
    nodes = root.value if isinstance(root, yaml.SequenceNode) else [root]
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            yield node
        else:
            mistakes.append(f"{path.name}:{line(node)}: a rules file is a list of rows, each with id, version, …")
