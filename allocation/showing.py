"""``anju serve``: the dashboard, on this machine unless told otherwise."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from allocation.console import AsJson, print_json


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 · port")] = 8501,
    address: Annotated[
        str,
        typer.Option(metavar="ADDR", help="监听地址，默认只限本机 · where it listens, by default here only"),
    ] = "127.0.0.1",
    host: Annotated[
        list[str] | None, typer.Option("--host", metavar="NAME", help="浏览器用的主机名 · a name browsers call it by")
    ] = None,
    plan_folder: Annotated[
        Path | None, typer.Option("--plan", metavar="DIR", help="anju plan 的结果，显示在首页 · a plan to show")
    ] = None,
    programme: Annotated[
        Path | None,
        typer.Option("--programme", metavar="DIR", help="安置任务文件夹，默认为演示数据 · a programme, not the sample"),
    ] = None,
    result: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="anju allocate 的结果，公示其公开部分 · a result: its public part"),
    ] = None,
    db: Annotated[
        str | None, typer.Option("--db", metavar="URL", help="记录库：加上经办页面 · adds the clerks' pages")
    ] = None,
    who: Annotated[
        str, typer.Option("--as", metavar="NAME", help="仅限本机：唯一的经办人 · this machine only: the one who acts")
    ] = "",
    login: Annotated[
        Path | None,
        typer.Option("--login", metavar="FILE", help="登录与角色文件，代替 --as · who logs in, instead of --as"),
    ] = None,
    secrets: Annotated[
        Path | None, typer.Option("--secrets", metavar="FILE", help="密钥文件，或用环境变量 · secrets, or environment")
    ] = None,
    rehearsal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="anju rehearse --json 的结果 · a rehearsal to show")
    ] = None,
    json: AsJson = False,
) -> None:
    """打开看板，默认只限本机（127.0.0.1）。 The dashboard, on this machine unless told otherwise."""
    import subprocess

    from allocation.pages.settings import Serving, serve_arguments, served_environment

    asked = Serving(
        address=address,
        port=port,
        hosts=host or (),
        db=db,
        who=who,
        logins=login,
        secrets=secrets,
        plan=plan_folder,
        rehearsal=rehearsal,
        programme=programme,
        result=result,
    )
    given = served_environment(asked)
    if json:
        print_json({"url": asked.url})
        sys.stdout.flush()
    command = [sys.executable, *serve_arguments(asked)]
    if os.name == "posix":
        # the server takes the place of this process: whoever stops it stops the server
        if json:
            os.dup2(2, 1)  # what the server says of itself is no result: only the object above stands on stdout
        os.execve(sys.executable, command, given)
    raise typer.Exit(subprocess.call(command, stdout=sys.stderr if json else None, env=given))
