"""The words of the console's pages: accounts, links, sentences about what cannot be."""

from collections.abc import Mapping

from schemas.site import Name

CONSOLE: Mapping[str, Name] = {
    # Shell.
    "nav_wall": Name("大屏", "Wall"),
    "nav_incidents": Name("事件", "Incidents"),
    "nav_account": Name("我的账号", "My account"),
    "nav_accounts": Name("账号", "Accounts"),
    "nav_links": Name("大屏链接", "Wall links"),
    "nav_audit": Name("审计", "Audit"),
    "main_nav": Name("主导航", "Main"),
    "past_nav": Name("跳过导航", "Past the navigation"),
    "day_night": Name("日间 / 夜间", "Day / night"),
    "to_wall": Name("去大屏", "To the wall"),
    "report": Name("事件报告", "Incident report"),
    "log_out": Name("退出", "Log out"),
    "done": Name("完成", "Done"),
    "no_connection": Name(
        "服务器没有应答：请刷新页面，确认是否已修改。", "The server did not answer: reload the page to see whether it was done."
    ),
    "once": Name("只显示这一次，请现在交给本人：", "Shown this once; hand it over now:"),
    # My account.
    "choose_head": Name("请先设定自己的密码", "Choose a password of your own first"),
    "choose_why": Name(
        "现在的密码别人也知道。设定之后才能打开其他页面。",
        "Somebody else knows the present one. The other pages open once you have your own.",
    ),
    "change_password": Name("修改密码", "Change password"),
    "old_password": Name("现在的密码", "Present password"),
    "new_password": Name("新密码", "New password"),
    "again": Name("再输一次新密码", "New password again"),
    "password_rule": Name(
        "至少10个字符，不含账号名。改后其他地方的登录全部失效。",
        "At least 10 characters, without the account's name. Every other session ends.",
    ),
    "password_changed": Name("密码已修改，其他地方的登录已失效。", "The password is changed; every other session has ended."),
    "sessions_head": Name("登录会话", "Sessions"),
    "sign_out_everywhere": Name("全部退出", "Sign out everywhere"),
    "sign_out_what": Name("包括这里：之后要重新登录。", "This browser too: you have to log in again."),
    "code_head": Name("动态验证码", "One-time code"),
    "code_is_on": Name("已启用：登录时要输入手机上的6位数字。", "On: logging in asks for the six digits on your phone."),
    "code_is_off": Name("未启用。启用后，只知道密码的人登录不了。", "Off. With it, knowing the password alone is not enough."),
    "code_start": Name("启用", "Turn on"),
    "code_scan": Name(
        "用验证器应用扫码，或输入密钥，再填它显示的6位数字。",
        "Scan it with an authenticator app, or type the key, then enter the six digits that it shows.",
    ),
    "code_confirm": Name("确认启用", "Confirm"),
    "cancel": Name("取消", "Cancel"),
    "code_stop": Name("停用", "Turn off"),
    "code_on": Name("动态验证码已启用。", "One-time codes are on."),
    "code_off": Name("动态验证码已停用。", "One-time codes are off."),
    "code_wrong": Name("验证码不正确：请检查手机时间是否准确。", "The code is wrong: is the phone's clock right?"),
    # Accounts.
    "new_account": Name("新建账号", "New account"),
    "account_name": Name("账号名", "Name"),
    "name_rule": Name("小写字母开头，可含数字和 . _ -，2至31个字符", "2 to 31: small letters, digits, . _ -; a letter first"),
    "role": Name("角色", "Role"),
    "create": Name("新建", "Create"),
    "state": Name("状态", "State"),
    "state_open": Name("可登录", "may log in"),
    "state_new": Name("待本人设密码", "must choose a password"),
    "state_disabled": Name("已停用", "disabled"),
    "with_code": Name("有验证码", "with code"),
    "open_sessions": Name("登录会话", "Sessions"),
    "made_at": Name("建立", "Made"),
    "do_disable": Name("停用", "Disable"),
    "do_enable": Name("启用", "Enable"),
    "do_password": Name("重置密码", "Reset password"),
    "do_sign_out": Name("强制退出", "Sign out"),
    "do_no_code": Name("取消验证码", "Drop code"),
    "ask_role": Name("改变“{0}”的角色？", "Give {0} another role?"),
    "ask_disable": Name("停用“{0}”？正在使用的登录会立即失效。", "Disable {0}? Its sessions end at once."),
    "ask_password": Name("重置“{0}”的密码？正在使用的登录会立即失效。", "Give {0} a new password? Its sessions end at once."),
    "ask_no_code": Name("不再要求“{0}”输入验证码？", "Ask {0} for no one-time code any more?"),
    "ask_revoke": Name("停用链接“{0}”？那块屏幕会立即停止显示。", "Revoke the link {0}? Its screen goes dark at once."),
    "only_reads": Name("您的角色只能查看。", "Your role may look here, and change nothing."),
    # Links.
    "new_link": Name("新建链接", "New link"),
    "link_name": Name("屏幕位置", "Where the screen hangs"),
    "link_what": Name(
        "只读，可随时停用。第一个打开它的浏览器与它绑定，别的浏览器打不开；换屏幕先解除绑定。那块屏幕的浏览器要保留Cookie。",
        "It reads the wall and nothing else, until revoked. The first browser that opens it is bound to it, and no other gets "
        "in: release it before the screen is changed. That browser has to keep its cookies.",
    ),
    "link_bound": Name("绑定", "Bound"),
    "link_free": Name("未绑定", "not yet"),
    "release": Name("解除绑定", "Release"),
    "ask_release": Name(
        "解除链接“{0}”的绑定？现在那块屏幕会立即停止显示。", "Release the link {0}? The screen that has it goes dark at once."
    ),
    "last_opened": Name("最近打开", "Last opened"),
    "never": Name("从未", "never"),
    "works": Name("有效", "works"),
    "revoked": Name("已停用", "revoked"),
    "revoke": Name("停用", "Revoke"),
    "no_links": Name("还没有链接。", "No links yet."),
    # Audit.
    "audit_right": Name("共{0}条，逐条核对无误。", "{0} rows, each as it was written."),
    "audit_wrong": Name(
        "第{0}条与写入时不符：之后的都不可信。", "Row {0} is not as it was written: nothing after it can be trusted."
    ),
    "audit_hash": Name("最后一条的校验值", "Hash of the last row"),
    "audit_newest": Name("最近{0}条", "The newest {0}"),
    "audit_who": Name("谁", "Who"),
    "audit_did": Name("做了什么", "Did"),
    "audit_incident": Name("事件{0}", "incident {0}"),
    "audit_about": Name("对象", "About"),
    "audit_when": Name("时间", "When"),
    "audit_empty": Name("还没有记录。", "Nothing was changed yet."),
    "act.log_in": Name("登录", "logged in"),
    "act.account.create": Name("新建账号", "made the account"),
    "act.account.role": Name("改角色", "gave the role"),
    "act.account.disable": Name("停用账号", "disabled the account"),
    "act.account.enable": Name("启用账号", "enabled the account"),
    "act.account.password": Name("重置密码", "reset the password"),
    "act.account.sign-out": Name("强制退出", "signed out"),
    "act.account.no-code": Name("取消验证码", "dropped the code"),
    "act.account.choose_password": Name("修改自己的密码", "chose a password"),
    "act.account.sign_out_everywhere": Name("全部退出", "signed out everywhere"),
    "act.account.code_on": Name("启用验证码", "turned codes on"),
    "act.account.code_off": Name("停用验证码", "turned codes off"),
    "act.mute.create": Name("新增屏蔽", "made a mute"),
    "act.mute.end": Name("结束屏蔽", "ended a mute"),
    "act.mute.extend": Name("延长屏蔽", "extended a mute"),
    "act.mute.ends_soon": Name("提醒屏蔽快到期", "a mute ends soon"),
    "act.drill.event": Name("演练：发出设备事件", "drill: sent a device's event from"),
    "act.link.create": Name("新建大屏链接", "made the wall link"),
    "act.link.release": Name("解除大屏链接的绑定", "released the wall link"),
    "act.link.revoke": Name("停用大屏链接", "revoked the wall link"),
    "act.report.make": Name("生成事件报告", "made an incident's report"),
    "command line": Name("命令行", "command line"),
    # What cannot be.
    "bad_name": Name(
        "“{0}”不能用作账号名：小写字母开头，可含数字和 . _ -，2至31个字符。",
        "{0!r} is no name: small letters, digits, . _ -, a letter first, 2 to 31 in all.",
    ),
    "bad_role": Name("没有角色“{0}”，可选：{1}。", "There is no role {0!r}; there are {1}."),
    "account_exists": Name("已有账号“{0}”。", "There is an account {0!r} already."),
    "no_account": Name("没有账号“{0}”。", "There is no account {0!r}."),
    "last_admin": Name(
        "“{0}”是最后一个能登录的系统管理员：请先再设一个。", "{0!r} is the last admin who may log in: make another first."
    ),
    "password_short": Name("密码要10到512个字符。", "A password has 10 to 512 characters."),
    "password_name": Name("密码里不能有账号名。", "The account's name may not be in its password."),
    "password_simple": Name(
        "这个密码太容易猜：至少要有5种不同的字符，不能是顺序排列。",
        "Too easy to guess: five different characters at least, and no run like 1234567890.",
    ),
    "password_same": Name("新密码和现在的一样。", "The new password is the present one."),
    "password_differ": Name("两次输入的新密码不一样。", "The two new passwords differ."),
    "old_wrong": Name("现在的密码或验证码不对。", "The present password or the code is wrong."),
    "link_exists": Name(
        "已有有效链接“{0}”：先停用它，或换个名字。", "A link {0!r} works already: revoke it, or choose another name."
    ),
    "link_needs_name": Name("请写屏幕位置，最多100个字符。", "Say where the screen hangs, in 100 characters at most."),
    "link_unbound": Name(
        "链接“{0}”没有绑定屏幕，不用解除。", "No screen is bound to a working link {0!r}: nothing to release."
    ),
    "no_link": Name("没有有效链接“{0}”。", "No working link is named {0!r}."),
    "no_longer": Name("您已经没有这个权限。", "You may not do this any more."),
    "own_page": Name(
        "自己的账号请在“我的账号”里改，角色请另一位管理员改。",
        "Change your own account on its page; another admin changes your role.",
    ),
    "bad_change": Name("没有这样的操作。", "There is no such change."),
}
