"""Every error that Gatehouse raises on purpose.

    GatehouseError
    ├── SettingsError      a setting is unknown, missing or wrong
    ├── SiteError          the site's files contradict themselves
    ├── PayloadError       a device's message cannot be read
    │   └── TooLarge       it is over a stated limit (size, depth, count)
    ├── RecordError        a Kafka record cannot be read
    ├── RuleError          a rule's row is wrong
    ├── PlanError          an emergency plan's file is wrong, or there is no such plan
    ├── StateError         saved rule state is damaged, or not this site's
    ├── MachineError       this machine lacks something that Gatehouse runs on
    ├── AccountError       an account cannot be so (dashboard/door/accounts.py)
    ├── Unavailable        a service does not answer; waiting may help
    └── Fenced             another worker has taken this partition over

The text of each is one sentence for the person who can mend it: what is wrong, where, what to do.
"""


class GatehouseError(Exception):
    """Root of the tree; catching it catches nothing that is a bug."""


class SettingsError(GatehouseError):
    """A setting is unknown, missing or wrong; the text names it."""


class SiteError(GatehouseError):
    """The site's YAML or CSV is wrong; the text lists every mistake, a line each."""


class PayloadError(GatehouseError):
    """A device's message cannot be read. `at` is where in it (a path, a line, an offset)."""

    def __init__(self, reason: str, at: str = "") -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


class TooLarge(PayloadError):
    """A device's message is over a stated limit."""


class RecordError(GatehouseError):
    """A Kafka record cannot be read; it goes to the dead letters with this reason."""


class RuleError(GatehouseError):
    """A rule's row is wrong; the text names the rule and the field."""


class PlanError(GatehouseError):
    """A plan's file is wrong; the text lists every mistake, a line each: file, line, field, what is allowed."""


class MachineError(GatehouseError):
    """This machine lacks something; the text names the command that mends it."""


class StateError(GatehouseError):
    """Saved rule state is damaged, of another form or of another site; rules can only start with nothing."""


class Unavailable(GatehouseError):
    """A service does not answer; what was to be written is still ours to keep."""


class Fenced(GatehouseError):
    """Somebody else advanced this partition's progress: what we hold of it is void."""
