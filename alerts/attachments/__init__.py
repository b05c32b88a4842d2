"""Pictures and papers that people attach to an incident, to a step of its plan, or to a line of a step's list."""
