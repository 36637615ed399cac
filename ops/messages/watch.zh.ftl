# 监视文件夹，中文。
# watch-why-…：为什么没有归档；watch-wait-…：为什么还没完成；watch-note-…、watch-next-…：旁边的原因文件。

## 帮助

cmd-watch = 把扫描仪放进文件夹的文件归档，然后移开
cmd-watch-more =
    文件夹里一个子目录是一件案卷；或者由 --rule 说明哪些文件属于同一份。案卷在 --settle 秒内没有任何变化、
    各文件的结尾都完整，就归档。确认写入磁盘并读回核对之后，原文件移到“已归档”；以前归过档的移到“重复”，
    需要人处理的移到“需处理”，后两者旁边有文件说明原因。绝不删除、绝不覆盖任何文件。

    规则没有说明的著录项，先看案卷目录里的 labels.toml（或 标签.toml），再看这里的选项；
    没有说明业务日期的，取最新一个文件的写入日期。
    “已归档”里的文件谁能进去谁就能看：不再需要时请删除。

    一直运行到 Ctrl-C（退出码 130），没做完的下次接着做。--once 只过一遍，有文件进了“需处理”时退出码为 3。
cmd-watch-examples =
    jingui watch /srv/scans --project 社保一期 --outlet 人民路网点 --customer-kind enterprise --business new --rule "{"{"}客户{"}"}/"
    jingui watch /srv/scans --once --dry-run
arg-watch-dir = 要监视的文件夹
arg-watch-rule = 哪些文件是一件案卷、路径说明了什么：{"{"}项目{"}"}/{"{"}客户{"}"}/{"{"}证书序列号{"}"}_{"{"}材料{"}"}_{"{"}页{"}"}
arg-watch-date = 业务日期（否则取最新一个文件的写入日期）
arg-watch-done = “已归档”“重复”“需处理”放在哪里（否则就在文件夹里）；要在同一个文件系统上
arg-watch-settle = 多少秒没有变化才归档（否则 5）
arg-watch-every = 每隔多少秒看一次（否则 2）
arg-watch-give-up = 没写完的文件多少分钟后移到“需处理”（否则 10）
arg-watch-supplement = 后到的文件补进原案卷，而不是移到“需处理”
arg-watch-once = 只过一遍就结束
why-seconds = 要写秒数，最多一天

## 错误

error-no-folder = { $path } 不是目录
hint-no-folder = 请指定扫描仪写入的目录。
error-folder-nested = { $path } 和 { $other } 不能一个放在另一个里面
hint-folder-nested = 要监视的文件夹须在库、钥匙柜和镜像之外；--done 可以在文件夹外面或里面，不能包住它。
error-done-elsewhere = { $path } 与 { $other } 不在同一个设备上
hint-done-elsewhere = 文件是改名移走的，只能在同一个文件系统内进行。--done 请指定同一个文件系统上的目录，或者不写。
error-folder-watched = 已有别的程序在监视 { $path }
hint-folder-watched = 先结束另一个 `jingui watch`，或者就让它来做。

## 发生了什么

watch-begin = 正在监视 { $path }；按 Ctrl-C 结束。
watch-end = 归档 { $archived } 份，补件 { $supplemented } 份，重复 { $duplicates } 份，需处理 { $attention } 份。
watch-status = 等待中：{ $waiting } 个文件。可直接读到的明文：已归档 { $archived } 个，重复 { $duplicate } 个，需处理 { $attention } 个（共 { $size } MiB）。
watch-unfinished = { $name } 还没完成：{ $why }
watch-archived = { $number }  { $name }（{ $files } 个文件），材料 { $materials }
watch-supplemented = { $number }  { $name }（{ $files } 个文件），补件，材料 { $materials }
watch-resumed-archived = { $number }  { $name }（{ $files } 个文件），上次运行结束前已归档
watch-would-file = 将归档：{ $name }（{ $files } 个文件）
watch-would-supplement = 将补进 { $number }：{ $name }（{ $files } 个文件）
watch-put = { $place }  { $name }（{ $files } 个文件）：{ $why }
watch-would-put = 将移到{ $place }：{ $name }（{ $files } 个文件）：{ $why }
watch-resumed = { $place }  { $name }（{ $files } 个文件），上次运行留下的
watch-left-behind = { $name } 有 { $left } 个文件在此期间有变化，仍在文件夹里等待。
watch-stuck = { $name } 的文件移不走，仍在文件夹里，稍后再试：{ $why }
watch-goes-on = 恢复正常，继续。
turns-trouble = { $why }（{ $code }）。没有丢失任何东西；会一直重试到成功为止。

## 原因

watch-why-odd = { $name } 不是普通文件，而是链接、管道或设备；这类文件一律不跟进去。
watch-why-closed = 目录 { $name } 读不了：{ $why }
watch-why-deep = 目录 { $name } 嵌套太深。
watch-why-no-document = 这里没有可以归档的文件。
watch-why-shallow = 它所在的层级没有规则 { $rule } 要求的那么深。
watch-why-loose = 它散放在文件夹里。请把一件案卷的文件放进单独的子目录，或者用 --rule 监视。
watch-why-not-utf8 = 它的名称不是 UTF-8 编码，无法按规则读出。
watch-why-missing = 没有地方说明：{ $field }
watch-why-future = 业务日期还没到：{ $date }
watch-why-customer-id = 客户证件号有误：{ $why }
watch-why-handler-id = 经办人证件号有误：{ $why }
watch-why-contradiction = 路径与标签文件说法不一致：{ $field }
watch-why-sidecar = 标签文件读不懂：{ $why }
watch-why-sidecar-key = 标签文件里有一项不是著录项：{ $key }
watch-why-no-such-file = 标签文件提到的文件不存在：{ $name }
watch-why-too-many = 有 { $count } 个文件；一次归档最多 { $limit } 个。
watch-why-refused = 没有被接受：{ $why }
watch-why-known = 全部材料都已归过档：{ $number }
watch-why-late = 著录相同的案卷已归档为 { $number }，而这些材料不在其中。要补进去：jingui add --to { $number } --reason … 文件
watch-why-given-up = 一直没有写完，而且很久没有动静了。
watch-wait-temporary = { $name } 还是正在写入的文件名。
watch-wait-empty = { $name } 是空的。
watch-wait-end = { $name } 缺结尾，是不完整的 { $kind }。
watch-wait-unreadable = { $name } 读不了：{ $why }
watch-wait-changed = { $name } 在读取时发生了变化。
watch-wait-place = { $place }里放不下它：{ $why }
watch-wait-open = { $name } 还被打开着写入（{ $program }）。
watch-note-attention = { $name } 没有归档（{ $at }）。
watch-note-duplicate = { $name } 没有再归一次档（{ $at }）。
watch-next-attention = 改好后把它移回文件夹即可；本文件可以删掉。
watch-next-duplicate = 请核对，不再需要时删掉；本文件可以删掉。
watch-supplement-reason = 后到的扫描件，来自监视文件夹。
