"""The words of the page of figures, in both languages; `{0}` is a place for a value."""

from collections.abc import Mapping

from dashboard.incidents.sentences import REASONS
from schemas.site import Name

FIGURES: Mapping[str, Name] = {
    "nav_figures": Name("指标", "Figures"),
    "fig_span": Name("时段", "Span"),
    "fig_days": Name("近{0}天", "Last {0} days"),
    "fig_load": Name("告警负荷", "Load of alerts"),
    "fig_an_hour": Name("条 / 小时", "an hour on average"),
    "fig_aim": Name("目标{0}，上限{1}（ISA-18.2）", "aim {0}, at most {1} (ISA-18.2)"),
    "fig_told": Name("共{0}条告警，演练不计", "{0} alerts in all; drills are not counted"),
    "fig_busiest": Name("最忙的一小时：{0}，{1}条", "the busiest hour: {0}, {1} alerts"),
    "fig_taken": Name("接手用时", "How soon incidents are taken"),
    "fig_severity": Name("级别", "Priority"),
    "fig_opened": Name("发生", "Opened"),
    "fig_acknowledged": Name("有人接手", "Taken"),
    "fig_half": Name("半数用时不超过", "Half within"),
    "fig_most": Name("95%用时不超过", "95% within"),
    "fig_none": Name("这段时间没有事件。", "No incident was opened in this span."),
    "fig_worst": Name("优先改进的规则", "Rules to look at first"),
    "fig_worst_why": Name(
        "误报最多的五条，各改严一个门限。先用历史数据回测，再决定是否采用。",
        "The five least reliable, each with one threshold made stricter. Back-test it on past events before adopting it.",
    ),
    "fig_change": Name("{0} 由 {1} 改为 {2}", "{0}: {1} becomes {2}"),
    "fig_no_offers": Name(
        "没有：每条至少要有{0}个已判定的事件，且其中有误报。",
        "None: a rule needs {0} judged incidents with a false one among them.",
    ),
    "fig_rules": Name("规则准确率", "How reliable the rules are"),
    "fig_devices": Name("误报最多的设备", "Devices with most false alarms"),
    "fig_closed": Name("按{0}个已关闭事件的原因", "by the reasons of {0} closed incidents"),
    "fig_none_closed": Name("这段时间没有关闭过事件。", "No incident was closed in this span."),
    "fig_rule": Name("规则", "Rule"),
    "fig_device": Name("设备", "Device"),
    "fig_share": Name("准确率", "Right"),
    "fig_few": Name("不足{0}个", "under {0}"),
    "fig_judged": Name("判定", "Judged"),
    "fig_of": Name("{1}个中{0}个属实", "{0} of {1}"),
    "fig_reasons": Name("关闭原因", "Closed as"),
    "fig_plans": Name("预案", "Plans"),
    "fig_plan": Name("预案", "Plan"),
    "fig_runs": Name("启动", "Runs"),
    "fig_steps_done": Name("办完的步骤", "Steps done"),
    "fig_steps_late": Name("其中逾期", "Late among them"),
    "fig_no_plans": Name("这段时间没有启动过预案。", "No plan was opened in this span."),
    "offer_none": Name("规则{0}没有改严的建议。", "Nothing is offered for the rule {0}."),
    "unit_s": Name("秒", "s"),
    "unit_min": Name("分", "min"),
    "unit_h": Name("小时", "h"),
    **{f"reason_{reason}": name for reason, name in REASONS.items()},
}
