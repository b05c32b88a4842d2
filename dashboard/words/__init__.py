"""Every word on the screens, in both languages, and which language a visitor gets; the tables of single pages are beside it.

One table for the server and the page (the page is given it with the plan), so that no word is missing in one of them.
`{0}` is a place for a value. English is the longer one: its words are chosen short.
"""

from collections.abc import Mapping

from dashboard.words.console import CONSOLE
from dashboard.words.door import DOOR
from dashboard.words.figures import FIGURES
from dashboard.words.phone import PHONE
from dashboard.words.refusals import REFUSALS
from dashboard.words.registers import REGISTERS
from schemas.plans.words import CREW
from schemas.site import Name

LANGUAGES: Mapping[str, str] = {"zh": "zh-CN", "en": "en"}
"""Our short name of a language, and what stands in `<html lang>`: without it Chromium draws Japanese forms."""

WORDS: Mapping[str, Name] = {
    # Band and clock.
    "title": Name("大屏", "Wall"),
    "quiet": Name("无紧急情况", "No emergency"),
    "nothing_open": Name("没有未结事件", "Nothing open"),
    "open_below": Name("{0}件未结，都不紧急", "{0} open, none urgent"),
    "more_open": Name("另有{0}件未结", "{0} more open"),
    "also": Name("另有紧急：{0}", "Also urgent: {0}"),
    "flood": Name("告警潮：10分钟{0}条", "Alarm flood: {0} in 10 min"),
    "comma": Name("，", ", "),
    "elapsed": Name("已过", "Elapsed"),
    "open": Name("未结", "Open"),
    "as_of": Name("数据截至", "Data as of"),
    "stopped": Name("数据已停", "Data stopped"),
    "now_is": Name("现在 {0}", "now {0}"),
    "behind": Name("落后 {0}", "{0} behind"),
    "no_data_yet": Name("尚无数据", "No data yet"),
    "sound_on": Name("声音开", "sound on"),
    "sound_acknowledged": Name("已确认，声音止", "acknowledged, silent"),
    "sound_blocked": Name("声音受阻，请点按", "sound blocked: click"),
    "sound_ringing": Name("按 A 确认", "A: acknowledge"),
    "stale_head": Name("数据已停，画面是旧的", "Data stopped at {0}"),
    "stale_what": Name("{0}台设备无人看守，改为人工巡守", "{0} devices not watched: patrol on foot"),
    "first_head": Name("等待第一批数据", "Waiting for first data"),
    "first_what": Name("网关和处理程序还没有报时", "No word from gateway and worker yet"),
    # Severities.
    "p1": Name("紧急", "Critical"),
    "p2": Name("高", "High"),
    "p3": Name("中", "Medium"),
    "p4": Name("低", "Low"),
    # Lists.
    "minutes": Name("{0}分", "{0} min"),
    "hours": Name("{0}小时", "{0} h"),
    "days": Name("{0}天", "{0} d"),
    "just_now": Name("刚刚", "just now"),
    "not_shown": Name("还有{0}件", "{0} more"),
    "past": Name("最近结束", "Ended lately"),
    # Stage.
    "steps_of": Name("共{0}步，已办{1}，进行{2}", "{0} steps: {1} done, {2} running"),
    "left": Name("剩", "left"),
    "overdue": Name("逾期", "overdue"),
    "late_steps": Name("{0}步逾期", "{0} overdue"),
    "more_steps": Name("还有{0}步在办", "{0} more running"),
    "more_plans": Name("其中{0}个预案在走", "{0} of them with a plan"),
    "resolved": Name("已处置，待结案", "resolved, to close"),
    "remind_next": Name("下次提醒 {0}", "again in {0}"),
    "remind_due": Name("到点了 +{0}", "due +{0}"),
    "owner": Name("负责人", "Owner"),
    "nobody": Name("无人接手", "nobody yet"),
    "drill": Name("演练", "DRILL"),
    "drill_calls": Name("演练：不要真的拨打119、110、120", "A drill: do not call 119, 110 or 120"),
    "metres": Name("{0}米", "{0} m"),
    "levels": Name("水位，近6小时", "Water, last 6 hours"),
    "levels_none": Name("没有水位读数。", "No reading of water."),
    "no_picture": Name("未接入画面", "no picture connected"),
    "semicolon": Name("；", "; "),
    **{f"role_{crew}": name for crew, name in CREW.items()},
    "muted": Name("已屏蔽", "Muted"),
    "muted_until": Name("{0}处，最早{1}结束", "{0}, the first until {1}"),
    "muted_held": Name("拦下{0}条告警", "{0} alerts held back"),
    # Stale.
    "where_stopped": Name("停在哪里", "Where it stopped"),
    "link_stream": Name("数据流", "Stream"),
    "link_database": Name("数据库", "Database"),
    "link_server": Name("服务器", "Server"),
    "link_wall": Name("大屏", "Wall"),
    "link_still": Name("时间不走", "time stands still"),
    "link_away": Name("连不上", "does not answer"),
    "link_answers": Name("正常", "answers"),
    "link_unknown": Name("不明", "unknown"),
    "link_waits": Name("在等", "waiting"),
    "unwatched": Name("不再报警的", "Raising no alerts"),
    "until_back": Name("恢复前，人工值守", "Until it is back"),
    "do_patrol": Name("各网格人工巡守", "Patrol every grid on foot"),
    "do_panel": Name("看消防主机面板", "Watch the fire panel itself"),
    "do_call": Name("呼叫值班技术员", "Call the technician"),
    "old_from": Name("以下是{0}的旧值", "Figures below are from {0}"),
    "unknown": Name("不明", "unknown"),
    "no_data": Name("无数据 {0} →", "no data {0} →"),
    # Figures.
    "budget": Name("本小时告警", "Alerts this hour"),
    "goal": Name("目标{0}", "goal {0}"),
    "limit": Name("上限{0}", "limit {0}"),
    "online": Name("在线设备", "Devices online"),
    "camera": Name("摄像头", "Cameras"),
    "face": Name("人脸点", "Face points"),
    "plate": Name("车牌点", "Plate points"),
    "door": Name("单元门", "Unit doors"),
    "unheard": Name("{0} 未上报", "{0} unheard"),
    "parking": Name("停车", "Parking"),
    "legend": Name("地图符号", "On the map"),
    "legend_fine": Name("正常", "fine"),
    "legend_unheard": Name("未上报", "not heard yet"),
    "legend_offline": Name("离线", "offline"),
    "legend_blind": Name("看不到的地方", "not seen"),
    "latency": Name("设备→屏幕", "Device → screen"),
    "latency_limit": Name("限2秒", "limit 2 s"),
    "seconds": Name("秒", "s"),
    "p50": Name("半数以内 p50", "half within, p50"),
    "p95": Name("95%以内 p95", "95% within, p95"),
    "last_day": Name("过去24小时", "Last 24 hours"),
    "bars": Name("柱：每小时告警", "bars: alerts an hour"),
    "shade": Name("底：事件量", "shade: events"),
    "now": Name("现在", "now"),
    # Map.
    "illustrative": Name("示意图，非实测", "Illustrative, not surveyed"),
    "simulated": Name("模拟小区", "SIMULATED COMMUNITY"),
    "simulated_what": Name("画面上的人、车、事件都不是真的", "no person, car or event here is real"),
    # Login.
    "login": Name("登录", "Log in"),
    "account": Name("账号", "Account"),
    "password": Name("密码", "Password"),
    "code": Name("动态验证码", "One-time code"),
    "code_if": Name("未启用可不填", "only if you use one"),
    "wrong": Name("账号、密码或验证码不对。", "Account, password or code is wrong."),
    "too_often": Name("试得太频繁，请{0}秒后再试。", "Too many tries: wait {0} s."),
    "expired_form": Name("页面已过期，请再试一次。", "The page was too old: try again."),
    "database_away": Name("数据库没有应答，请稍后再试。", "The database does not answer: try again soon."),
    "papers_wait": Name("排队打印的文件太多，请稍后再试。", "Too many papers wait to be printed: try again in a moment."),
    "busy": Name("同时登录的人太多，请稍后再试。", "Too many log in at once: try again in a moment."),
    "only_staff": Name("仅限值班人员。", "For staff on duty."),
    "other_language": Name("English", "中文"),
    "link_revoked": Name("这个大屏链接已停用。", "This wall's link has been revoked."),
    "link_taken": Name(
        "这个大屏链接已绑定另一块屏幕：请经理在“大屏链接”页解除绑定，或另建链接。",
        "This link serves another screen: a manager releases it on the page Wall links, or makes another.",
    ),
}

