"""The glossary knows every public word of the domain, in Vietnamese with its marks."""

from __future__ import annotations

import ast
import unicodedata

import resources

GLOSSARY = resources.load_toml("glossary.toml")


def test_every_public_class_of_the_domain_has_its_vietnamese_word() -> None:
    folder = resources.ROOT.parent / "app" / "domain"
    classes = {
        node.name
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    assert classes <= set(GLOSSARY), sorted(classes - set(GLOSSARY))


def test_every_entry_is_whole() -> None:
    for word, entry in GLOSSARY.items():
        assert set(entry) == {"vi", "source", "meaning"}, word
        assert all(entry.values()), word
        assert unicodedata.is_normalized("NFC", entry["vi"]), word
