# 打印，中文：命令、错误和纸面上的文字。
# paper-…：纸面上的字；print-…：命令说的话。

cmd-print = 把标签和清单打印成 PDF
cmd-print-more =
    打印前先在字体里逐字查找。哪个字没有字形就指出哪个字，并且不打印：
    名字少了一个生僻字，就成了另一个名字。
cmd-print-examples =
    jingui print label --box B-7 -o 标签.pdf
    jingui print contents JG01-2026-000042 -o 目录.pdf
cmd-print-label = 打印每个盒的档案标签
cmd-print-label-more = 盒是选中的案卷所在的盒。没有盒号的案卷会计数，不打印。
cmd-print-label-examples =
    jingui print label --box B-7 -o 标签.pdf
    jingui print label --project 社保一期 --from 2024-01-01 --to 2024-12-31 -o 标签.pdf
cmd-print-spine = 打印每个盒的盒脊
cmd-print-spine-examples =
    jingui print spine --box B-7 --width 30 -o 盒脊.pdf
    jingui print spine --project 社保一期 -o 盒脊.pdf
cmd-print-contents = 打印一个案卷的卷内目录
cmd-print-contents-more = 证件号码会遮住一部分。用 --reveal 打印全部；谁打印的会记入日志，理由会加密保存。
cmd-print-contents-examples =
    jingui print contents JG01-2026-000042 -o 目录.pdf
    jingui print contents JG01-2026-000042 --reveal --reason 法院调档12号 -o 目录.pdf
cmd-print-filing-list = 打印选中案卷的归档清单
cmd-print-filing-list-examples =
    jingui print filing-list --box B-7 -o 清单.pdf
    jingui print filing-list --project 社保一期 --from 2024-01-01 -o 清单.pdf
cmd-print-missing = 打印缺件清单：案卷缺什么，等得最久的在前
cmd-print-missing-examples =
    jingui print missing -o 缺件.pdf
    jingui print missing --clerk 0003 --days 30 -o 缺件.pdf
cmd-print-register = 打印销毁清册与证明，供签字盖章
cmd-print-register-examples =
    jingui print register 2M7K3Q4T -o register.pdf
    jingui print register 2M7K3Q4T --lang en -o register.pdf
cmd-print-handover = 打印移交文书：交接文据一式两份，以及移交清单
cmd-print-handover-more =
    依据 CA 的最新回执，供双方签字盖章。不需要钥匙；在这里销毁之前和之后，打印的内容一样。
    用可以知道冻结的人的钥匙打印，清单还列出每卷受几项冻结。
cmd-print-handover-examples =
    jingui print handover -o 移交.pdf
    jingui print handover -o 移交.pdf --lang en
cmd-print-sheet = 打印恢复单
cmd-print-sheet-more =
    谁拿到恢复单，谁就能打开所有案卷。不给 -o 时写到标准输出，不落任何文件，请直接送打印机（`… | lp`）。
    给了 -o，秘密就在那个文件里，直到删除；删掉的文件仍可能从磁盘上找回来。
cmd-print-sheet-examples =
    jingui print sheet
    jingui print sheet -o /dev/shm/sheet.pdf

arg-output = PDF 写到哪里；- 或不给是标准输出
arg-font = 只用这个字体文件；给几个就按次序查找
arg-substitute = 打不出的字，印一个带码位的方框
arg-width = 盒脊宽度，毫米；不给是 40
arg-print-handover-receipt = 不是最新回执时，指明该回执的编号：此前的移交
arg-print-label-to = 到这一天止
arg-print-spine-to = 到这一天止
arg-print-filing-list-to = 到这一天止
arg-print-missing-to = 到这一天止
arg-print-label-box = 只要这个盒
arg-print-spine-box = 只要这个盒
arg-print-filing-list-box = 只要这个盒
arg-print-label-limit = 案卷多于这个数就不打印；不给是 20000
arg-print-spine-limit = 案卷多于这个数就不打印；不给是 20000
arg-print-filing-list-limit = 案卷多于这个数就不打印；不给是 20000

arg-print-missing-limit = 案卷多于这个数就不打印；不给是 20000

error-no-font = 在 { $places } 没有找到中文字体
hint-no-font = 请安装中文字体（Debian：fonts-noto-cjk 或 fonts-wqy-zenhei），或用 --font 指定字体文件。
error-not-a-font = { $path } 不能用作字体：{ $why }
hint-not-a-font = 请给出许可嵌入的 TrueType 或 OpenType 文件（.ttf、.otf、.ttc）。
error-cannot-set = 有 { $count } 个字打不出来：{ $list }
hint-cannot-set = 什么都没打印。用 --font 指定有这些字的字体（可以给几个），或用 --substitute 在原处印带码位的方框。
error-print-where = 用 --json 时，PDF 要另写一个文件
hint-print-where = 用 -o 给出文件名，或去掉 --json。
error-nothing-to-print = 没有可以打印的案卷（其中 { $without } 个没有盒号）
hint-nothing-to-print = 用同样的条件运行 `jingui list` 看看有什么。盒号用 `jingui add --box` 给出。
error-too-many-to-print = 符合的案卷多于 { $limit } 个
hint-too-many-to-print = 用 --project、--from、--to 或 --box 缩小范围，或加大 --limit。

