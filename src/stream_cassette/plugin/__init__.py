"""What the pytest plugin does, in pieces; loaded only in a run that has marked tests."""
