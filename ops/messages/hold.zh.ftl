# 冻结。

## Commands

cmd-hold = 冻结：不得销毁的案卷
cmd-hold-examples =
    jingui hold place --query "project:税务 customer:晨光" --matter "（2026）民初77号" --basis "11 月 20 日保全裁定"
    jingui hold release "（2026）民初77号" --reason "判决已生效"
cmd-hold-place = 冻结所列案卷，或冻结查询所指的现有及今后的全部案卷
cmd-hold-place-more =
    命令返回时即已生效。查询字段：project: customer: outlet: date:（某日或 起..止）business: outcome: class: box: tag:，以及词语或短语：
    事项或材料中含有全部词语的案卷，以及材料未能全部读出的案卷（见 jingui read）均被冻结；以后归档的在材料读出之前视为冻结。被冻结的案卷可以阅读、出示、补件，不得更正、替换或销毁。事由和依据密封保存。
cmd-hold-place-examples =
    jingui hold place --record JG01-2026-000042 --matter "投诉 12" --basis "6 月 1 日来函"
    jingui hold place --query "customer:晨光 date:2024-01-01.." --matter "（2026）民初77号" --basis "裁定" --review 2027-05-01
cmd-hold-list = 列出正在生效的冻结；--all 包括已结束的
cmd-hold-list-examples =
    jingui hold list
    jingui hold list --all --json
cmd-hold-show = 显示一项冻结及其案卷
cmd-hold-show-examples =
    jingui hold show "（2026）民初77号"
    jingui hold show 2M7K3Q4T --json
cmd-hold-release = 解除冻结：须由第二人再运行同一命令
cmd-hold-release-more = 解除后仍保留 30 天，其间可用 `hold keep` 立即恢复。
cmd-hold-release-examples =
    jingui hold release "（2026）民初77号" --reason "判决已生效"
    jingui hold release 2M7K3Q4T --reason "判决已生效" --dry-run
cmd-hold-keep = 恢复已解除的冻结，或终止解除的提议
cmd-hold-keep-examples =
    jingui hold keep "（2026）民初77号" --reason "上诉"
    jingui hold keep 2M7K3Q4T --reason "上诉" --json
cmd-hold-review = 记录已复核某项冻结，冻结继续，并定下次复核日
cmd-hold-review-examples =
    jingui hold review "（2026）民初77号" --reason "仍在审理"
    jingui hold review "（2026）民初77号" --next 2027-11-01 --reason "仍在审理"
cmd-hold-screen = 重新用冻结的查询比对全部案卷
cmd-hold-screen-more = 用于归档时无人能比对的案卷：在比对之前，一律视为已冻结。
cmd-hold-screen-examples =
    jingui hold screen "（2026）民初77号"
    jingui hold screen 2M7K3Q4T --json

## Arguments

arg-hold-place-record = 要冻结的案卷
arg-query = 冻结范围：字段和词语
arg-matter = 事由：案号或名称；密封保存
arg-hold-place-basis = 依据：裁定、要求、投诉；密封保存
arg-hold-place-review = 下次复核日，默认半年后
arg-hold-list-all = 包括已结束的
arg-hold = 事由，或冻结编号的开头
arg-next = 下次复核日，默认半年后
arg-hold-release-reason = 理由；密封保存
arg-hold-keep-reason = 理由；密封保存
arg-hold-review-reason = 复核结果；密封保存

## Results

hold-placed = 已生效：冻结 { $hold }，案卷 { $count } 个。
hold-would-place = 将冻结 { $count } 个案卷。
hold-review-on = 应于 { $day } 复核。冻结不会自行结束。
hold-none = 没有冻结。
hold-in-force = 生效
hold-overdue = 生效，应复核
hold-releasing = 生效，已提议解除
hold-cooling = 已解除，保留期内
hold-over = 已结束
hold-release-proposed = 已提议解除 { $matter }。由第二人运行同一命令确认。
hold-would-propose-release = 将提议解除 { $matter }。
hold-released-now = 已解除：{ $matter }。其案卷再保留 { $days } 天；可用 `jingui hold keep` 恢复。
hold-would-release = 将解除 { $matter }。
hold-kept = 生效：{ $matter }
hold-would-keep = { $matter } 将生效。
hold-reviewed = 已复核：{ $matter }
hold-would-review = 将记录已复核 { $matter }。
hold-screened = 已用 { $matter } 比对全部案卷。
hold-would-screen = 将用 { $matter } 比对全部案卷。
col-hold = 冻结
col-matter = 事由
col-basis = 依据
col-query = 查询
col-review = 复核日
col-released = 解除时间
kind-hold-place = 冻结
kind-hold-catch = 案卷列入冻结
kind-hold-screened = 全部案卷已比对
kind-hold-screen = 已与冻结比对
kind-hold-release = 提议解除冻结
kind-hold-keep = 恢复冻结
kind-hold-review = 复核冻结

## What went wrong

error-no-hold = 没有冻结 { $hold }
hint-no-hold = `jingui hold list --all` 可列出全部。
error-which-hold = { $hold } 符合 { $count } 项冻结
hint-which-hold = 请给出更长的编号；见 `jingui hold list`。
error-hold-in-force = 冻结 { $hold } 正在生效
hint-hold-in-force = 无须恢复。
error-hold-released = 冻结 { $hold } 已解除
hint-hold-released = `jingui hold keep` 可恢复；保留期过后请重新冻结。
error-not-eligible = { $record } 目前不适用该操作
hint-not-eligible = 详情请询问法务人员。仍可阅读和补件。
error-holds-changed = 其间冻结有变化（第 { $line } 行）
hint-holds-changed = 请再运行一次，将重新核对。
error-bad-query = 查询无法识别：{ $why }
hint-bad-query = 字段：project: customer: outlet: date: business: outcome: class: box: tag:。见 `jingui hold place --help`。
error-proposed-already = 已经提议过：{ $act }
hint-proposed-already = 由另一人确认或否决。
query-empty = 没有任何条件，将冻结全部案卷
query-long = 太长
query-quote = 引号没有闭合
query-field = 没有字段 { $field }
query-value = “{ $value }”不符合 { $field }
query-twice = { $field } 出现了两次
error-review-day = 冻结不能等到 { $day } 才复核
hint-review-day = 请给出今天之后、十二个月之内的日期。

## Notices

notice-hold-unscreened = 所作更改未能与现行冻结比对。请法务人员运行 `jingui hold screen`。
