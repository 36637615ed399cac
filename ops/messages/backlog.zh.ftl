# 批量导入、文件夹规则与表格，中文。
# field-…：列或占位符的内容；rule-…：规则为什么不成立；path-…：路径为什么不符合规则。

## 字段

field-project = 项目
field-outlet = 网点
field-customer = 客户
field-customer-kind = 客户类型
field-customer-id = 证件号
field-business = 业务类型
field-date = 业务日期
field-outcome = 办理结果
field-tags = 标签
field-box = 盒号
field-channel = 受理渠道
field-flags = 情形
field-applied = 申请日期
field-handler = 经办人
field-handler-id = 经办人证件号
field-phone = 电话
field-address = 地址
field-token = 介质编号
field-password-card = 密码卡号
field-accepted = 受理日期
field-holders = 持有人数
field-files = 文件
field-serial = 证书序列号
field-kind = 材料种类
field-page = 页
field-skip = 不归档

## 文件夹规则

rule-empty = 规则是空的。例如写成 {"{"}项目{"}"}/{"{"}客户{"}"}/{"{"}材料{"}"}
rule-empty-level = 两个斜杠之间是空的，或者只有点。
rule-bracket = 括号 { $bracket } 没有配对。
rule-unknown = 没有叫“{ $word }”的占位符。可用的有：项目、网点、客户、客户类型、证件号、业务类型、日期、结果、标签、盒号、证书序列号、材料、页、*（任意），也可用英文名。
rule-not-in-path = 路径里不能写：{ $field }。
rule-side-by-side = { $first }与{ $second }之间没有任何符号，分不清前一个到哪里为止。请在中间加一个符号，例如 _。
rule-too-many-optional = 一个名称里方括号部分超过 { $limit } 个。
rule-no-place = 规则里没有占位符，例如 {"{"}客户{"}"}。
path-depth = 规则有 { $wanted } 层，路径有 { $found } 层。
path-shape = “{ $name }”不是按 { $level } 写的。
path-value = “{ $text }”不能用作这里的{ $field }。
path-differs = 路径里同一项有两个说法（{ $field }）：“{ $first }”和“{ $second }”。
path-ambiguous = “{ $name }”有两种读法：{ $first }，或者 { $second }。
path-tangled = “{ $name }”太复杂，无法按规则读出。
rule-no-key = 规则里只有材料和页，那样每个文件都会属于每一行。

## 表格与压缩包
# sheet-…：表格为什么读不了，什么太大；archive-…：压缩包为什么不收。

sheet-io = 读不了（{ $cause }）
sheet-empty = 是空文件
sheet-kind = 既不是 CSV 也不是 XLSX；请另存为 .xlsx 或 CSV
sheet-encoding = 第 { $line } 行既不是 UTF-8 也不是 GB18030；请另存为 UTF-8
sheet-too-large = { $what }超过上限 { $limit }；请拆成几个
sheet-damaged = 工作簿在 { $part } 处不完整；请用表格软件打开后另存一份
sheet-no-tab = 没有名为“{ $name }”的工作表；有：{ $list }
sheet-changed = 读的时候被改动了；请重试
sheet-row = 一行的字节数
sheet-rows = 行数
sheet-columns = 列数
sheet-texts = 文字的字节数
sheet-file = 文件的字节数
archive-io = 压缩包读不了（{ $cause }）
archive-not-one = 不是 ZIP 压缩包
archive-damaged = 压缩包已损坏（{ $what }）；请重新制作
archive-too-many = 里面的文件超过 { $limit } 个；请拆成几个
archive-too-large = 到“{ $name }”为止，解开后超过上限 { $limit } 字节
archive-escapes = 里面的名称“{ $name }”指向外面；请不要相信它的来源
archive-twice = 里面的名称“{ $name }”出现两次，分不清是哪一个
archive-overlap = 里面的文件共用字节，是用来撑满磁盘的那种压缩包；请不要相信它的来源
archive-name = 里面的名称“{ $name }”既不是 UTF-8 也不是 GB18030

## 一行有什么问题

