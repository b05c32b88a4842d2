"""The whole community's devices, simulated: a pure schedule of what they say, and lanes that post it to the gateway."""
