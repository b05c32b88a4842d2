"""What the columns of a list's file are called, in English, in Chinese, and in the vendors' exports.

Recognised are our own names; the Chinese headings of Hikvision's iSecure Center and iVMS (人员编号, 所属组织, 卡号,
车牌号码, 有效期, …) and of common parking systems; the field names of iSecure's interface (personId, cardNo, plateNo,
startDate, …) and of GA/T 1400 (PlateNo, VehicleColor, …). A mark of obligation (*, (必填)), blanks, dots and case do
not matter.

Names of persons, telephone, identity and licence numbers, sex, birthday, pictures and remarks are never taken: the rules
need who somebody is to the devices, not who somebody is. Their columns are left out, and the import says which.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from schemas.lists import ListName


class Field(StrEnum):
    """What a column may hold."""

    SUBJECT = "subject"
    PLATE = "plate"
    CARD = "card"
    FACE = "face"
    PERSON = "person"
    BAY = "bay"
    HOUSEHOLD = "household"
    ORGANISATION = "organisation"
    BUILDINGS = "buildings"
    WEEKDAYS = "weekdays"
    HOURS = "hours"
    OPENS = "opens"
    CLOSES = "closes"
    VALID = "valid"
    VALID_FROM = "valid_from"
    VALID_UNTIL = "valid_until"
    COLOUR = "colour"
    VEHICLE_TYPE = "vehicle_type"
    TRADE = "trade"
    NOTE = "note"


SUBJECTS: Mapping[ListName, tuple[Field, ...]] = {
    ListName.WATCH_PLATES: (Field.PLATE,),
    ListName.WATCH_PERSONS: (Field.FACE, Field.PERSON),
    ListName.PERMITS: (Field.FACE, Field.CARD, Field.PLATE, Field.PERSON),
    ListName.CARDS: (Field.CARD,),
    ListName.FACES: (Field.FACE, Field.PERSON),
    ListName.VEHICLES: (Field.PLATE,),
    ListName.CARE: (Field.FACE, Field.PERSON),
    ListName.PARKING_PERMITS: (Field.PLATE,),
    ListName.BAYS: (Field.BAY,),
}
"""Which column names the subject, the first that there is; in permits all of them do: a worker has a face, a card and a van."""

SEVERAL = frozenset({ListName.PERMITS, ListName.PARKING_PERMITS, ListName.BAYS})
"""Lists in which a subject may have several entries: two permits, a bay of two cars."""

ATTRIBUTE = re.compile(r"attributes\.([a-z][a-z0-9_]{0,39})")
ATTRIBUTES = (Field.COLOUR, Field.VEHICLE_TYPE, Field.TRADE, Field.NOTE)

_WORDS: Mapping[Field, str] = {
    Field.SUBJECT: "subject 对象",
    Field.PLATE: """
        plate plateno platenumber licenseplate licenseplateno licenseplatenumber 车牌 车牌号 车牌号码 号牌 号牌号码
    """,
    Field.CARD: "card cardno cardnumber 卡号 卡片号 卡片号码 门禁卡号 ic卡号",
    Field.FACE: "face faceid 人脸编号 人脸id 人脸库编号",
    Field.PERSON: """
        person personid personno personcode personindexcode employeeno employeeid id 人员编号 人员id 人员编码 员工编号
    """,
    Field.BAY: "bay bayno parkingspace parkingspaceno spaceno parkspacecode 车位 车位号 车位编号 车位号码",
    Field.HOUSEHOLD: "household room roomno roomnumber 房号 户号 房间号 房屋 房屋编号 住户 门牌号 房屋信息",
    Field.ORGANISATION: "organisation organization orgpath orgpathname orgname department 组织 所属组织 组织路径 所属部门 部门",
    Field.BUILDINGS: "buildings building 楼栋 楼栋号 楼号 楼 许可楼栋 允许楼栋 施工楼栋",
    Field.WEEKDAYS: "weekdays weekday 星期 允许星期 工作日 施工日",
    Field.HOURS: "hours 时段 允许时段 允许时间 施工时间 施工时段 通行时段",
    Field.OPENS: "opens 开始时刻 每日开始 允许开始时间",
    Field.CLOSES: "closes 结束时刻 每日结束 允许结束时间",
    Field.VALID: "valid validity effectiveperiod 有效期 有效期限 有效时间 包期 包期时间",
    Field.VALID_FROM: """
        validfrom startdate starttime begintime effectivetime effectivedate 开始日期 开始时间 生效日期 生效时间
        有效期开始 有效期开始时间 有效期起 起始日期
    """,
    Field.VALID_UNTIL: """
        validuntil enddate endtime expirytime expirydate expirationdate 结束日期 结束时间 失效日期 失效时间 到期日期
        到期时间 截止日期 截止时间 有效期结束 有效期结束时间 有效期止 有效期至
    """,
    Field.COLOUR: "colour color vehiclecolour vehiclecolor carcolor 车辆颜色 车身颜色 颜色",
    Field.VEHICLE_TYPE: "vehicletype vehicleclass cartype 车辆类型 车型",
    Field.TRADE: "trade 工种",
    Field.NOTE: "note",
}
FIELDS: Mapping[str, Field] = {word: field for field, words in _WORDS.items() for word in words.split()}

_LEFT_OUT = """
    name personname firstname lastname familyname givenname fullname 姓名 人员姓名 名字 姓 名 持卡人 持卡人姓名
    owner ownername vehicleowner driver 车主 车主姓名 驾驶员 驾驶员姓名 联系人 pinyin 拼音
    phone phoneno telephone mobile contact ownerphone driverphone 电话 手机 手机号 手机号码 联系电话 联系方式 车主电话
    email 邮箱 电子邮箱 address 住址 家庭住址 联系地址
    idcard idcardno certificateno certificatetype certno 证件号 证件号码 证件类型 身份证 身份证号 身份证号码
    owneridnumber owneridtype ownerid gender sex 性别 birthday birthdate 出生日期 age 年龄 民族 籍贯
    photo picture faces fingerprint 照片 人脸照片 人脸 图片 指纹 指纹数 人脸数 密码 password pin
    remark remarks description 备注 描述 说明 serial no 序号 编号 jobno jobtitle 工号 职务 人员类型 persontype 超级用户
    cardid cardtype 卡类型 卡片类型 卡状态 usestatus status 状态 lossdate unlossdate
    platecolor platecolour plateclass platetype 车牌颜色 车牌类型 号牌种类 vehiclebrand brand 品牌 车辆品牌
    车辆分组 分组 车辆组 parkname 停车库 停车场 创建时间 更新时间 createtime updatetime
    orgindexcode 组织编号 carinfoid communityid datasourceid datastatus ismotorvehiclereg
"""
LEFT_OUT = frozenset(_LEFT_OUT.split())
"""Columns that exports have and that are never taken, as `plain` writes them."""

_BRACKETS = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")
_NOISE = re.compile(r"[\s*＊.．:：_/()\[\]（）【】-]+")


def plain(heading: str) -> str:
    """A heading without what does not matter; what stands in brackets is part of it only where it is known so."""
    whole, without = (_NOISE.sub("", text).lower() for text in (heading, _BRACKETS.sub("", heading)))
    return whole if whole in FIELDS or whole in LEFT_OUT else without


def field_of(heading: str) -> Field | str | None:
    """What a column holds: a field, the name of an attribute, or None where nobody knows."""
    if found := ATTRIBUTE.fullmatch(heading.strip()):
        return found[1]
    return FIELDS.get(plain(heading))


def is_left_out(heading: str) -> bool:
    """Whether the column is known, and never taken."""
    return plain(heading) in LEFT_OUT


def headings(name: ListName) -> tuple[str, ...]:
    """What one may write over the columns of a list, in our own words."""
    own = [str(field) for field in SUBJECTS[name]]
    return ("subject", *own, *(str(field) for field in Field if str(field) not in {"subject", *own}), "attributes.NAME")
