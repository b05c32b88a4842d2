"""Why the door (guard.py) lets a request not pass, in both languages; `{0}` is a place for a value."""

from collections.abc import Mapping

from schemas.site import Name

DOOR: Mapping[str, Name] = {
    "door_origin": Name(
        "请求来自别的网站，没有执行：请在本系统的页面上操作。",
        "This came from another site and was not done: use a page of this system.",
    ),
    "door_length": Name(
        "发送的内容没有标明长度，没有保存：请刷新页面再试。",
        "What was sent does not tell its length and was not kept: reload the page and try again.",
    ),
    "door_large": Name(
        "发送的内容太大，没有保存：这里最多{0} {1}，请缩小或分开发送。",
        "What was sent is too large and was not kept: {0} {1} at most here; make it smaller, or send it in parts.",
    ),
    "door_nothing": Name("没有这个地址：请从导航进入。", "There is nothing at this address: start from the wall."),
    "door_page": Name("“{0}”无权查看此页。", "This page is not for the role {0}."),
    "door_role": Name(
        "“{0}”无权进行这项操作：请由有权限的人办理。", "This is not for the role {0}: ask somebody whose role may do it."
    ),
    "door_only_wall": Name(
        "数据库没有应答，现在只有大屏可用：请稍后再试。", "The database does not answer, only the wall goes on: try again soon."
    ),
    "door_choose": Name(
        "请先在“我的账号”设定自己的密码，再做这一步。",
        "Choose a password of your own on the page My account first, then do this.",
    ),
    "door_token": Name(
        "页面已过期，没有执行：请刷新页面再试。", "The page was too old, and nothing was done: reload it and try again."
    ),
    "door_log_in": Name("还没有登录，或登录已过期：请先登录。", "You are not logged in, or no longer: log in first."),
}
