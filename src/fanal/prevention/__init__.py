"""Meets the next offender where they act, with a message and a way out; keeps no person.

An island: it knows `model`, `errors`, `matching`, `serving` and `helplines`, and no case.
"""
