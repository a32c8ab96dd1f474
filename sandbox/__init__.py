"""A stand-in for the province and the population register, over real HTTP.

For training, the demonstration and the tests. It shares no code with the product on purpose: the
rules of codes, identities and files are written here a second time, so that one side's mistake
shows on the other.
"""
