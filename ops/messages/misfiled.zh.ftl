# 误归入案卷的他人材料：由两人取出。

## Commands

cmd-misfiled = 误归入案卷的他人材料：由两人取出并销毁
cmd-misfiled-examples =
    jingui misfiled propose JG01-2026-000042 3 --to JG01-2026-000051 --reason "另一客户的身份证"
    jingui misfiled confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
cmd-misfiled-propose = 提议从案卷取出材料
cmd-misfiled-propose-more =
    给出 --to 时，先以相同理由作为补件归入其所属案卷。在另一人（审核员、法务或审批人）确认之前，
    原案卷不变。所列材料须来自同一次归档。
cmd-misfiled-propose-examples =
    jingui misfiled propose JG01-2026-000042 3 --to JG01-2026-000051 --reason "另一客户的身份证"
    jingui misfiled propose JG01-2026-000042 3 4 --reason "误扫的私人信件"
cmd-misfiled-list = 列出等待第二人办理的提议
cmd-misfiled-list-examples =
    jingui misfiled list
    jingui misfiled list --json
cmd-misfiled-confirm = 作为第二人确认提议，取出并销毁材料
cmd-misfiled-confirm-more =
    同一次归档的其余材料用新钥匙重新密封，序号不变。此前的著录版本随之终止，因为其中有旧卷内的钥匙。
    案卷须重新审核。此前做的副本仍保有这些材料，直到该密钥期的钥匙被销毁：`keys rotate`。
    在别处签署的确认（--act-out、`act submit`）再运行本命令即可执行。
cmd-misfiled-confirm-examples =
    jingui misfiled confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
    jingui misfiled confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --dry-run
cmd-misfiled-refuse = 否决提议，或撤回自己的提议
cmd-misfiled-refuse-examples =
    jingui misfiled refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "是经办人的身份证"
    jingui misfiled refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "序号写错" --json

## Arguments

arg-docs = 材料在案卷中的序号
arg-misfiled-propose-to = 材料所属的案卷；先归入该案卷
arg-misfiled-propose-reason = 理由；密封保存
arg-misfiled-refuse-reason = 理由；密封保存
arg-act = 提议的编号，见 `misfiled list`

## Results

misfiled-proposed = 已提议从 { $number } 取出 { $count } 份材料：{ $names }
misfiled-would-propose = 将提议从 { $number } 取出 { $count } 份材料：{ $names }
misfiled-filed = 已归入 { $to }。
misfiled-would-file = 将先归入 { $to }。
misfiled-next = 由第二人确认：jingui misfiled confirm { $act }
misfiled-none = 没有等待第二人办理的提议。
misfiled-removed = 已取出并销毁。{ $number } 余 { $left } 份材料，待重新审核。
misfiled-would-remove = 将取出并销毁；{ $number } 将余 { $left } 份材料。
misfiled-elsewhere =
    { $copies ->
        [0] 密钥期 { $epoch } 的钥匙仍能打开此前可能存在的旧副本。
       *[other] 有 { $copies } 份副本做于材料尚在之时；密钥期 { $epoch } 的钥匙仍能打开其中的内容。
    }用 `jingui keys rotate` 可终止。
misfiled-refused = 已否决：{ $act }
misfiled-would-refuse = 将否决：{ $act }
col-papers = 材料
col-to = 归入
col-confirmed-by = 确认人

## What went wrong

error-one-filing = 所列 { $record } 的材料来自不同的归档
hint-one-filing = 请按每次归档分别提议；`jingui show { $record }` 可查看各次归档。
error-last-papers = { $record } 将不剩任何材料
hint-last-papers = 若整个案卷属于他人，请更正其著录：`jingui correct { $record } --customer …`。
error-same-record = { $record } 就是材料所在的案卷
hint-same-record = 请给出材料所属的案卷，或不用 --to。
error-not-filed-there = { $record } 中没有应归入的材料
hint-not-filed-there = 未销毁任何材料。请否决该提议（`jingui misfiled refuse`）后重新提议。

## Notices

notice-removal-waits = 镜像 { $mirror } 中仍有已取出的材料：{ $why }。镜像可用后即在其中销毁。
notice-removal-unfinished = 已取出的材料尚未能销毁：{ $why }。下次打开库时再试。
