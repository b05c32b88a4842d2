"""What is wrong with a row or a file, in the visitor's language.

Readers of files say it in English, for the command line. Here each sentence has its twin: a pattern, and the Chinese with
places for what the sentence names.
"""

import re
from collections.abc import Sequence

_NAMED = {
    "id": "编号", "place": "位置", "kind": "类型", "look": "检查周期", "made_on": "出厂日期", "charged_on": "充装或维修日期",
    "looked_on": "上次检查", "weekdays": "星期", "windows": "时段", "subject": "对象", "plate": "车牌", "card": "卡号",
    "face": "人脸编号", "person": "人员编号", "household": "房号", "buildings": "楼栋", "hours": "时段", "opens": "开始时刻",
    "closes": "结束时刻", "valid": "有效期", "valid_from": "开始日期", "valid_until": "结束日期", "note": "备注",
    "trade": "工种", "colour": "颜色", "vehicle_type": "车型",
}  # fmt: skip

SENTENCES: Sequence[tuple[str, str]] = (
    # Cells.
    (r"is empty: fill it in\.", "没有填写。"),
    (r"is empty: write one, or remove the row\.", "没有填写：请填写，或删去这一行。"),
    (r"is no plate: write one such as (.+)\.", "不是车牌：请写成{0}这样。"),
    (r"was shortened by a spreadsheet: .+", "被表格软件缩写了：请把该列设为文本，重写完整号码。"),
    (r"is no number: write up to (\d+) printable characters\.", "不是编号：最多{0}个可见字符。"),
    (r"is no id: write up to (\d+) characters without blanks, such as (.+)\.", "不是编号：最多{0}个字符，不含空格，如{1}。"),
    (r"is too long: write up to (\d+) characters\.", "太长：最多{0}个字符。"),
    (r"holds a telephone or identity number of a person: leave it out\.", "含有个人的电话或证件号码：请去掉。"),
    (r"is no date: write YYYY-MM-DD, such as (.+)\.", "不是日期：请写成{0}这样。"),
    (r"is no span of dates: write (.+)\.", "不是日期范围：请写成{0}这样。"),
    (r"is no time of day: write HH:MM, from 00:00 to 24:00\.", "不是时刻：请写成HH:MM，00:00至24:00。"),
    (r"is no span of the day: write (.+)\.", "不是时段：请写成{0}这样。"),
    (r"is no day of the week: write .+", "不是星期：请写1（周一）至7（周日），如1-5或周一至周五。"),
    (r"names no building of the site by '(.+)': did you mean '(.+)'\?", "里的“{0}”不是本小区楼栋：是不是“{1}”？"),
    (r"names no building of the site by '(.+)': .+", "里的“{0}”不是本小区楼栋。"),
    (r"is not known: did you mean '(.+)'\?", "没有这一项：是不是“{0}”？"),
    (r"is not known: write one of (.+)\.", "没有这一项，可写：{0}。"),
    (r"(\S+) is after the last day, (\S+): exchange them\.", "{0}晚于结束日期{1}：请对调。"),
    (r"(\S+) is not before closes, (\S+): write a later closing time; .+", "{0}不早于结束时刻{1}：过夜请分两条写。"),
    # Files.
    (r"There is no column '(.+)': did you mean '(.+)'\?", "没有“{0}”这一列：是不是“{1}”？"),
    (r"There is no column '(.+)': .+", "没有“{0}”这一列：请改名或删去。"),
    (r"There is no column ([a-z_]+): add it\.", "缺少“{0}”这一列。"),
    (r"There is no column (.+), by which \S+ knows its entries: name one so\.", "缺少“{0}”这一列，名单靠它识别对象。"),
    (r"The column '(.+)' says \S+ a second time: remove one\.", "“{0}”这一列重复：请删去一列。"),
    (
        r"The row has (\d+) cells and the headings are (\d+): quote separators\.",
        "这一行有{0}格，表头有{1}格：含分隔符的请加引号。",
    ),
    (r"(.+) is there already, at line (\d+): remove one of the two\.", "{0}在第{1}行已有：请删去一条。"),
    (r"This row is not CSV: close its quotes and double those inside it\.", "这一行不是CSV：请补上引号，里面的引号写两个。"),
    (r"The file is empty: .+", "文件是空的：请写一行表头，每条一行。"),
    (r"This is an Excel workbook, .+", "这是Excel工作簿，不能读：请另存为CSV（UTF-8）再导入。"),
    (r"This line is neither UTF-8 nor GB18030: .+", "这一行既不是UTF-8也不是GB18030：请把文件存为UTF-8。"),
)

_READ = [(re.compile(pattern, re.DOTALL), zh) for pattern, zh in SENTENCES]
_CELL = re.compile(r"([^:]+): (?:('.*'|\".*\") )?(.*)", re.DOTALL)


def told(sentence: str, language: str) -> str:
    """The sentence; in Chinese where it has a twin."""
    if language == "en":
        return sentence[:1].upper() + sentence[1:]
    if (whole := _twin(sentence)) is not None:
        return whole
    cell = _CELL.fullmatch(sentence)
    rest = _twin(cell[3]) if cell else None
    if cell is None or rest is None:
        return sentence
    value = f"“{cell[2][1:-1]}”" if cell[2] else ""
    return f"{_NAMED.get(cell[1], cell[1])}：{value}{rest}"


def _twin(sentence: str) -> str | None:
    for pattern, zh in _READ:
        if found := pattern.fullmatch(sentence):
            return zh.format(*("或".join(_NAMED.get(word, word) for word in part.split(" or ")) for part in found.groups()))
    return None
