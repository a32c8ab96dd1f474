"""Syllables of which Vietnamese given and middle names are commonly made: others may be right but are looked at."""

from scanning.readers.spelling import canonical

# Without those that the reading engine likes to put in place of a name, such as "Hóa" after "Văn".
_TEXT = """
ái an anh ánh ân ẩn ba bá bạch bách bằng bảo bạo bắc băng bền biên bích biển bình bội bốn bông bưởi ca cẩm cảnh cảng
canh cao cát cầm cần cẩn chánh châm chân chấn chất châu chi chí chiến chiêu chiểu chinh chính chuẩn chung chương
chức cúc cung cường cương cử danh dân dần dân diễm diên diện diệp diệu dinh dĩnh doan doanh du dũng duy duyên duyệt
dư dưỡng dương đài đại đan đàn đang đăng đằng đào đảo đạo đạt đắc đằng đệ điềm điển điền điệp điệu định đình đoan
đoàn đô đông đồng đốc đơn đức đường gấm gia giang giao giáp giỏi hà hạ hai hải hán hàn hạnh hành hảo hào hạo hân hậu
hằng hiên hiến hiền hiển hiện hiệp hiếu hiệu hinh hoa hòa hoài hoan hoàn hoàng hoạt học hòe hồ hội hồng huân huấn
huệ huy huyên huyền huynh huỳnh hùng hưng hương hường hướng hữu kha khả khải khang khanh khánh khiêm khiết khoa khoan
khoát khôi khuê khuyên khương kì kỳ kiên kiệt kiều kim kính lai lam lan lành lãm lân lâm lập lê lệ lễ liêm liên liễu
linh lĩnh loan long lộc lợi luân luận lụa lực lưu lương lượng ly lý mai mạnh mận mẫn mẫu mây mến mi mỹ miên minh mơ
mùi muội mười mừng mạc my na nam năm nga ngà ngân ngát nghi nghĩa nghiêm nghiệp ngoan ngọc ngọ nguyên nguyện nguyệt
ngữ nhã nhàn nhạn nhân nhẫn nhất nhật nhi nhiên nhiệm nho nhu nhung như nhựt nhượng niên ninh nông nữ nương oanh phan
pháp phát phẩm phấn phi phong phó phú phúc phụng phước phương phượng qua quan quang quảng quân quế quốc quy quý quyên
quyền quyết quỳ quỳnh sa san sang sáng sao sâm sinh sĩ song sơn sương sửu tài tám tâm tân tấn tất tần tây tấn thạch
thái thanh thành thảnh thảo thắm thăng thắng thăm thân thẩm thâm thế thêm thi thì thị thiên thiện thiệp thiệu thìn thịnh
thoa thoại thoan thơ thơm thông thống thu thuần thuận thuật thục thúy thùy thuyên thuyết thủy thuỳ thư thử thứ thức thường
thương thượng tích tiên tiến tiền tiệp tiếp tình tỉnh tính toại toàn toản toán tôn tố tốt trà trai trang tráng trâm
trân trầm trí triều triết triệu trinh trình trọng trúc trung trường trực trưởng tú tuân tuấn tuất tuệ tùng túy tuyên tuyến
tuyền tuyết tư từ tự tươi tường tưởng tý tỵ uyên út vân văn vàng vạn vi vĩ viên viện việt vinh vĩnh vịnh vọng vũ vui vương
vượng vy vỹ xinh xuân xuyên xuyến ý yên yến đỗ trần phạm nguyễn lê bùi
"""
_SYLLABLES = frozenset(map(canonical, _TEXT.split()))


def is_given_name(syllable: str) -> bool:
    """Whether given or middle names are commonly made of it; marks count, capitals do not."""
    return canonical(syllable) in _SYLLABLES
