"""What is said of logging in, of roles, and of how the dashboard is served."""

ROWS: dict[str, tuple[str, str]] = {
    # -- the pages ------------------------------------------------------------------------------------------------
    "access.log_in": ("工作人员登录", "Staff log in"),
    "access.log_out": ("{name} · 退出登录", "{name} · log out"),
    "access.other_login": ("退出，换一个账号登录", "Log out and use another account"),
    "access.closed_title": ("需要登录", "Login needed"),
    "access.closed": (
        "本页只供有相应权限的工作人员查看。请先登录；已经登录的，请向管理员申请权限。",
        "This page is for staff with the right role. Log in first; if you are logged in, ask your office for the role.",
    ),
    "access.no_role": (
        "您已登录，但在本系统中没有角色，只能查看公开页面。请联系本单位管理员。",
        "You are logged in, but have no role here, so only the public pages are shown. Ask your office for one.",
    ),
    "access.ended": (
        "登录已结束（超过时限或已退出），请重新登录。",
        "This login has ended (its time is over, or it was logged out). Please log in again.",
    ),
    "access.file_faulty": (
        "角色文件有误，现在不让任何人进入。请管理员改正后再试。",
        "The file of roles has a fault, so nobody is let in now. Your office has to put it right.",
    ),
    "access.provider_down": (
        "连不上统一登录服务，现在无法登录；公开页面不受影响。请稍后再试。",
        "The login service cannot be reached, so nobody can log in now; the public pages still work. Try again later.",
    ),
    "access.not_finished": (
        "登录没有完成（在登录页取消了，或登录服务出错）。请再试一次。",
        "The login was not finished (cancelled, or the login service failed). Please try again.",
    ),
    "access.may_not_act": (
        "没有办理：您现在没有经办权限（登录已结束，或角色已变更）。",
        "not done: you may not act now (the login has ended, or the role has changed)",
    ),
    "access.only_looks": ("您的角色只能查看，不能办理。", "Your role may look on this page, not act."),
    # -- the file of people and roles -----------------------------------------------------------------------------
    "access.no_file": ("读不到这个文件（{detail}）", "this file cannot be read ({detail})"),
    "access.not_toml": ("不是正确的 TOML 文件：{detail}", "is no TOML file: {detail}"),
    "access.no_section": ("缺少这一节；请写 [{column}]", "this section is missing; write [{column}]"),
    "access.unknown_key": ("不认识这个键，请检查拼写", "this key is not known; check its spelling"),
    "access.secret_here": (
        "密钥不写在这个文件里；请用环境变量或 --secrets 文件",
        "a secret does not belong in this file; use the environment or a --secrets file",
    ),
    "access.missing": ("没有填写", "is missing"),
    "access.not_url": (
        "“{value}”不可用，应为 https:// 开头、不带参数的完整网址（仅本机可用 http://）",
        "“{value}” cannot be used; a whole https:// address without parameters is expected (http:// on this machine only)",
    ),
    "access.not_callback": (
        "“{value}”应以 /oauth2callback 结尾，并与登录服务处登记的一致",
        "“{value}” must end in /oauth2callback, as registered with the provider",
    ),
    "access.not_boolean": ("“{value}”应为 true 或 false", "“{value}” should be true or false"),
    "access.minutes": (
        "“{value}”应为 1 到 {most} 之间的整数（分钟）",
        "“{value}” should be a whole number of minutes, 1 to {most}",
    ),
    "access.nobody": (
        "没有列出任何人；请为每人写一节 [[people]]",
        "nobody is listed; write one [[people]] section for each person",
    ),
    "access.no_identity": (
        "没有写明凭什么认出此人；请填 email 或 subject",
        "nothing says how this person is known; give email or subject",
    ),
    "access.not_email": ("“{value}”不是电子邮箱地址", "“{value}” is no e-mail address"),
    "access.roles": (
        "“{value}”不可用，应为以下角色的列表：{allowed}",
        "“{value}” cannot be used; expected a list of these roles: {allowed}",
    ),
    "access.twice": (
        "“{value}”与第 {other} 人相同；每人的姓名、邮箱、subject 必须各不相同",
        "“{value}” is also that of person {other}; every person needs a name, e-mail and subject of their own",
    ),
    "access.no_secret": (
        "没有给出登录服务发给本系统的密钥；请设环境变量 {variable}，或写在 --secrets 文件里",
        "the secret that the provider gave this program is missing; set {variable}, or write it in the --secrets file",
    ),
    "access.secret_short": ("至少 {least} 个字符，且应随机生成", "needs at least {least} characters, made at random"),
    "access.secrets_open": (
        "别的用户也能读这个文件；请先 chmod 600",
        "other users can read this file; chmod 600 it first",
    ),
    # -- how it is served -----------------------------------------------------------------------------------------
    "serve.address": (
        "“{value}”不是 IP 地址，也不是 localhost",
        "“{value}” is no IP address, nor localhost",
    ),
    "serve.one_way": (
        "--as（本机一人经办）与 --login（多人登录）只能选一种",
        "--as (one operator at this machine) and --login (people log in) exclude each other",
    ),
    "serve.only_here": (
        "--as 不核对身份，只能用于本机（127.0.0.1）；“{value}”别的机器也能连上，请改用 --login",
        "--as checks nobody's identity and is for this machine alone (127.0.0.1); others can reach “{value}”: use --login",
    ),
    "serve.nobody": (
        "没有说明谁能办理：本机一人用 --as 姓名，多人用 --login 文件",
        "who may act is not said: --as NAME for one operator at this machine, --login FILE for several",
    ),
    "serve.no_record": ("要与 --db 记录库一起用", "needs --db, the record"),
    "serve.secrets_alone": ("要与 --login 一起用", "needs --login"),
    "serve.no_host": (
        "监听“{value}”（所有地址）时，请用 --host 写明浏览器访问用的主机名",
        "when listening on “{value}” (every address), say with --host by which name browsers call it",
    ),
}
