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