SHORT_RULES: Mapping[str, Name] = {
    "fire-panel-alarm": Name("火警", "Fire alarm"),
    "fire-two-detectors": Name("两个探测器火警", "Fire, two detectors"),
    "fire-fault": Name("消防设备久未修复", "Fire fault over a day"),
    "finding-past-due": Name("巡查隐患逾期", "Finding overdue"),
    "extinguisher-date-passed": Name("灭火器登记逾期", "Extinguisher overdue"),
    "patrol-window-missed": Name("巡查点未按时", "Patrol point missed"),
    "smoke-flame-confirmed": Name("楼内烟火确认", "Smoke confirmed"),
    "smoke-flame-confirmed-place": Name("车库等处烟火确认", "Smoke confirmed"),
    "person-trapped": Name("电梯困人", "Person trapped"),
    "elevator-three-faults": Name("电梯一天三次故障", "Elevator, 3 faults"),
    "rain-warning": Name("暴雨预警", "Heavy rain warning"),
    "snow-or-frost": Name("冰雪预警", "Snow or frost"),
    "water-over-line": Name("水位超过警戒线", "Water over the line"),
    "camera-covered": Name("摄像头被遮挡", "Camera covered"),
    "line-or-fence": Name("翻越围栏或越界", "Fence or line crossed"),
    "loitering-at-door": Name("夜间门口徘徊", "Loitering at door"),
    "vehicle-in-fire-lane": Name("占用消防通道", "Vehicle in fire lane"),
    "parked-where-not-allowed": Name("违规停车", "Parked, not allowed"),
    "thrown-object": Name("高空抛物", "Object thrown"),
    "person-in-closed-pool": Name("泳池关闭后有人", "Person in closed pool"),
    "unusual-activity": Name("人流异常", "Unusual activity"),
    "plate-watch-list": Name("布控车牌", "Watched plate"),
    "plate-two-places": Name("一牌出现在两处", "Plate in two places"),
    "plate-in-twice": Name("未出场又入场", "In while already in"),
    "visitor-over-a-day": Name("访客车超一天", "Visitor over a day"),
    "plate-unreadable": Name("车牌识别异常", "Plates unreadable"),
    "plate-permit-expired": Name("车辆许可过期", "Car permit expired"),
    "plate-vehicle-differs": Name("车牌车辆不符", "Car not as registered"),
    "unknown-vehicle-four-times": Name("陌生车四次入场", "Unknown car, 4 times"),
    "face-watch-list": Name("布控人员出现", "Watched person"),
    "stranger-three-buildings": Name("陌生人到过三栋楼", "Stranger, 3 buildings"),
    "unknown-at-night": Name("夜间陌生人到门", "Unknown at night"),
    "worker-outside-hours": Name("施工超出时间", "Worker outside hours"),
    "worker-other-building": Name("施工走错楼栋", "Worker, wrong building"),
    "resident-not-seen": Name("关爱对象一天未见", "Resident not seen"),
    "person-two-places": Name("一人出现在两处", "Person in two places"),
    "liveness-failed": Name("活体检测失败", "Liveness failed"),
    "five-denials": Name("连续五次拒绝", "Five denials"),
    "forced-then-tamper": Name("强行开门后被拆", "Forced, then tampered"),
    "door-not-closed": Name("门未关好", "Door left open"),
    "door-held-open": Name("门长时间敞开", "Door held open"),
    "door-tamper": Name("门禁被拆动", "Door tampered with"),
    "door-unusual-hour": Name("门深夜频繁开启", "Door at odd hours"),
    "door-not-secured": Name("消防后门未恢复", "Door not secured"),
    "card-two-places": Name("一卡出现在两处", "Card in two places"),
    "card-face-mismatch": Name("持卡人脸不符", "Card and face differ"),
    "lot-nearly-full": Name("停车场将满", "Lot nearly full"),
    "bay-overstay": Name("车位超时占用", "Bay overstayed"),
    "barrier-fault": Name("道闸故障", "Barrier fault"),
    "count-differs": Name("计数与车位不符", "Lot count differs"),
}
"""What the wall calls a rule whose full name cannot be read from afar; any other goes by its name in the catalogue."""


TABLES = (WORDS, CONSOLE, DOOR, REFUSALS, PHONE, REGISTERS, FIGURES)
"""Where `say` looks, the first first; no key stands in two."""


def say(key: str, language: str, *values: object) -> str:
    """A word in a language, with its values put in."""
    return next(table[key] for table in TABLES if key in table).in_language(language).format(*values)


def choose(asked: str | None, kept: str | None, accepted: str) -> str:
    """The visitor's language: what the address asks for, else what the browser kept, else what it accepts first.

    `accepted` is an Accept-Language header; a browser that names neither language gets Chinese, the site's own.
    """
    for wish in (asked, kept):
        if wish in LANGUAGES:
            return str(wish)
    for part in sorted(accepted.split(","), key=_quality, reverse=True):
        short = part.strip().lower()[:2]
        if short in LANGUAGES:
            return short
    return "zh"


def _quality(part: str) -> float:
    """The q of one part of Accept-Language; 1 without, 0 where it cannot be read."""
    _, _, q = part.partition(";q=")
    try:
        return float(q) if q else 1.0
    except ValueError:
        return 0.0
