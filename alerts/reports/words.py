"""The words of a report, in both languages. `{0}` is a place for a value."""

from collections.abc import Mapping

from alerts.plans.run import Is
from alerts.reports.model import How, Stage
from schemas.site import Name

LABELS: Mapping[str, Name] = {
    "title": Name("事件报告", "Incident report"),
    "number": Name("第{0}号", "No. {0}"),
    "drill": Name("演练", "Drill"),
    "of_page": Name("页，共", " of "),
    "page": Name("第", "Page "),
    "page_end": Name("页", ""),
    "as_of": Name("记录截至 {0}", "As recorded by {0}"),
    "proof": Name("审计第{0}条", "Audit row {0}"),
    # Head.
    "what": Name("事件", "What"),
    "where": Name("地点", "Where"),
    "device": Name("设备", "Device"),
    "subject": Name("对象", "Subject"),
    "severity": Name("级别", "Priority"),
    "severity_by": Name("{0}（由{1}设定）", "{0} (set by {1})"),
    "owner": Name("负责人", "Owner"),
    "nobody": Name("无人接手", "nobody took it"),
    "kind": Name("性质", "Kind"),
    "is_drill": Name("演练，不计入统计", "a drill, in no figure"),
    "no_drill": Name("非演练", "no drill"),
    "plan": Name("预案", "Plan"),
    "plan_version": Name("{0}，第{1}版", "{0}, version {1}"),
    "no_plan": Name("没有启动预案", "no plan was opened"),
    "opened": Name("发生", "Opened"),
    "acknowledged": Name("确认", "Acknowledged"),
    "resolved": Name("处理完毕", "Resolved"),
    "closed": Name("关闭", "Closed"),
    "after": Name("{0}（{1}后）", "{0} ({1} later)"),
    "not_yet": Name("尚未", "not yet"),
    "count": Name("告警", "Alerts"),
    "counted": Name("{0}条，另有由此引起的{1}条", "{0}, and {1} that follow from them"),
    # Closing.
    "closing": Name("结论", "How it ended"),
    "closed_as": Name("关闭为“{0}”，{1}，{2}", "Closed as {0} by {1}, {2}"),
    "closed_into": Name("并入第{0}号事件", "Merged into incident {0}"),
    "still_open": Name("还没有关闭。", "It is not closed yet."),
    "remarks": Name("备注", "Remarks"),
    "no_remarks": Name("没有备注。", "Nobody wrote a remark."),
    # Late.
    "late": Name("逾期", "What was late"),
    "no_late": Name("没有逾期。", "Nothing was late."),
    "score": Name("演练成绩", "Score of the drill"),
    "on_time": Name("按时", "On time"),
    "late_n": Name("逾期", "Late"),
    "skipped": Name("跳过", "Skipped"),
    "untimed": Name("无时限", "Without a due time"),
    # Steps.
    "steps": Name("预案步骤", "Steps of the plan"),
    "step": Name("步骤", "Step"),
    "due": Name("时限", "Due"),
    "done": Name("完成", "Done"),
    "by": Name("谁", "By"),
    "late_by": Name("晚{0}", "{0} late"),
    "overdue_by": Name("已逾期{0}", "{0} overdue"),
    "answered": Name("答：{0}", "Answer: {0}"),
    "answered_for": Name("改过答案，原因：{0}", "Answered again, because: {0}"),
    "noted": Name("记下：{0}", "Written down: {0}"),
    "entry": Name("{0} {1} {2}", "{0} {1} {2}"),
    "skipped_for": Name("跳过，原因：{0}", "Skipped, because: {0}"),
    "first": Name("先由{0}确认，{1}", "first confirmed by {0}, {1}"),
    "row_open": Name("未办", "not done"),
    # Pictures and files.
    "attachments": Name("照片和文件", "Pictures and files"),
    "no_attachments": Name("没有照片和文件。", "Nothing was attached."),
    "withdrawn_by": Name("已由{0}撤下", "withdrawn by {0}"),
    # Timeline.
    "timeline": Name("经过", "Timeline"),
    "time": Name("时间", "Time"),
    "who": Name("谁", "Who"),
    "happened": Name("做了什么", "What"),
    "sent_later": Name("实际{0}，手机后来上传", "done at {0}, sent later by a telephone"),
    # Alerts.
    "alerts": Name("告警", "Alerts"),
    "version": Name("规则第{0}版", "rule version {0}"),
    "child": Name("由此引起", "follows from another"),
    "raised": Name("告警时间 {0}", "raised {0}"),
    "cleared": Name("消除 {0}", "ended {0}"),
    "not_cleared": Name("未消除", "not ended"),
    "thresholds": Name("门限", "Thresholds"),
    "values": Name("实际", "Values"),
    "forgotten": Name("判定依据已过保存期。", "What it was judged by is kept no longer."),
    "no_alerts": Name("没有告警。", "None."),
    "newest_alone": Name("共{1}条，这里只列最新的{0}条。", "The newest {0} of {1}."),
    "ms": Name("毫秒", "ms"),
    "from_occurred": Name("毫秒数从发生算起。", "Milliseconds count from the occurrence."),
    # Messages and mutes.
    "messages": Name("打过的电话和发过的通知", "Calls and notices"),
    "to": Name("给谁", "To"),
    "words": Name("拟好的话", "Words as drafted"),
    "as_drafted": Name(
        "是办完这一步时拟好的话；实际说的没有录下。",
        "The words as drafted when the step was done; what was said is not recorded.",
    ),
    "no_messages": Name("没有办完要打电话或发通知的步骤。", "No step with words to say or send was done."),
    "mutes": Name("因预案而结束的屏蔽", "Mutes that the plan ended"),
    "no_mutes": Name("没有。", "None."),
    "mute": Name(
        "{0}：{1}设，原因“{2}”，原定到{3}，曾拦下{4}条告警",
        "{0}: by {1}, “{2}”, was to last until {3}, had held back {4} alerts",
    ),
}

