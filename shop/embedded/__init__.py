"""Real servers from wheels, for the demo and the tests."""
