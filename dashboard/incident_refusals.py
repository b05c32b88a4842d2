"""Why something cannot be done to an incident or a mute, in both languages; the keys are those of Refused."""

from collections.abc import Mapping

from schemas.site import Name

REFUSALS: Mapping[str, Name] = {
    "incident_unknown": Name("没有这个事件。", "There is no such incident."),
    "incident_closed": Name("事件{0}已关闭，什么都没有改。", "Incident {0} is closed; nothing was changed."),
    "incident_yours": Name("事件{0}已由您负责。", "Incident {0} is yours already."),
    "incident_taken": Name("{0}已先接手，没有改动。", "{0} was first and has it; nothing was changed."),
    "incident_resolved": Name("事件{0}已处理完毕，要继续请先重新处理。", "Incident {0} is resolved: take it up again first."),
    "incident_not_resolved": Name("事件{0}没有处理完毕，不必重新处理。", "Incident {0} is not resolved."),
    "incident_owned_by": Name("已由{0}负责。", "{0} has it already."),
    "incident_take_first": Name("还没有人接手：请先接手。", "Nobody has it yet: take it first."),
    "incident_not_yours": Name("由{0}负责：请其处理，或由主管转交。", "{0} has it: ask them, or a supervisor to hand it on."),
    "reason_missing": Name("关闭要选一个原因。", "Closing needs one of the five reasons."),
    "reason_is_drill": Name("这是演练，只能按演练关闭。", "This is a drill: it is closed as one."),
    "reason_no_drill": Name("这不是演练，请选别的原因。", "This is no drill: choose another reason."),
    "close_directs": Name("启动了预案的事件由主管关闭。", "An incident with a plan is closed by a supervisor."),
    "severity_same": Name("级别已是{0}。", "The priority is {0} already."),
    "severity_unknown": Name("级别是1到4。", "A priority is 1 to 4."),
    "severity_lower": Name("降级由主管决定。", "Only a supervisor lowers a priority."),
    "merge_itself": Name("不能并入自己。", "It cannot be merged into itself."),
    "merge_drill": Name("演练和真实事件不能合并。", "A drill and a real incident are never one."),
    "split_some": Name("请选一部分告警，至少留下一条。", "Choose some of its alerts, and leave one at least."),
    "text_missing": Name("请写明原因。", "Say why: the text is missing."),
    "text_long": Name("最多{0}个字符。", "At most {0} characters."),
    "text_broken": Name("文字里有不能保存的字符。", "The text holds a character that cannot be kept."),
    "nobody_such": Name("没有可以接手的账号{0}。", "No account {0} could take it."),
    "act_unknown": Name("没有“{0}”这种操作。", "There is no act {0}."),
    "mute_all": Name("请限定规则、设备或楼栋，不能屏蔽全部。", "Name a rule, a device or a building: not all is muted."),
    "mute_rule": Name("没有规则{0}。", "There is no rule {0}."),
    "mute_device": Name("没有设备{0}。", "There is no device {0}."),
    "mute_building": Name("没有楼栋{0}。", "There is no building {0}."),
    "mute_end": Name("屏蔽必须有结束时间。", "A mute has an end: say when."),
    "mute_over": Name("结束时间要晚于现在和开始时间。", "It must end after it begins, and after now."),
    "mute_long": Name("最长{0}天。", "At most {0} days."),
    "mute_ended": Name("这个屏蔽已经结束。", "This mute has ended already."),
    "time_unreadable": Name(
        "时间要写成 2026-05-01T08:00+08:00，不是“{0}”。", "Write a time as 2026-05-01T08:00+08:00, not {0}."
    ),
}
