# 关于恢复文件的文字。

cmd-repair = 从镜像和副本恢复损坏或缺失的文件
cmd-repair-more =
    像 `verify` 那样查看每个文件；给出 RECORD 时只查这些案卷的文件。损坏或缺失的，由镜像，
    或由 --from 指定的副本中第一份与日志所记字节完全一致的恢复：封面、材料、附注、树头、计划、设置，以及损坏的日志。
    损坏的文件移到 quarantine/，每一步记入日志，完好的文件绝不触动。已销毁的不会恢复。
    PLACE 与 `backup` 相同：目录、file:///media/disk/jingui 或 s3://BUCKET/PREFIX。不需要钥匙。
    逐项说明；有一项没有恢复，退出码就是 13，并指出还可以询问的副本。-n 说明哪些会由哪里恢复。
cmd-repair-examples =
    jingui repair --from /media/disk/jingui
    jingui repair JG01-2026-000042 --from s3://archive/ra-east --credentials /etc/jingui/store
arg-repair-records = 只查这些案卷的文件
arg-repair-from = 在镜像之后用来恢复的副本；可以给多次

repair-put-back = { $path }：已由{ $from }恢复（{ $finding }）。
repair-would-put-back = { $path }：可由{ $from }恢复（{ $finding }）。
repair-left = { $path }：未恢复（{ $finding }）：{ $why }。
repair-tried = { "    " }{ $place }：{ $finding }
repair-from-journal = 日志
repair-from-program = 程序
repair-from-mirror = 镜像
repair-why-nowhere = 问过的地方都没有与归档时相同的
repair-why-no-place = 没有问过存放它的地方；请用 `jingui repair --from PLACE` 指定一份副本
repair-why-in-mirror = 它在镜像里；移除镜像目录后会重新生成
repair-why-in-keystore = 它在钥匙柜里，这里没有它的副本
repair-why-not-ours = 它不属于本库；请查看后移走
repair-why-journal = 日志要在打开库之前恢复；请结束其他命令，单独运行本命令
repair-why-as-named = 它正是日志所记的文件，没有别的
repair-why-unnamed = 日志没有哪一行提到它
repair-why-disk = 库所在的磁盘拒绝写入：{ $detail }
repair-nothing = 没有损坏或缺失的文件。
repair-nothing-of-these = 这些案卷没有损坏或缺失的文件。
repair-whole = 已恢复 { $count } 个文件；没有其他损坏。
repair-would-be-whole = 可恢复 { $count } 个文件；没有其他损坏。
repair-in-part = 已恢复 { $count } 个，{ $left } 个没有恢复。请保留所有副本，再问另一份。
repair-would-in-part = 可恢复 { $count } 个，{ $left } 个不能。
repair-elsewhere = 副本 { $target }（日志 { $lines } 行）没有问过，最近见于：jingui repair --from { $place }
repair-elsewhere-unknown = 副本 { $target }（日志 { $lines } 行）没有问过；本机不知道它在哪里。

error-journal-unhealed = { $path } 的日志无法恢复：{ $why }
hint-journal-unhealed = 请保持这个库的原样，用 `jingui repair --from PLACE` 再问另一份副本。如果都不行，用 `jingui backup restore TARGET DIR` 从最新的副本把整个库恢复到另一个目录。

progress-repair = 正在恢复
