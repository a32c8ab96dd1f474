"""Takes values out of a TOML table with their types, and says in one sentence which key is at fault."""

from typing import Any, NoReturn

from scanning.readers.errors import PaperDescriptionInvalid


class Table:
    """One table of a described paper; remembers what was asked, so that a misspelled key does not pass."""

    def __init__(self, file: str, where: str, content: dict[str, Any]) -> None:
        self._file, self._where, self._content = file, where, content
        self._asked: set[str] = set()

    def refuse(self, key: str, fault: str) -> NoReturn:
        raise PaperDescriptionInvalid(self._file, f"{self._where}{key}", fault)

    def refuse_others(self) -> None:
        """No key may be left that nobody asked for."""
        for key in self._content:
            if key not in self._asked:
                self.refuse(key, "không có trong các mục được hiểu")

    def text(self, key: str, otherwise: str | None = None, *, may_be_empty: bool = False) -> str:
        value = self._value(key, otherwise)
        if not isinstance(value, str) or (not value.strip() and otherwise is None and not may_be_empty):
            self.refuse(key, "phải là một dòng chữ")
        return value

    def texts(self, key: str, *, least: int = 1) -> tuple[str, ...]:
        return self._strings(key, self._value(key, None if least else []), least)

    def lists_of_texts(self, key: str) -> tuple[tuple[str, ...], ...]:
        value = self._value(key, None)
        if not isinstance(value, list):
            self.refuse(key, "phải là danh sách các danh sách chữ")
        return tuple(self._strings(key, each, 1) for each in value)

    def number(self, key: str, otherwise: float) -> float:
        value = self._value(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            self.refuse(key, "phải là một số lớn hơn 0")
        return float(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        value = self._value(key, [])
        if not isinstance(value, list) or not all(
            isinstance(each, int | float) and not isinstance(each, bool) for each in value
        ):
            self.refuse(key, "phải là danh sách số")
        return tuple(map(float, value))

    def flag(self, key: str) -> bool:
        value = self._value(key, otherwise=False)
        if not isinstance(value, bool):
            self.refuse(key, "phải là true hoặc false")
        return value

    def table(self, key: str) -> "Table | None":
        value = self._value(key, {})
        if not isinstance(value, dict):
            self.refuse(key, "phải là một bảng")
        return Table(self._file, f"{self._where}{key}.", value) if value else None

    def tables(self, key: str, *, least: int = 1) -> "tuple[Table, ...]":
        value = self._value(key, [])
        if not isinstance(value, list) or len(value) < least or not all(isinstance(x, dict) for x in value):
            self.refuse(key, "phải là danh sách bảng")
        return tuple(
            Table(self._file, f"{self._where}{key}[{number}].", each) for number, each in enumerate(value, 1)
        )

    def _value(self, key: str, otherwise: object) -> Any:
        self._asked.add(key)
        if key not in self._content and otherwise is None:
            self.refuse(key, "còn thiếu")
        return self._content.get(key, otherwise)

    def _strings(self, key: str, value: object, least: int) -> tuple[str, ...]:
        if (
            not isinstance(value, list)
            or len(value) < least
            or not all(isinstance(each, str) and each.strip() for each in value)
        ):
            self.refuse(key, "phải là danh sách chữ" + (f" có ít nhất {least} mục" if least else ""))
        return tuple(value)
