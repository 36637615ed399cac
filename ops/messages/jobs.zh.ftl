# 定时任务：安排了什么，结果如何，由谁设定。


## Commands

cmd-jobs = 定时任务：何时运行，结果如何
cmd-jobs-examples =
    jingui jobs list
    jingui jobs run
cmd-jobs-list = 列出任务、上次运行和下次运行的时间
cmd-jobs-list-examples =
    jingui jobs list
    jingui jobs list --json
cmd-jobs-run = 运行到时间的任务，或指定的任务
cmd-jobs-run-more =
    请每一刻钟调用一次（systemd 定时器见 ops/units）。错过的只补一次。每次运行都在日志中留下一行，失败的也一样；没有留下记录的
    就是没有运行，`status` 会指出。任何任务都不持有密钥；给出密钥只是让 `remind` 向有权知悉的人列出待复核的冻结。退出码 3：有事须人处理。
    journal 校验日志、封面和附记。fixity 每次读取一部分卷内文件，使每个字节在 90 天内都被读过。remind 统计待人处理的事项。
    plan 在有案卷到期时制订销毁计划，run 执行签字齐全且到日的计划。
    push 把最新状态送到 `jingui push --keep` 记住的地方。
cmd-jobs-run-examples =
    jingui jobs run
    jingui jobs run fixity journal
cmd-jobs-set = 设定任务的运行时间
cmd-jobs-set-more =
    按 UTC+08:00 依次写分、时、日、月、星期，写法同 crontab：* 表示全部，1-5，1,3，*/15，星期为 0 至 7 或 Sun 至 Sat。
    日和星期都写明时，符合其一即可。未提到的任务不变；off 表示移出安排。--file 替换整个安排。由审批人或系统管理员签署。
cmd-jobs-set-examples =
    jingui jobs set fixity="0 1 * * *" --reason "三点要做备份"
    jingui jobs set --file jobs.toml --reason "新机器的时间" --act-out jobs.act

arg-jobs = 任务：journal、fixity、remind、plan、run、push；不写则为所有到时间的
arg-due = 所有到时间的任务，与不写相同
arg-times = 任务的运行时间，如 fixity="0 1 * * *"；fixity=off 移出安排
arg-jobs-set-file = 整个安排：每个任务一节 [[job]]，含 job 和 cron
arg-jobs-set-reason = 理由；加密保存
why-job-time = 请写 任务="分 时 日 月 星期" 或 任务=off，任务为 journal、fixity、remind、plan、run 或 push

## Errors

error-bad-cron = “{ $cron }”不能作为任务 { $job } 的时间：{ $why ->
    [minute] 分钟有误（0 至 59）
    [hour] 小时有误（0 至 23）
    [day] 日期有误（1 至 31）
    [month] 月份有误（1 至 12）
    [week-day] 星期有误（0 至 7，或 Sun 至 Sat）
    [ambiguous] “每隔几天”与另一个日期字段同时使用，各种程序理解不一
    [never] 没有这样的日子，永远不会运行
   *[fields] 不是以单个空格分隔的五个字段
}
hint-bad-cron = 没有改动任何设定。五个字段：分、时、日、月、星期，例如 "30 2 * * *" 或 "0 4 1 * *"；每个字段可写 *、7、1-5、1,3 或 */15。
error-job-twice = 任务 { $job } 在安排中出现了两次
hint-job-twice = 没有改动任何设定。请把它的时间写成一个表达式，例如 "0 3,15 * * *"。
error-schedule-same = 安排本来就是这样
hint-schedule-same = 没有改动任何设定。可用 `jingui jobs list` 查看。
error-schedule = { $path } 不是任务安排：{ $why }
hint-schedule = 每个任务一节 [[job]]，写明 job = "fixity" 和 cron = "0 3 * * *"。

## Results

col-job = 任务
col-job-does = 内容
col-cron = 时间
col-last-run = 上次运行
col-next-run = 下次运行
col-fixity = 全部读过一遍
job-journal = 校验日志、封面和附记
job-fixity = 读取卷内文件
job-remind = 统计待人处理的事项
job-plan = 制定销毁计划
job-run = 执行销毁计划
job-push = 最新状态送往 CA
job-outcome-done = 完成
job-outcome-part = 须人处理
job-outcome-failed = 失败
waits-due = 已到期的案卷
waits-pending = 受理满 90 天仍未决定的申请
waits-plans = 尚缺签署的销毁计划
waits-proposals = 等待第二人的提议
waits-head = 尚未共签的树头
waits-holds = 待复核的冻结和待批的解除
jobs-shipped = 这是随程序提供的安排，可用 `jingui jobs set` 另行设定。
jobs-due = （现在该运行{ $missed ->
    [0] {""}
   *[other] ，此前错过 { $missed } 次
}）
jobs-overdue = （已逾期{ $missed ->
    [0] {""}
   *[other] ，此前错过 { $missed } 次
}）
jobs-none-due = 没有到时间的任务。
jobs-would-run = 将运行 { $word }：{ $job }。
jobs-ran = { $word }：{ $outcome }（{ $job }）。
jobs-ran-files = { $word }：{ $outcome }（{ $job }；{ $files } 个文件，{ $bytes } 字节，{ $findings } 处异常）。
jobs-ran-waits = { $word }：{ $outcome }（待处理 { $waiting } 项，其中过久 { $overdue } 项）。
jobs-waits = { $what }：{ $count }{ $overdue ->
    [0] {""}
   *[other] ，过久：{ $overdue }
}
jobs-caught-up = { $word } 此前错过 { $missed } 次，已补一次。
jobs-set = 任务安排已设定。
jobs-would-set = 将如此设定任务安排。
jobs-unwritten = { $word } 已运行，但无法在日志中留下记录：{ $why }
jobs-failed-now = { $word } 失败：{ $why }
jobs-did-not-run = 任务 { $word } 应于 { $since } 运行而没有运行。`jingui jobs run` 运行到时间的任务；须由定时器调用。
jobs-failed = 任务 { $word } 于 { $at } 失败（退出码 { $code }）。`jingui jobs run { $word }` 可查看原因。
jobs-part = 任务 { $word } 于 { $at } 发现有事须人处理（退出码 { $code }）。`jingui jobs run { $word }` 可查看。
jobs-unscheduled = 任务 { $word } 不在安排之中。`jingui jobs set { $word }=… --reason 理由` 可恢复。
jobs-fixity-old = 有卷内文件已 { $days } 天没有读过，期限为 90 天。请运行 `jingui jobs run fixity`，或用 `jingui verify` 读取全部。
kind-jobs-set = 签署任务安排
kind-job-ran = 运行任务
