"""What the listing needs in the database: an index of words and tails, and sums, kept up by triggers.

Triggers keep them up in the transaction of the change itself, whichever part of the program makes it. The index may
lack the last few records; whoever searches enters them first.
"""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST_NUMBER = 40


def _backwards(expression: str) -> str:
    """An SQL expression for the text read from its end: the last digits become a beginning, which an index finds."""
    return "||".join(f"substr({expression}, {n}, 1)" for n in range(_LONGEST_NUMBER, 0, -1))


def _person(role: str, fact: str) -> str:
    return f"coalesce(json_extract(r.body, '$.{role}.{fact}'), '')"


# unicode61 folds every mark of Vietnamese but the bar of đ, which Unicode does not hold for a mark.
_WORDS = f"""replace(replace(
    r.title || ' ' || {_person("owner", "full_name")} || ' ' || coalesce(r.code, '') || ' ' || coalesce(r.alias, '')
    || ' ' || coalesce(o.official_code, ''), 'đ', 'd'), 'Đ', 'D')"""
_TAILS = " || ' ' || ".join(
    _backwards(number)
    for number in (
        "coalesce(r.code, '')",
        "coalesce(r.alias, '')",
        "coalesce(o.official_code, '')",
        _person("applicant", "personal_id"),
        _person("owner", "personal_id"),
    )
)
#: Enters all records that the index does not hold yet.
INDEX_THE_REST = f"""INSERT INTO record_words (rowid, words, tails)
    SELECT o.position, {_WORDS}, {_TAILS} FROM outbox o JOIN records r ON r.key = o.record_key
    WHERE o.position > (SELECT coalesce(max(rowid), 0) FROM record_words)"""  # noqa: S608
_AT_ONCE = 16
_SIZE = "(SELECT coalesce(sum(size), 0) FROM record_files WHERE record_key = new.record_key)"
_ADD = f"""INSERT INTO queue_sums (state, records, size_bytes) VALUES (new.state, 1, {_SIZE})
    ON CONFLICT (state) DO UPDATE SET records = records + 1, size_bytes = size_bytes + excluded.size_bytes"""  # noqa: S608

#: As released; changed only by a later step. A rowid of `record_words` is the record's position in the outbox.
LISTING_TABLES: Sequence[str] = (
    "CREATE VIRTUAL TABLE record_words USING fts5 (words, tails, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')",
    "CREATE TABLE queue_sums (state TEXT PRIMARY KEY, records INTEGER NOT NULL, size_bytes INTEGER NOT NULL) STRICT",
    "CREATE INDEX outbox_by_official_code ON outbox (official_code) WHERE official_code IS NOT NULL",
    "CREATE INDEX outbox_by_next_try ON outbox (next_try_at) WHERE next_try_at IS NOT NULL",
    "CREATE INDEX outbox_by_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL",
    INDEX_THE_REST,
    """INSERT INTO queue_sums (state, records, size_bytes)
       SELECT o.state, count(*), coalesce(sum((SELECT sum(size) FROM record_files f WHERE f.record_key = o.record_key)), 0)
       FROM outbox o GROUP BY o.state""",
    f"CREATE TRIGGER queued AFTER INSERT ON outbox BEGIN {_ADD}; END",
    # An entry by itself costs a sealing some seven pages, sixteen together not many more.
    f"""CREATE TRIGGER listed AFTER INSERT ON outbox WHEN new.position % {_AT_ONCE} = 0
      BEGIN {INDEX_THE_REST}; END""",
    f"""CREATE TRIGGER moved AFTER UPDATE OF state ON outbox WHEN old.state <> new.state BEGIN
      UPDATE queue_sums SET records = records - 1, size_bytes = size_bytes - {_SIZE} WHERE state = old.state;
      {_ADD}; END""",  # noqa: S608
    """CREATE TRIGGER filed AFTER INSERT ON record_files BEGIN
      UPDATE queue_sums SET size_bytes = size_bytes + new.size
      WHERE state = (SELECT state FROM outbox WHERE record_key = new.record_key); END""",
    f"""CREATE TRIGGER named AFTER UPDATE OF official_code ON outbox
      WHEN new.official_code IS NOT NULL AND old.official_code IS NOT new.official_code
        AND NOT EXISTS (SELECT 1 FROM records WHERE code = new.official_code)
      BEGIN UPDATE record_words SET words = words || ' ' || new.official_code,
        tails = tails || ' ' || {_backwards("new.official_code")} WHERE rowid = new.position; END""",  # noqa: S608
)
