"""Typed reading of YAML nodes: each value knows its line, each mistake is told and reading goes on.

A reader returns None where it told a mistake. Aliases are refused, so that a small file cannot become a huge one, and so
are tags, which say what a value is instead of writing it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeVar

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from schemas.site import Name, Point
from schemas.site_file_mistakes import Findings, instead

T = TypeVar("T")
DEEPEST = 16  # no site needs more than five levels; a thousand would exhaust the stack
_TAG = "tag:yaml.org,2002:"


def compose(text: str, findings: Findings) -> yaml.Node | None:
    """The document's root, or None with the mistake told."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if problem := _refused(event, depth):
                findings.tell(event.start_mark.line + 1 if event.start_mark else 0, problem)
                return None
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        problem = err.problem or err.context or "unreadable"
        findings.tell(
            mark.line + 1 if mark else 0, f"This is not YAML ({problem}): correct the indentation, brackets or quotes here."
        )
    except yaml.reader.ReaderError as err:
        line = text.encode()[: err.position].count(b"\n") + 1
        findings.tell(line, f"The character {err.character!r} may not stand in YAML: remove it.")
    return None


def _refused(event: yaml.Event, depth: int) -> str:
    """What YAML can do that a site's file has no use for."""
    if depth > DEEPEST:
        return f"The lists and mappings are nested over {DEEPEST} deep: a site needs five, close the brackets."
    if isinstance(event, yaml.AliasEvent):
        return "An alias (*…) is not read here: write the value out."
    if tag := getattr(event, "tag", None):
        return f"The tag {tag} is not read here: write the plain value."
    return ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads values out of nodes; `what` in its methods is how a sentence names the value."""

    findings: Findings

    def line(self, node: yaml.Node) -> int:
        """Where the node begins, from 1."""
        return int(node.start_mark.line) + 1

    def tell(self, node: yaml.Node, sentence: str) -> None:
        """Note a mistake at a node."""
        self.findings.tell(self.line(node), sentence)

    def fields(
        self, node: yaml.Node, what: str, required: Collection[str], optional: Collection[str]
    ) -> Mapping[str, yaml.Node]:
        """A mapping's values by key; unknown, repeated and missing keys are told."""
        if not isinstance(node, yaml.MappingNode):
            self.tell(node, f"{what} is {_kind(node)}: write keys and values ({', '.join(required)}).")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else _kind(key)
            if name in found:
                self.tell(key, f"{what} has the key {name!r} twice: remove one.")
            elif name not in required and name not in optional:
                self.tell(key, f"{what} has no key {name!r}: {instead(name, [*required, *optional])}")
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.tell(node, f"{what} has no {name!r}: add it.")
        return found

    def items(self, node: yaml.Node | None, what: str) -> Iterator[yaml.Node]:
        """A list's members; nothing for an absent one."""
        if isinstance(node, yaml.SequenceNode):
            yield from node.value
        elif node is not None:
            self.tell(node, f"{what} is {_kind(node)}: write a list.")

    def text(self, node: yaml.Node | None, what: str) -> str | None:
        """Words; not empty. A value that YAML takes for a number or date is read as it is written."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.tell(node, f"{what} is {_kind(node)}: write text.")
            return None
        if not node.value.strip() or node.tag == _TAG + "null":
            self.tell(node, f"{what} is empty: write it.")
            return None
        return str(node.value).strip()

    def number(self, node: yaml.Node | None, what: str) -> float | None:
        """A finite number."""
        value = self.value(node, what)
        if node is None or value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.tell(node, f"{what} is {value!r}: write a number.")
            return None
        try:
            wide = float(value)
        except OverflowError:
            wide = float("inf")
        if not isfinite(wide):
            self.tell(node, f"{what} is not a finite number: write one.")
            return None
        return wide

    def whole(self, node: yaml.Node | None, what: str) -> int | None:
        """A whole number."""
        value = self.number(node, what)
        if node is not None and value is not None and value != int(value):
            self.tell(node, f"{what} is {value}: write a whole number.")
            return None
        return None if value is None else int(value)

    def flag(self, node: yaml.Node | None, what: str) -> bool | None:
        """true or false."""
        value = self.value(node, what)
        if node is not None and value is not None and not isinstance(value, bool):
            self.tell(node, f"{what} is {value!r}: write true or false.")
            return None
        return None if value is None else bool(value)

    def name(self, node: yaml.Node | None, what: str) -> Name | None:
        """A pair of names, {zh: …, en: …}."""
        if node is None:
            return None
        parts = self.fields(node, what, ("zh", "en"), ())
        zh, en = self.text(parts.get("zh"), f"{what} in Chinese"), self.text(parts.get("en"), f"{what} in English")
        return Name(zh, en) if zh and en else None

    def point(self, node: yaml.Node, what: str) -> Point | None:
        """[x, y] in metres."""
        numbers = self.numbers(node, what, 2)
        return (numbers[0], numbers[1]) if numbers else None

    def numbers(self, node: yaml.Node, what: str, count: int) -> list[float] | None:
        """A list of exactly so many numbers."""
        if not isinstance(node, yaml.SequenceNode) or len(node.value) != count:
            self.tell(node, f"{what} is not a list of {count} numbers: write [{', '.join('xyr'[:count])}] in metres.")
            return None
        found = [self.number(one, what) for one in node.value]
        known = [one for one in found if one is not None]
        return known if len(known) == count else None

    def all(self, node: yaml.Node | None, what: str, read: Callable[[yaml.Node, str], T | None]) -> list[T]:
        """What can be read of a list."""
        found = (read(one, what) for one in self.items(node, what))
        return [one for one in found if one is not None]

    def value(self, node: yaml.Node | None, what: str) -> Any:
        """Plain data of a node, as YAML's safe types."""
        if node is None:
            return None
        try:
            return SafeConstructor().construct_document(node)
        except (ConstructorError, ValueError, OverflowError) as err:
            problem = err.problem if isinstance(err, ConstructorError) else err
            self.tell(node, f"{what} cannot be read ({problem}): write plain text, numbers, true or false.")
            return None


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a single value"