LATE: Mapping[How, Name] = {
    How.DONE: Name("第{0}步“{1}”：晚了{2}", "Step {0}, “{1}”: {2} late"),
    How.OPEN: Name("第{0}步“{1}”：已逾期{2}，还没有办", "Step {0}, “{1}”: {2} overdue and not done yet"),
    How.SKIPPED: Name("第{0}步“{1}”：逾期{2}后才跳过", "Step {0}, “{1}”: skipped {2} after it was due"),
    How.ENDED: Name("第{0}步“{1}”：预案结束时已逾期{2}，没有办", "Step {0}, “{1}”: not done, {2} overdue when the plan ended"),
    How.SHOWN: Name(
        "告警“{1}”（{3}）：判定后{2}才上屏，限{4}", "Alert “{1}” ({3}): on a screen {2} after it was judged; the limit is {4}"
    ),
}

STATES: Mapping[Is, Name] = {
    Is.WAITING: Name("未开始", "not started"),
    Is.OPEN: Name("进行中", "open"),
    Is.DONE: Name("完成", "done"),
    Is.SKIPPED: Name("跳过", "skipped"),
    Is.NOT_NEEDED: Name("不需要", "not needed"),
}
LEFT = Name("没有办，预案已结束", "left undone when the plan ended")
"""What a step is called that was open when the plan ended."""

STAGES: Mapping[Stage, Name] = {
    Stage.OCCURRED: Name("发生", "occurred"),
    Stage.RECEIVED: Name("接收", "received"),
    Stage.JUDGED: Name("判定", "judged"),
    Stage.STORED: Name("入库", "stored"),
    Stage.SHOWN: Name("上屏", "shown"),
    Stage.ACKNOWLEDGED: Name("确认", "acknowledged"),
}

ACTORS: Mapping[str, Name] = {"system": Name("系统", "System"), "command line": Name("命令行", "Command line")}

KINDS: Mapping[str, Name] = {
    "after": Name("之后", "after"),
    "alike": Name("相似", "alike"),
    "alone": Name("单独成立", "alone enough"),
    "before": Name("之前", "before"),
    "clear_after": Name("多久后消除", "ends after"),
    "clock_allowance": Name("时钟误差", "clocks differ by"),
    "devices": Name("设备数", "devices"),
    "difference": Name("差", "difference"),
    "direction": Name("偏向", "direction"),
    "distance": Name("距离", "distance"),
    "doubt": Name("存疑", "doubt"),
    "events": Name("次数", "events"),
    "excess": Name("多出", "excess"),
    "few": Name("少于", "few"),
    "for": Name("持续", "for"),
    "from": Name("从", "from"),
    "hold": Name("间隔", "not again within"),
    "interval": Name("区间", "interval"),
    "left": Name("恢复后等待", "after the return"),
    "line": Name("线", "line"),
    "low_difference": Name("回落差", "low difference"),
    "low_line": Name("回落线", "low line"),
    "needed": Name("至少需要", "needed"),
    "observed": Name("实测", "observed"),
    "over": Name("超线次数", "over the line"),
    "quiet_alone": Name("偏少单独成立", "quiet, alone enough"),
    "quiet_line": Name("偏少线", "quiet line"),
    "readings": Name("读数", "readings"),
    "rise_after": Name("多久后升级", "rises after"),
    "share": Name("占比", "share"),
    "silent": Name("失联设备", "silent"),
    "since": Name("始于", "since"),
    "speed": Name("速度", "speed"),
    "subject": Name("对象", "subject"),
    "subjects": Name("对象", "subjects"),
    "times": Name("时刻", "times"),
    "to": Name("到", "to"),
    "unsure": Name("把握不足线", "unsure below"),
    "until": Name("止于", "until"),
    "usual": Name("平常", "usual"),
    "usual_from": Name("平常下限", "usual, from"),
    "usual_to": Name("平常上限", "usual, to"),
    "value": Name("数值", "value"),
    "values": Name("不同值", "different values"),
    "warm_up": Name("学习期", "learning"),
    "window": Name("时间窗", "window"),
    "within": Name("历时", "within"),
}
"""What rules measure, by name without its unit."""

UNITS: Mapping[str, Name] = {
    "_m_per_s": Name("米/秒", "m/s"),
    "_of_1": Name("", ""),
    "_spreads": Name("倍离散度", "spreads"),
    "_s": Name("秒", "s"),
    "_m": Name("米", "m"),
    "_n": Name("", ""),
    "_d": Name("天", "d"),
}
"""The unit that the end of such a name says."""

VALUES: Mapping[str, Name] = {"busy": Name("偏多", "busy"), "quiet": Name("偏少", "quiet")}
"""Texts among an alert's values that are words of ours."""