print-written = { $path }：{ $pages } 页。
print-would = 将打印 { $pages } 页（{ $count } 条）；每个字都已查过。
print-substituted = 以下各字印作带码位的方框：{ $list }
print-without-box = 有 { $count } 个案卷没有盒号，没有打印。
print-missing-one = { $character } { $code }（{ $why }；{ $places }{ $more ->
    [0] {""}
   *[other] ，另有 { $more } 处
 }）
print-missing-more = 以及另外 { $count } 个字
print-why-no-glyph = 字体里没有
print-why-script = 这种文字的排版不支持
print-why-private = 自造字，只有录入它的机器认得
print-sheet-on-disk = 谁能读那个文件，谁就能打开所有案卷。请打印后删除；删掉的文件仍可能从磁盘上找回来，打印机和打印队列里也可能留有副本。
print-sheet-spooled = 恢复单没有写进任何文件。打印机和打印队列里可能留有副本，请清空。
progress-print = 读取案卷：{ $done }

paper-page = 第 { $page } 页 共 { $pages } 页
paper-foot = 由 { $staff } 打印，{ $time }
paper-foot-keyless = 打印于 { $time }
paper-and = 、
paper-range = { $first } 至 { $last }
paper-label = 档案标签
paper-spine = 盒脊
paper-contents = 卷内目录
paper-filing-list = 归档清单
paper-missing = 缺件清单
paper-register = 档案销毁清册
paper-end = 销毁日期
paper-signatures =
    单位负责人：____________    档案部门负责人：____________    日期：____________

    监销人：____________    监销人：____________    执行人：____________
paper-handover = 档案移交文书
paper-handover-list = 档案移交文书（按项目移交）
paper-deed-from = 交接文据（交方存）
paper-deed-to = 交接文据（接方存）
paper-deed-says = 本文据一式两份，交方、接方各存一份。交方已移交其全部档案，接方已全部接收并签出回执。移交清单是本文据的组成部分。
paper-deed-says-list = 本文据一式两份，交方、接方各存一份。交方已移交一个项目的案卷，其余档案照常管理；接方已全部接收并签出回执。移交清单是本文据的组成部分。
paper-item = 事项
paper-content = 内容
paper-archive = 移交的档案
paper-archive-vault = 交方的库
paper-taker-vault = 接方（CA）的库
paper-receipt-act = 回执编号
paper-taken-in = 接收时间
paper-root = 日志树根
paper-document-count = 材料份数
paper-list-file = 清单文件
paper-blake3 = BLAKE3
paper-sha256 = SHA-256
paper-algorithms = 算法
paper-algorithms-are = 文件：BLAKE3（256 位）、SHA-256。树根：对日志各行的 SHA-256 树（RFC 6962）。
paper-check = 检测
paper-check-how = 做法
paper-checked = 确认
paper-tick = □
paper-authenticity = 真实性
paper-authenticity-how = 回执由 CA 主管方的钥匙签名；所依据的日志与 CA 共签过的日志前后相接。
paper-integrity = 完整性
paper-integrity-how = 到达的每个文件都与其摘要核对；到达的与日志所列的双向比对。
paper-usability = 可用性
paper-usability-how = 用托管的钥匙打开了每个封面和每份材料。
paper-safety = 安全性
paper-safety-how = 从交方的库到接方的库全程密封，途中没有明文。
paper-exceptions =
    例外：    □ 无    □ 如下：

    ______________________________________________________________________
paper-deed-signatures =
    交方

    签字：______________    签字：______________    日期：______________    盖章：

    接方

    签字：______________    签字：______________    日期：______________    盖章：
paper-handed-list = 移交清单
paper-handed-list-says = 承诺值是对著录和材料的承诺，此处只列前 { $digits } 位；完整的摘要见清单文件 { $file }。
paper-running = 序号
paper-commit = 承诺值
paper-holds = 冻结
paper-sheet = 金匮恢复单 · Jingui recovery sheet
paper-box = 盒号 { $code }
paper-fonds = 全宗
paper-years = 年度
paper-numbers = 起止档号
paper-first = 起始档号
paper-last = 终止档号
paper-count = 件数
paper-title-or-name = 题名或原文件名
paper-titled = { $title }（{ $name }）
paper-filed = 归档日期
paper-pages = 页数
paper-remarks = 备注
paper-supplement = 补件
paper-documents = 材料
paper-from = 起
paper-to = 止
paper-what-is-missing = 缺少的材料
paper-days = 天数
paper-handler = 经办
paper-class-cn-r3 = CN-R3 三年
paper-class-cn-p5 = CN-P5 五年
paper-class-cn-g10 = CN-G10 十年
