"""The words of the telephone's page, in both languages."""

from collections.abc import Mapping

from schemas.site import Name

PHONE: Mapping[str, Name] = {
    "phone": Name("手机处置", "On the phone"),
    "phone_list": Name("等我处理的事件", "Waiting for me"),
    "phone_none": Name("没有等您处理的事件。", "Nothing waits for you."),
    "phone_since": Name("{0} 起", "since {0}"),
    "phone_data": Name("数据 {0}", "data of {0}"),
    "phone_offline": Name("没有网络。操作已保存，恢复后自动发送。", "No network. What you press is kept and sent later."),
    "phone_waiting": Name("待发送 {0} 项 · 已试 {1} 次", "{0} waiting · tried {1} times"),
    "phone_log_in": Name("登录已过期：登录后自动发送。", "Your session ended: log in, and it is sent."),
    "phone_full": Name("待发送的已有 {0} 项，请先恢复网络。", "{0} presses wait already: find a network first."),
    "phone_kept": Name("{0} · 待发送", "{0} · waiting"),
    "phone_take": Name("确认，我来办", "Acknowledge, it is mine"),
    "phone_yours": Name("由您负责", "yours"),
    "phone_owner": Name("由{0}负责", "{0} has it"),
    "phone_steps": Name("您的步骤", "Your steps"),
    "phone_others": Name("其他人的步骤", "Steps of others"),
    "phone_next": Name("接下来", "Next"),
    "phone_done": Name("办好了", "Done"),
    "phone_first": Name("{0}已确认，还要另一个人", "{0} has confirmed; another must"),
    "phone_two": Name("须两人确认", "two people confirm"),
    "phone_skip": Name("跳过", "Skip"),
    "phone_why": Name("为什么跳过？", "Why is it skipped?"),
    "phone_cannot": Name("办不了", "cannot"),
    "phone_row_why": Name("为什么办不了？", "Why can it not be done?"),
    "phone_remark": Name("写给现场和记录", "For the scene and the record"),
    "phone_send": Name("发送", "Send"),
    "phone_left": Name("剩 {0}", "{0} left"),
    "phone_late": Name("逾期 {0}", "{0} late"),
    "phone_call": Name("拨打 {0}", "Call {0}"),
    "phone_drill": Name("演练：不要真的拨打", "DRILL: do not call"),
    "phone_over": Name("已办 {0} / {1}", "{0} of {1} done"),
    "phone_back": Name("返回", "Back"),
    "phone_closed": Name("已关闭", "Closed"),
    "phone_simulated": Name("模拟社区的数据", "Simulated community"),
    "phone_refused": Name("没有办成：{0}", "Not done: {0}"),
}