fault-rounded = { $heading }：这个号码已被表格软件改成近似值。请从来源重新取得，并把该列设为文本格式。
fault-formula = { $heading }：公式出错（{ $value }）。请直接填写值。
fault-missing-value = { $heading }：没有填。请补上，或用 --set 给所有行统一填写。
fault-day = { $heading }：“{ $value }”不是日期。请写成 2024-05-01。
fault-holders = { $heading }：“{ $value }”不是持有人数。请写整数，如 5。
fault-project-near = 没有案卷用过项目“{ $value }”，是否应为“{ $near }”？若确是新项目，请加 --new-project 重新生成计划。
fault-project-unlisted = 项目“{ $value }”不在项目清单中，也没有案卷用过。若确是新项目，请加 --new-project 重新生成计划。
fault-future = { $heading }：“{ $value }”在 { $today } 之后。
fault-label-empty = { $heading }：没有填。
fault-label-long = { $heading }：超过 200 个字符。请缩短。
fault-label-control = { $heading }：含有控制字符或改变书写方向的符号。请重新输入。
fault-customer-kind = { $heading }：“{ $value }”不是其中之一：企业、机构、个人、政务。
fault-business = { $heading }：“{ $value }”不是其中之一：新办、更新、变更、补办、恢复、吊销、解锁。
fault-outcome = { $heading }：“{ $value }”不是其中之一：已签发、拒绝、撤回、失效、待定。
fault-channel = { $heading }：“{ $value }”不是其中之一：柜台、网上、邮寄。
fault-flag = { $heading }：“{ $value }”不是 `jingui add --help` 里 --flag 列出的情形。
fault-id-length = { $heading }：{ $found } 个字符，不是{ $kind }的长度。请对照原件。
fault-id-character = { $heading }：第 { $position } 个字符不该出现在{ $kind }里。请对照原件。
fault-id-fifteen = { $heading }：是 15 位的旧身份证号。请查出 18 位的。
fault-id-check = { $heading }：{ $kind }的校验位不符，可能有录入错误。
fault-id-birth = { $heading }：身份证号里的出生日期不存在。
fault-id-future = { $heading }：身份证号里的出生日期在将来。
fault-id-organisation = { $heading }：信用代码里的组织机构代码校验不符，可能有录入错误。
fault-id-form = { $heading }：不是任何已知证件号的样子。请对照原件。
id-resident = 居民身份证号
id-uscc = 统一社会信用代码
id-passport = 护照号
id-hong-kong-macau = 港澳通行证号
id-taiwan = 台湾通行证号
id-mobile = 手机号
id-serial = 证书序列号
fault-no-file = 这一行没有指明文件。
fault-rule-missing = { $path } 处没有文件。
fault-file-missing = 没有文件“{ $name }”。
fault-file-outside = “{ $name }”指向文件目录之外。名称从 --files 的目录算起。
fault-file-ambiguous = “{ $name }”可能是“{ $first }”，也可能是“{ $second }”。请写出路径。
fault-file-special = “{ $name }”是链接、管道或设备。请放上文件本身。
fault-file-encrypted = “{ $name }”在压缩包里加了密。请重新制作不带密码的压缩包。
fault-file-method = “{ $name }”的压缩方式少见。请重新制作成普通 ZIP。
fault-file-empty = “{ $name }”是空的。请重新扫描或取得。
fault-file-io = “{ $name }”读不了（{ $cause }）。
fault-archive = “{ $name }”不能用：{ $why }。
fault-archive-empty = 压缩包“{ $name }”里没有文件。
fault-too-many = 一个案卷 { $count } 个文件太多，上限是 { $limit }。
fault-file-twice = 第 { $row } 行也有文件“{ $name }”。请只留在它所属的那一行。
fault-duplicate-row = 与第 { $row } 行完全相同。
fault-duplicate-twin = 与第 { $row } 行的著录相同，材料内容也相同。
fault-filed = 已归档，档号 { $number }。

## 计划

plan-row = 行号
plan-result = 导入结果
plan-reason = 导入原因
result-new = 将归档
result-filed = 库中已有
result-duplicate-row = 上面有相同的行
result-missing-value = 缺内容
result-bad-value = 内容不合规定
result-spreadsheet-number = 号码已被表格软件改坏
result-missing-file = 缺文件
result-file-ambiguous = 分不清是哪个文件
result-file-twice = 两行用了同一个文件
result-bad-file = 文件不能归档
result-done = 已归档
result-failed = 没能归档
result-waiting = 尚未归档
stale-sheet = 表格 { $sheet } 已被改动
stale-headings = 表头的含义与当时不同
stale-row = 表格第 { $row } 行与计划对不上
stale-file = 第 { $row } 行的文件“{ $name }”已被改动
stale-result = 第 { $row } 行现在会是另一个结果（{ $now }）
import-planned =
    计划：  { $path }
    摘要：  { $digest }
    下一步：jingui import apply { $path }
import-would-plan = 将写出计划 { $path }。
import-applied =
    已归档 { $count } 个案卷。结果：{ $path }
    计划摘要：{ $digest }
import-would-apply = 将归档 { $count } 个案卷。
import-tab = 读取的是工作表“{ $tab }”；工作簿里还有 { $others } 个。用 --tab 名称 选择别的。
import-skipped = 这些列不归档：{ $list }。
import-more-rows = 还有 { $count } 行需要处理；全部写在计划或结果文件里。
import-left-over = 有 { $count } 个文件不属于任何一行。
import-left-over-file = 不属于任何一行：{ $path } { $why }
progress-import-plan = 核对各行：{ $done }/{ $total }
progress-import-file = 归档：{ $done }/{ $total }
col-row = 行
col-rows = 行数
col-result = 结果
col-meaning = 含义

## 帮助

cmd-import = 按表格批量归档：先出计划，再照计划执行
cmd-import-examples =
    jingui import plan 台账.xlsx --files 扫描件/
    jingui import apply 台账.plan.xlsx
