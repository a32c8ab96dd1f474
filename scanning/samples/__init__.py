"""Invented papers for the demo, for training and for the tests: no line of them describes a real person."""
