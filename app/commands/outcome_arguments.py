"""What `motcua outcome` takes on the command line."""

from __future__ import annotations

import argparse
from typing import Any


def add_outcome(commands: Any) -> None:
    """Adds the command with one sub-command for each outcome."""
    outcome = commands.add_parser(
        "outcome", help="ghi kết quả của một hồ sơ: bổ sung, từ chối, hẹn lại, dừng, trả…"
    )
    outcome.add_argument(
        "subject", metavar="MÃ_HOẶC_KHÓA", help="hồ sơ đã tiếp nhận; với refuse là tệp VISIT.json"
    )
    actions = outcome.add_subparsers(dest="action", metavar="VIỆC", required=True)

    def action(name: str, words: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(name, help=words, description=words)
        parser.add_argument("--json", action="store_true", help="trả lời bằng một dòng JSON")
        return parser

    show = action("show", "xem hồ sơ đang ở bước nào và các việc đã ghi")
    show.set_defaults(reason="")

    transfer = action("transfer", "chuyển hồ sơ đến bộ phận giải quyết (Mẫu 06 đi kèm)")
    transfer.add_argument("--to", required=True, metavar="BỘ_PHẬN")
    transfer.add_argument("--receiver", default="", metavar="NGƯỜI_NHẬN")

    supplement = action("supplement", "yêu cầu bổ sung, mỗi hồ sơ một lần (Mẫu 02)")
    supplement.add_argument(
        "--paper",
        action="append",
        default=[],
        dest="papers",
        metavar="TÊN_GIẤY=CẦN_LÀM_GÌ",
        help="ghi lại cho mỗi giấy; ví dụ “Giấy ủy quyền=Bổ sung chữ ký ở trang 2”",
    )
    supplement.add_argument("--reason", required=True, metavar="LÝ_DO")

    action("complete", "người nộp đã bổ sung đủ, tính lại ngày hẹn trả")

    refuse = action("refuse", "từ chối tiếp nhận một lượt chưa nhận (Mẫu 03)")
    refuse.add_argument("--reason", required=True, metavar="MÃ_LÝ_DO", help="mã trong danh mục lý do từ chối")
    refuse.add_argument("--text", default="", metavar="NÓI_RÕ", help="nội dung cụ thể")
    refuse.add_argument(
        "--submitted",
        metavar="THỜI_ĐIỂM",
        help="lúc người dân nộp, ví dụ 2026-11-20T14:26 (mặc định: bây giờ)",
    )
    refuse.add_argument(
        "--attach", action="append", default=[], metavar="MÃ=TỆP", help="giấy để đọc thông tin người nộp"
    )

    apologise = action("apologise", "xin lỗi và hẹn lại ngày trả, một lần (Mẫu 04)")
    apologise.add_argument("--reason", required=True, metavar="LÝ_DO")
    apologise.add_argument(
        "--due", required=True, metavar="NGÀY", help="ngày hẹn lại, ví dụ 2026-12-02 hoặc 02/12/2026"
    )

    stop = action("stop", "dừng giải quyết (Mẫu 05)")
    stop.add_argument("--reason", required=True, metavar="LÝ_DO")
    stop.add_argument("--basis", default="", metavar="CĂN_CỨ", help="văn bản làm căn cứ")
    stop.add_argument("--returned", default="", metavar="TRẢ_LẠI", help="xử lý phí, lệ phí và giấy tờ đã nộp")

    withdraw = action("withdraw", "người nộp rút hồ sơ")
    withdraw.add_argument("--reason", required=True, metavar="LÝ_DO")

    result = action("result", "ghi nhận đã có kết quả")
    result.add_argument("--number", required=True, metavar="SỐ_KÝ_HIỆU")
    result.add_argument("--signed-by", required=True, metavar="NGƯỜI_KÝ")
    result.add_argument("--signed", choices=["paper", "digital"], required=True, help="ký giấy hay ký số")

    hand_over = action("hand-over", "trả kết quả cho người nộp hoặc người được ủy quyền")
    who = hand_over.add_mutually_exclusive_group(required=True)
    who.add_argument("--card", metavar="CHUỖI_QR", help="chuỗi QR hoặc ba dòng MRZ đọc từ thẻ")
    who.add_argument("--personal-id", metavar="SỐ_ĐỊNH_DANH", help="gõ từ giấy tờ xuất trình, máy đối chiếu")
    hand_over.add_argument("--name", default="", metavar="HỌ_TÊN", help="của người được ủy quyền")
    hand_over.add_argument("--authority", default="", metavar="SỐ_GIẤY_ỦY_QUYỀN")
    hand_over.add_argument(
        "--signed", choices=["paper", "pad", "digital"], default="paper", help="người nhận ký thế nào"
    )
