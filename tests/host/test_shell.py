"""A command of the system that fails says why in one sentence, with what to do about it."""

import pytest

from host.shell import run
from schemas.errors import MachineError


def test_what_a_command_says_is_returned_with_our_environment_added_to() -> None:
    assert run(["sh", "-c", "cat; echo $WORD"], mend="", stdin="in ", environment={"WORD": "out"}) == "in out\n"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("printf '\\033[31mERROR\\033[0m no such host\\nsee the manual\\n\\033[0m\\n'; exit 1", r"\(ERROR no such host\)"),
        ("echo first; echo last >&2; exit 3", r"sh failed \(first\)"),
        ("printf '\\033[0m'; exit 7", r"\(status 7\)"),
    ],
)
def test_a_failure_quotes_the_first_error_or_the_last_line(script: str, words: str) -> None:
    with pytest.raises(MachineError, match=words):
        run(["sh", "-c", script], mend="do this")


def test_a_command_that_is_absent_or_does_not_end_is_said() -> None:
    with pytest.raises(MachineError, match="no-such-command is not installed: do this"):
        run(["no-such-command"], mend="do this")
    with pytest.raises(MachineError, match="did not end within"):
        run(["sleep", "60"], mend="do this", timeout_s=0.01)
