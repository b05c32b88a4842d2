"""The screens: the wall now, the console later. Reads the database; never meets the streams."""
