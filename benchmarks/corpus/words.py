"""Invented administrative Vietnamese: names, places, sentences."""

import json
import random
from functools import cache
from importlib.resources import files

_FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Vũ", "Võ", "Phan", "Trương", "Bùi", "Đặng", "Đỗ", "Ngô",
    "Hồ", "Dương", "Đinh", "Lý", "Đào", "Đoàn", "Vương", "Trịnh", "Lâm", "Phùng", "Mai", "Tô", "Hà", "Tạ",
)  # fmt: skip
_MIDDLE = (
    "Thị", "Văn", "Hữu", "Đức", "Ngọc", "Minh", "Quốc", "Thanh", "Xuân", "Thị Mỹ", "Thị Kim", "Đình", "Công",
    "Thị Bích", "Hoàng", "Gia", "Khánh", "Tuấn", "Thùy", "Phương",
)  # fmt: skip
_GIVEN = (
    "Mẫu", "Thử", "Ví", "Dụ", "Tưởng", "Tượng", "Quỳnh", "Nguyệt", "Thưởng", "Nghĩa", "Phước", "Thảo", "Tuyền",
    "Khuê", "Diễm", "Hưởng", "Ước", "Vẽ", "Giả", "Định", "Nhượng", "Thuyên", "Huyền", "Trường", "Hậu", "Lộc",
)  # fmt: skip
_STREETS = (
    "Lý Thường Kiệt", "Nguyễn Trãi", "Trần Hưng Đạo", "Lê Lợi", "Hai Bà Trưng", "Phan Chu Trinh", "Hùng Vương",
    "Điện Biên Phủ", "Nguyễn Huệ", "Quang Trung", "Lê Hồng Phong", "Bạch Đằng", "Võ Thị Sáu", "Cách Mạng Tháng Tám",
)  # fmt: skip
_SUBJECTS = (
    "Ủy ban nhân dân cấp xã", "Người có yêu cầu", "Công chức tư pháp - hộ tịch", "Bộ phận một cửa", "Cơ quan đăng ký",
    "Người thực hiện thủ tục", "Đơn vị được giao nhiệm vụ", "Trung tâm Phục vụ hành chính công", "Người được ủy quyền",
    "Hộ gia đình", "Chủ tịch Ủy ban nhân dân", "Tổ chức, cá nhân có liên quan", "Cán bộ tiếp nhận hồ sơ",
)  # fmt: skip
_VERBS = (
    "có trách nhiệm kiểm tra", "phải xuất trình", "được quyền yêu cầu cung cấp", "tiến hành xác minh", "ghi nhận đầy đủ",
    "không được từ chối tiếp nhận", "thông báo kịp thời về", "chịu trách nhiệm trước pháp luật về", "cập nhật",
    "lưu trữ và bảo quản", "đối chiếu với bản chính", "hướng dẫn bằng văn bản về", "chuyển ngay trong ngày làm việc",
)  # fmt: skip
_OBJECTS = (
    "giấy tờ tùy thân còn giá trị sử dụng", "hồ sơ đề nghị cấp bản sao trích lục", "nội dung khai trong tờ khai",
    "thông tin về nơi thường trú", "quyết định công nhận kết quả giải quyết", "sổ đăng ký khai sinh năm trước",
    "các khoản phí, lệ phí theo mức quy định", "tính chính xác của dữ liệu đã số hóa", "biên bản bàn giao giấy tờ gốc",
    "văn bản chấp thuận của cơ quan có thẩm quyền", "quyền sử dụng đất và tài sản gắn liền với đất",
    "giấy xác nhận tình trạng hôn nhân", "danh sách những người được hưởng trợ cấp", "phiếu kiểm soát quá trình xử lý",
)  # fmt: skip
_TAILS = (
    "theo quy định của pháp luật", "trong thời hạn {n} ngày làm việc kể từ ngày nhận đủ hồ sơ", "trước {h} giờ {m} phút",
    "khi công dân nộp trực tiếp hoặc qua dịch vụ bưu chính công ích", "để bảo đảm quyền lợi của người dân",
    "nếu hồ sơ chưa đầy đủ hoặc chưa hợp lệ", "tại trụ sở số {h}{m} đường {street}", "căn cứ Điều {h} Luật Hộ tịch",
    "từ ngày {date}", "với mức thu {n}.000 đồng một trường hợp", "cho ông (bà) {name}",
)  # fmt: skip


@cache
def _communes() -> tuple[tuple[str, str], ...]:
    """Real names of communes with their province."""
    listed = sorted(p.name for p in (files("resources") / "units").iterdir() if p.name.endswith(".json"))
    units = json.loads((files("resources") / "units" / listed[-1]).read_text("utf-8"))
    return tuple(
        (commune, province["name"])
        for province in units["provinces"].values()
        for commune in province["communes"].values()
    )


class Words:
    """Draws invented facts and sentences; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def name(self) -> str:
        d = self._draw
        return f"{d.choice(_FAMILY)} {d.choice(_MIDDLE)} {d.choice(_GIVEN)}"

    def date(self) -> str:
        d = self._draw
        return f"{d.randint(1, 28):02d}/{d.randint(1, 12):02d}/{d.randint(1940, 2026)}"

    def number(self) -> str:
        """Twelve digits as a personal number has them."""
        return f"0{self._draw.randint(10**10, 99_999_999_999)}"

    def phone(self) -> str:
        return f"09{self._draw.randint(10_000_000, 99_999_999)}"

    def address(self) -> str:
        commune, province = self._draw.choice(_communes())
        return f"Số {self._draw.randint(1, 399)} đường {self._draw.choice(_STREETS)}, {commune}, {province}"

    def commune(self) -> str:
        return self._draw.choice(_communes())[0]

    def sentence(self) -> str:
        d = self._draw
        tail = d.choice(_TAILS).format(
            n=d.randint(2, 30), h=d.randint(1, 23), m=d.randint(10, 59), street=d.choice(_STREETS), date=self.date(),
            name=self.name(),
        )  # fmt: skip
        return f"{d.choice(_SUBJECTS)} {d.choice(_VERBS)} {d.choice(_OBJECTS)} {tail}."

    def paragraph(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))

    def pick(self, *choices: str) -> str:
        return self._draw.choice(choices)

    def between(self, least: int, most: int) -> int:
        return self._draw.randint(least, most)
