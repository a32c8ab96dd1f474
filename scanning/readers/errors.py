"""What can be wrong with a description of a kind of paper; `str(error)` is the sentence shown."""

from scanning.errors import ScanError


class PaperDescriptionInvalid(ScanError):
    """A description that a province or the program brings along cannot be used."""

    def __init__(self, file: str, key: str, fault: str) -> None:
        super().__init__(
            f"Mô tả giấy tờ trong tệp “{file}”, mục “{key}” {fault}; hãy sửa tệp rồi mở lại chương trình."
        )
        self.file, self.key = file, key
