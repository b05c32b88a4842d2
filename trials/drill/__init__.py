"""`gatehouse drill`: a plan exercised from a device's event to the paper, by people or by a scripted crew."""