cmd-import-plan = 逐行说明表格里的每一行会怎样
cmd-import-plan-more =
    表格可以是 CSV（UTF-8 或 GB18030）或 XLSX，表头可用中文或英文。不认识的表头用 --map 说明，会记在表格旁边的
    jingui-headings.toml 里。文件由一列写明，或按文件夹规则找到。计划就是这张表格，每一行加上结果和原因。

    库里什么都不改。有的行需要人处理时退出码是 3，其余各行照样可以归档。
cmd-import-plan-examples =
    jingui import plan 台账.csv --files 扫描件/ --map 备注2=skip --set 网点=一号网点
    jingui import plan 台账.xlsx --files 扫描件.zip --rule "{"{"}项目{"}"}/{"{"}客户{"}"}/{"{"}证书序列号{"}"}_{"{"}材料{"}"}[_{"{"}页{"}"}]"
cmd-import-apply = 照计划归档
cmd-import-apply-more =
    先把每一行重新判断一遍。如果表格、文件或库有变化，使某一行的结果与计划不同，就什么都不归档，退出码是 5。
    可以中断；再次执行只归档余下的。每一行的结果写在计划旁边。
cmd-import-apply-examples =
    jingui import apply 台账.plan.xlsx
    jingui import apply 台账.plan.csv --result 结果.xlsx --json
arg-import-plan-sheet = 表格：CSV 或 XLSX
arg-files = 存放文件的目录或 ZIP 压缩包
arg-rule = 路径怎样说明文件属于哪一行
arg-map = 表头的含义：项目、网点、客户、客户类型、证件号、业务类型、日期、结果、标签、盒号、文件、证书序列号、渠道、情形、申请日期、经办人、经办人证件号、电话、地址、介质编号、密码卡号、受理日期、skip（不归档）
arg-set = 表格里没有写时用什么：网点=一号网点
arg-tab = 工作簿里的哪个工作表
arg-import-plan-output = 计划写到哪里，.csv 或 .xlsx（不给则在表格旁边）
arg-plan = 计划
arg-result = 结果写到哪里，.csv 或 .xlsx（不给则在计划旁边）
why-map = 要写成 表头=字段，字段例如 客户、文件、skip
why-set = 要写成 字段=内容，字段例如 网点、业务类型

## 错误

error-sheet = { $path } 不能用：{ $why }
hint-sheet = 请改正，或指定别的文件。
error-sheet-without-rows = { $sheet } 里没有内容
hint-sheet-without-rows = 请指定有内容的表；工作簿用 --tab 名称。
error-headings = { $sheet } 有不认识的表头：{ $list }
hint-headings = 请逐个说明，例如 --map "{ $example }=客户"；不归档的写 --map "{ $example }=skip"。说过一次就会记住。
error-no-heading = { $sheet } 没有表头“{ $heading }”
hint-no-heading = 有：{ $list }
error-heading-twice = { $sheet } 有两列都是 { $field }：“{ $first }”和“{ $second }”
hint-heading-twice = 请去掉一列，例如 --map "{ $second }=skip"。
error-no-column = { $sheet } 缺这些列：{ $list }
hint-no-column = 请用 --map "表头={ $example }" 指明，或用 --set { $example }=内容 给所有行统一填写。
error-headings-file = { $path } 看不懂：{ $why }
hint-headings-file = 请改正，或删掉它并用 --map 说明表头。
error-archive = 压缩包 { $path } 不能用：{ $why }
hint-archive = 请重新制作，或解开后指定目录。
error-same-path = 有两个文件都叫 { $path }，只是写法不同
hint-same-path = 请给其中一个改名。
error-too-deep = 目录嵌套太深：{ $path }
hint-too-deep = 请指定离文件更近的目录。
error-too-many-files = { $path } 下面的文件超过 { $limit } 个
hint-too-many-files = 请分批归档，每批一个目录、一张表格。
error-no-way-to-files = 没有说明文件属于哪一行
hint-no-way-to-files = 请指明写有文件的列（--map "表头=文件"），或给文件夹规则（--rule）。
error-rule = 文件夹规则 { $rule } 不能用：{ $why }
hint-rule = `jingui import plan --help` 里有例子。
error-rule-column = 文件夹规则 { $rule } 要用表格里没有的列：{ $field }
hint-rule-column = 请用 --map 指明这一列，或在规则里写 { "{" }*{ "}" } 表示任意。
error-not-a-plan = { $path } 不是计划，或已被改动
hint-not-a-plan = 请用 `jingui import plan` 制作，并保持原样：要改就改副本。
error-plan-stale = 计划 { $path } 已不成立：{ $why }。什么都没有归档
hint-plan-stale = 请用 `jingui import plan` 重新制作，看过之后再执行。已归档的不会重复归档。
error-other-vault-plan = 计划 { $path } 是为另一个库做的
hint-other-vault-plan = 请用 --vault 目录 指定正确的库，或在这个库里重新制作计划。
