cmd-find = 按已知事项和材料正文查找案卷
cmd-find-more =
    各词须全部符合。姓名可输汉字、拼音或首字母（zhangwei、zw）；号码可输全号或末尾（四位起）；'"按此顺序"' 为短语。
    字段：number: project: customer: address: date: serial: id: phone: kind: state: class: business: outcome: box: outlet: tag:
    title: text:，也可写 档号: 项目: 客户: 日期: 序列号: 证件号: 等；like: 查找大部分内容相近的正文。
    事项先于正文，全同先于部分。每次查找在日志中留一行，查询内容密封。
cmd-find-examples =
    jingui find 张伟 2024
    jingui find '序列号:…9c01 项目:"社保"' --sort newest --json
cmd-read = 读取尚未读过的材料，使其正文可查
cmd-read-more =
    add 会读取所归档的材料；import 和 watch 之后由本命令读取。加 --again 时，未能全部读出的材料再试一次（例如安装
    Tesseract 之后）。可随时中断，再次运行时从中断处继续。
cmd-read-examples =
    jingui read
    jingui read JG01-2026-000042 --again
arg-find-query = 要查找的内容
arg-sort = 排序：best、newest、oldest
arg-facets = 另按项目、保管期限类别、年度、状态、客户类型统计
arg-read-records = 只限这些案卷：档号或标识
arg-read-again = 已读过但还可能多读出内容的也重读
col-matched = 命中
col-snippet = 摘录
found-in-number = 档号
found-in-project = 项目
found-in-customer = 姓名
found-in-address = 地址
found-in-date = 日期
found-in-serial = 序列号
found-in-id = 证件号
found-in-phone = 电话
found-in-kind = 类型
found-in-state = 状态
found-in-class = 类别
found-in-business = 业务
found-in-outcome = 结果
found-in-box = 盒号
found-in-outlet = 网点
found-in-tag = 标签
found-in-title = 题名
found-in-text = 正文
found-in-like = 正文
facet-project = 项目
facet-class = 类别
facet-year = 年度
facet-state = 状态
facet-kind = 客户类型
find-place = ［第 { $document } 份第 { $page } 页］
find-facet = { $facet } { $value }：{ $records }
find-total = 共 { $total } 卷。
find-nothing-fits = 没有案卷符合全部词语。可用 like:"…" 查找内容相近的正文。
find-alike-only = 以下为相近的案卷，未必含有全部词语。
find-tails-left-out = 此号码有全同者；以其结尾的其他号码太多，未逐一比对。
find-unread = 有 { $records } 卷的材料未能全部读出，其中可能有符合者而无从得知，见 jingui read。
show-unread = 第 { $document } 份材料的正文未能（全部）读出，查找不到：{ $why }
read-done = 已读取 { $documents } 份材料。
read-unread = { $documents } 份未读出或未全部读出：{ $why }
col-to-read = 待读取
status-to-read = { $records } 卷有材料待 jingui read 读取（索引截至第 { $lines } 行）
read-later = 部分材料未及读取，可运行 jingui read 读取其余。
read-not-now = 案卷已归档，但其材料尚未进入索引（{ $why }）。下次查找时补入，材料由 jingui read 读取。
unread-encrypted = 需要口令
unread-damaged = 文件损坏
unread-unknown = 此类文件无法读取
unread-too-large = 过大
unread-misbehaved = 读取程序超时或出错
unread-no-ocr = 文字在图像中，本机没有文字识别程序（Debian：tesseract-ocr、tesseract-ocr-chi-sim）
unread-no-reader = 未安装读取此类文件的程序（Debian：poppler-utils）
unread-illegible = 图像中未识别出文字
unread-waiting = 尚未读取
rebuild-index = 索引中有 { $records } 卷。
progress-index = 索引：第 { $done } 行，共 { $total } 行
progress-read = 已读取材料：{ $done }
notice-index-rebuilt = 索引已重建：{ $why }。
error-query-empty = 查询内容为空
hint-query-empty = 请输入姓名、号码或材料中的词语。
error-query-short = “{ $word }”太短，至少 { $least } { $of ->
    [Letters] 个字母
    [Digits] 位数字
   *[other] 个字
}
hint-query-short = 请多输一些，或指明字段：客户:{ $word }
error-query-long = 查询太长，最多 { $most } { $of ->
    [Clauses] 个词
    [Letters] 个字母
    [Digits] 位数字
   *[other] 个字
}
hint-query-long = 请去掉各处都有的词语。
error-query-field = 没有“{ $field }”这个字段
hint-query-field = { $near ->
    [none] 字段有：{ $list }。正文中的冒号请放在引号内。
   *[other] 是否应为 { $near }？正文中的冒号请放在引号内。
}
error-query-word = { $field } 没有“{ $word }”这个值
hint-query-word = { $near ->
    [none] 见 jingui help find。
   *[other] 是否应为 { $near }？
}
error-query-date = “{ $text }”不是日期
hint-query-date = 请写 date:2024、date:2024-05、date:2024-05-01 或 date:2024-03..2024-06。
error-query-number = “{ $word }”不是 { $field } 的号码
hint-query-number = 请输入全号，或至少末四位。
error-query-marks = “{ $word }”中没有文字或数字
hint-query-marks = 请去掉。
error-query-quote = 引号没有配对
hint-query-quote = 请补上或去掉。
error-query-tail = 以 { $tail } 结尾的号码超过 { $most } 个
hint-query-tail = 请多输几位。
error-query-cursor = 此游标不属于本次查询
hint-query-cursor = 请用原来的查询、筛选和 --sort，或去掉 --after 重新开始。
error-index = 索引无法使用：{ $why }
hint-index = 可运行 jingui rebuild index 重建，不会丢失任何内容。
error-reader = 本机无法读取材料：{ $why }
hint-reader = 归档和按标签查找不受影响。请用 jingui doctor 检查本机，然后运行 jingui read。
read-afterwards = 材料正文由 jingui read 读取；此前可按标签查到这些案卷。
index-stays = 案卷已销毁，但索引未能更新或删除（{ $why }）。请运行 jingui find 或 jingui rebuild index。
