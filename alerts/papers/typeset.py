"""PDF from a template of this folder and data.

Text reaches the template as JSON, never as markup, so that no text can break a page or put something on it. The same data
give the same bytes: the document carries no time of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import typst

from schemas.errors import MachineError

FOLDER = Path(__file__).parent
Data = Mapping[str, Any]
Files = Mapping[str, bytes]
NOTHING: Files = MappingProxyType({})
_LOW = 12.0  # dots an inch: enough to count pages


@dataclass(frozen=True, slots=True)
class Typeset:
    """A paper, laid out."""

    pdf: bytes
    pages: int


def typeset(template: str, data: Data, fonts: typst.Fonts | None = None, files: Files = NOTHING) -> Typeset:
    """Lay the data out, in the machine's fonts or those given. `files` are texts (SVG) beside the template, by name.

    MachineError where a font is missing: the page would have boxes instead of words.
    """
    pdf, warnings = _compiler(template, data, fonts, files).compile_with_warnings(format="pdf")
    for warning in warnings:
        if "unknown font family" in warning.message:
            raise MachineError(f"{warning.message}: `docker/debian/packages.sh run` installs the fonts of papers.")
    pages = _several(_compiler(template, data, fonts, files).compile(format="png", ppi=_LOW))
    return Typeset(b"".join(_several(pdf)), len(pages))


def pictures(template: str, data: Data, dots_per_inch: float = 144.0, files: Files = NOTHING) -> list[bytes]:
    """The pages as PNG, to be looked at."""
    return _several(_compiler(template, data, None, files).compile(format="png", ppi=dots_per_inch))


@cache
def machine_fonts() -> typst.Fonts:
    """The machine's fonts, looked for once: for up to half a second no other thread runs, so a server asks at its start."""
    return typst.Fonts()


def _compiler(template: str, data: Data, fonts: typst.Fonts | None, files: Files) -> typst.Compiler:
    """For one compilation: it forgets what it was given in memory after that. Nothing touches the disk."""
    inputs = {"data": orjson.dumps(data).decode()}
    main: Any = {"main.typ": (FOLDER / template).read_bytes(), **files}  # typst's types do not know of this form
    return typst.Compiler(main, root=FOLDER, sys_inputs=inputs, font_paths=fonts or machine_fonts())


def _several(made: bytes | list[bytes] | None) -> list[bytes]:
    return made if isinstance(made, list) else [made or b""]
