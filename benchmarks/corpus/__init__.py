"""Seeded Vietnamese pages with their exact text, and what scanners, phones and time do to them.

Invented text and invented people only. Independent of `scanning.samples`, so that a page which the program was
built on does not judge it.
"""
