# 档案员的日常：审核、更正、缺件、主体请求、项目、材料清单。


## Commands

cmd-review = 列出待审案卷，或审核案卷
cmd-review-more =
    不给 RECORD 时列出材料齐全、等待审核的案卷。审核签名针对当前的著录与材料清单；录入或更正过该案卷的人不能审核它。
    --return 把案卷退回经办人。用 --plan 可整批审核一次导入：先抽出要与纸质原件核对的样本，核对后再加 --sample-compared。
cmd-review-examples =
    jingui review JG01-2026-000042
    jingui review JG01-2026-000043 --return --reason "营业执照不是该单位的"
cmd-correct = 更正案卷或其材料的著录
cmd-correct-more =
    更正产生新的著录版本，旧版本保留，`show --history` 对照显示。材料按序号指定：
    --kind 2=HID --mark 2=front,back,seen,until:2030-01-01。--mark 2=… 重写全部标记，2+… 增加，2-… 去掉；
    有效期与页数未写则不变。影响保存期限的内容须重新审核。审核人只可更正豁免。
cmd-correct-examples =
    jingui correct JG01-2026-000042 --date 2024-05-02 --reason "录入错误"
    jingui correct JG01-2026-000042 --mark 3=front,back,seen,until:2031-06-30 --reason "已核对身份证"
cmd-missing = 列出缺少的材料，等待最久的在前
cmd-missing-more =
    必备材料不齐的案卷不算归档。请补件（add --to）、补标记（correct --mark），或说明理由予以豁免（correct --waive）。
cmd-missing-examples =
    jingui missing --days 7
    jingui missing --clerk 0002 --json
cmd-subject = 个人信息主体的请求
cmd-subject-examples =
    jingui subject list 李华
    jingui subject annotate JG01-2026-000042 --text "本人称地址已变更"
cmd-subject-list = 列出某人的案卷：作为客户或经办人
cmd-subject-list-more =
    每次检索都记入日志，附查到的件数；检索的姓名密封保存。用 --after 续看仍是同一次检索。
    加 --dry-run 只说件数，不显示案卷。
cmd-subject-list-examples =
    jingui subject list 李华
    jingui subject list 11010519491231002X --json
cmd-subject-annotate = 在案卷旁附注，案卷本身不变
cmd-subject-annotate-examples =
    jingui subject annotate JG01-2026-000042 --text "本人称地址已变更"
    jingui subject annotate JG01-2026-000042 --text "请求删除身份证复印件；因法定五年保存期不予删除"
cmd-subject-restrict = 限制使用：只保存，不作他用
cmd-subject-restrict-more = 此后只有说明用途和理由才能打开其材料：open --purpose。
cmd-subject-restrict-examples =
    jingui subject restrict JG01-2026-000042 --reason "2026-11-20 的请求"
    jingui open JG01-2026-000042 1 --purpose dispute --reason "案件 77" -o 申请表.pdf
cmd-subject-lift = 解除使用限制
cmd-subject-lift-examples =
    jingui subject lift JG01-2026-000042 --reason "请求已撤回"
    jingui subject lift JG01-2026-000042 --reason "法院通知 12" --json
cmd-project = 项目：名称、类别、附加材料
cmd-project-examples =
    jingui project list
    jingui project set 社保 --class CN-G10 --reason "政务项目"
cmd-project-list = 列出已设置的和案卷用过的项目
cmd-project-list-examples =
    jingui project list
    jingui project list --json
cmd-project-add = 新增项目
cmd-project-add-examples =
    jingui project add 税务 --reason "十二月开始"
    jingui project add 税务 --need RSK --reason "要求风险告知书"
cmd-project-set = 设置项目决定的内容
cmd-project-set-more =
    --class 是该项目案卷的最低保管类别；法律要求更长时以更长者为准。--need 与 --may 在材料清单上增加。
    --unmarked 用于无法再补标记（盖章、原件）的旧材料。只对此后归档的案卷生效。
cmd-project-set-examples =
    jingui project set 社保 --class CN-G10 --reason "政务项目"
    jingui project set 历史档案 --unmarked --reason "2026 年接收"
cmd-project-rename = 项目改名；旧名称仍可检索
cmd-project-rename-examples =
    jingui project rename 税务 税务一期 --reason "二期开始"
    jingui project rename 税务 税务2026 --reason "每年一个" --dry-run
cmd-project-merge = 两个项目并为一个；任一名称可检索全部案卷
cmd-project-merge-examples =
    jingui project merge 社会保险 --into 社保 --reason "同一项目的不同写法"
    jingui project merge 甲 --into 乙 --reason "六月一日合并"
cmd-customer = 客户及其名称
cmd-customer-examples =
    jingui customer list --name 晨光
    jingui customer rename 晨光有限公司 晨光集团有限公司 --reason "工商登记更名"
cmd-customer-list = 按名称列出客户
cmd-customer-list-examples =
    jingui customer list --name 晨光
    jingui customer list --limit 1000 --json
cmd-customer-rename = 登记客户的新名称；案卷保留归档时的名称
cmd-customer-rename-examples =
    jingui customer rename 晨光有限公司 晨光集团有限公司 --reason "工商登记更名"
    jingui list --customer 晨光集团有限公司
cmd-customer-merge = 登记两个名称为同一客户
cmd-customer-merge-examples =
    jingui customer merge 晨光公司 --into 晨光有限公司 --reason "两种写法"
    jingui customer merge 甲 --into 乙 --reason "六月一日合并"
cmd-materials = 应收材料清单
cmd-materials-examples =
    jingui materials show --business new --customer-kind enterprise
    jingui materials set checklist.toml --reason "CPS 2.1 版"
cmd-materials-show = 显示现行材料清单
cmd-materials-show-more = 按 `materials set` 所用的文件格式输出。加 --business 与 --customer-kind 只看一种情形；加 --history 看全部版本。
cmd-materials-show-examples =
    jingui materials show
    jingui materials show --history
cmd-materials-set = 签署材料清单，自此生效
cmd-materials-set-more = 已归档的案卷不受影响。
cmd-materials-set-examples =
    jingui materials set checklist.toml --reason "CPS 2.1 版"
    jingui materials set checklist.toml --reason "CPS 2.1 版" --dry-run

## Options

arg-review-records = 要审核的案卷
arg-review-plan = 整批审核该计划摘要对应的导入
arg-return = 退回经办人；须给 --reason
arg-review-reason = 理由；密封保存
arg-compared = 扫描件已与纸质原件核对的案卷
arg-sample-compared = 抽出的样本均已与纸质原件核对
arg-review-sample = 与纸质原件核对的比例；不少于 5% 且不少于五件
arg-correct-reason = 理由；密封保存
arg-new-project = 按所写采用新项目名称，尽管此前无人用过
arg-correct-kind = 第 N 份材料是什么：2=HID
arg-correct-mark = 第 N 份材料的标记：2=front,back 为全部标记，2+stamped 为增加，2-signed 为去掉；其中可写 until:2030-01-01、until:长期、pages:3，2-until 为去掉有效期。未写的不变
arg-correct-title = 第 N 份材料的题名；2= 为去掉
arg-clear = 清空该项：customer-id、tags、box、waived、channel、flags、applied、fields
arg-mark = 文件上核对到什么：card.jpg=front,back,seen,stamped,signed,compared,until:2030-01-01,pages:2；长期有效写 until:长期
arg-title = 文件的题名：scan7.pdf=租赁合同
arg-channel = 受理渠道：counter 柜台、online 网上、post 邮寄
arg-flag = 需要附加材料的情形：proxy、branch、seal、seal-changed、handler-changed、new-terms、lost、damaged、by-ca、foreign、minor、devices
arg-applied = 申请日期（若与业务日期不同）
arg-field = 申请表事项：handler=李华；另有 handler-id、phone、address、token、password-card、accepted、holders（持有人数）
arg-clerk = 仅该经办人归档的
arg-days = 仅归档已满这么多天的
arg-missing-to = 到这一天止
arg-missing-outlet = 仅该网点的
arg-list-outlet = 仅该网点的
arg-list-box = 仅该盒的
arg-subject-list-person = 姓名或证件号
arg-text = 本人的陈述；密封保存
arg-project-add-name = 项目名称
arg-project-set-name = 项目名称
arg-project-rename-name = 现有名称
arg-customer-rename-name = 现有名称
arg-project-merge-name = 并入另一项目的项目
arg-customer-merge-name = 与另一客户相同的名称
arg-customer-list-name = 仅名称包含此文字的
arg-project-add-class = 案卷的最低保管类别
arg-project-set-clear = 取消这一项：class、need、may、unmarked
arg-project-set-class = 案卷的最低保管类别
arg-need = 本项目另须的材料
arg-may = 本项目另可收的材料
arg-unmarked = 不要求材料标记
arg-new = 新名称
arg-into = 合并后使用其名称的一方
arg-materials-set-file = 材料清单文件，格式同 `materials show` 的输出
arg-materials-show-history = 全部版本、签署人与理由
arg-show-history = 全部著录版本，新旧对照
arg-purpose = 用途：dispute、regulator、subject、audit、repair；限制使用的案卷必须给出
why-said = 要写内容，不能为空
why-marked = 应为 文件=标记,标记，标记如 front、back、seen、stamped、until:2030-01-01、pages:2
why-remarked = 应为 序号=标记,标记、序号+标记 或 序号-标记，标记如 front、back、seen、stamped、until:2030-01-01、pages:2
why-titled = 应为 文件=题名
why-particular = 应为 事项=内容，事项为 address、handler、handler-id、phone、token、password-card、accepted、holders 之一
why-digest = 应为 `import plan` 给出的 64 位十六进制摘要

## Errors

error-kind-twice = { $file } 指定了两种材料
hint-kind-twice = 一份材料只能是一种，请去掉一个 --kind。
error-customer-id-stays = 案卷里现有的证件号与客户类型 { $kind } 不符：{ $why }
hint-customer-id-stays = 请用 --customer-id 给出正确的号码，或用 --clear customer-id 去掉。
error-accepted-day = { $word } 不是受理日期
hint-accepted-day = 日期请写作 2024-05-01。
error-handler-id = 经办人证件号有误：{ $why }
hint-handler-id = 请与原件核对：身份证号、护照号或通行证号。
error-document-number = { $word } 不是材料序号
hint-document-number = 更正时按序号指定材料：--kind 2=HID。`jingui show` 列出序号。
error-compared-unused = { $record } 不在所审核的案卷之中
hint-compared-unused = --compared 只能指定本次审核的案卷。
error-project-near = 没有案卷用过项目“{ $project }”，与已有的“{ $near }”只差一点
hint-project-near = 若指后者，请写 --project "{ $near }"；若确是新项目，请加 --new-project。
error-project-unlisted = 项目清单中没有“{ $project }”，也没有案卷用过它
hint-project-unlisted = `jingui project list` 列出现有项目；若确是新项目，请加 --new-project。
error-holders = { $word } 不是持有人数
hint-holders = 请以整数写明证书持有人数：--field holders=5。
error-setting = 不能作为 { $setting } 设置：{ $why }
hint-setting = 未作任何更改。请改正所指之处；`jingui materials show` 会输出一份可用的清单。
error-nothing-to-correct = { $record } 已是如此
hint-nothing-to-correct = 未作任何更改。`jingui show { $record }` 可查看现有著录。
error-own-work = { $record } 由 { $staff } 录入或更正，不能由其审核
hint-own-work = 请由另一位审核人审核 { $record }；{ $staff } 是其经办人。
error-incomplete = { $record } 缺少必备材料（{ $count } 项）
hint-incomplete = `jingui show { $record }` 会列出所缺。请补件、补标记，或用 `jingui correct --waive 材料:缺项=理由` 豁免。
error-nothing-to-review = { $record } 的现有内容已经审核
hint-nothing-to-review = 未作任何更改。`jingui review` 列出待审案卷。
error-no-plan = 没有案卷由计划 { $plan } 归档
hint-no-plan = `jingui import apply` 会给出计划摘要。
error-sample-wanted = 抽样尚未与纸质原件核对（{ $count } 件）
hint-sample-wanted = 请将所列案卷与纸质原件核对，然后加 --sample-compared 再次运行。
error-restricted = { $record } 已限制使用
hint-restricted = 仅可为特定用途打开：--purpose dispute --reason 理由。`jingui log { $record }` 可查看原因。
error-restricted-already = { $record } 已是该状态
hint-restricted-already = 未作任何更改。`jingui show { $record }` 可查看状态。
error-no-proposal = 没有待办的提议 { $act }
hint-no-proposal = 可能已经执行或否决。可用 `jingui log` 查看该案卷，或用 `jingui journal log` 查看日志。
error-too-many-proposals = 已有 { $count } 项提议未办结
hint-too-many-proposals = 请先确认或否决其中一些。
error-own-proposal = 提议 { $act } 是 { $staff } 提出的，不能由同一人确认
hint-own-proposal = 须由另一位有权限的人确认。
error-not-counted = { $staff } 的登记尚未经上级会签，在须两人办理的事项中不作数
hint-not-counted = 请把 `jingui staff countersign` 写出的请求送上级会签。
error-unconfirmed = 提议 { $act } 尚无人确认
hint-unconfirmed = 须先由第二个人确认。

## Materials

material-app = 申请表
material-agr = 服务协议
material-pin = 个人信息告知同意书
material-sub = 主体资格证明
material-lrp = 法定代表人证件
material-agt = 经办人证件
material-poa = 授权委托书
material-hid = 证书持有人证件
material-seal = 印章签名采集表
material-chg = 变更证明
material-key = 旧介质记录
material-lst = 持有人名单
material-ver = 身份核验结果
material-rev = 吊销依据
material-rcv = 受理审核记录
material-dlv = 交付回执
material-los = 遗失声明
material-aut = 授权码
material-dev = 设备清单
material-trn = 加盖印章的翻译件
material-grd = 监护人同意书
material-rsk = 风险知情书
material-ntc = 结果告知书
material-cert = 证书
material-other = 其他材料
list-comma = 、
gap-or = 或
gap-unreadable = { $kind }（第 { $no } 份{ $flaw }）
gap-unmarked = { $kind }（{ $mark }）
gap-undated = { $kind }（未登记有效期）
gap-expired = { $kind }（有效期仅至 { $until }）
gap-few = { $kind }（{ $want } 份中只有 { $have } 份）
gap-uncounted = { $kind }（未登记持有人数）
lack-of = { $kind }（{ $gap }）
lack-missing = 缺件
lack-unreadable = 无法读取
lack-copies = 份数不足
lack-undated = 未登记有效期
lack-expired = 已过有效期
lack-stamped = 未见盖章
lack-signed = 未见签名
lack-seen = 未见原件
lack-front = 缺正面
lack-back = 缺背面
lack-compared = 未与原件核对
flaw-empty = 为空文件
flaw-cut = 不完整
flaw-locked = 需要密码
mark-stamped = 未见盖章
mark-signed = 未见签名
mark-seen = 未见原件
mark-front = 缺正面
mark-back = 缺背面
mark-compared = 未与原件核对
materials-missing = { $count }，缺：{ $gaps }
materials-waived = { $text }；已豁免：{ $gaps }
materials-unexpected = { $text }；清单之外：{ $kinds }
state-incomplete = 不齐
state-returned = 退回
state-unreviewed = 待审
state-archived = 已归档
wanted-need = 必备
wanted-either = 择一
wanted-when = 视情形必备
wanted-may = 可有
fact-project = 项目
fact-outlet = 网点
fact-customer = 客户
fact-customer-kind = 客户类型
fact-customer-id = 客户证件号
fact-business = 业务
fact-date = 日期
fact-outcome = 结果
fact-class = 类别
fact-tags = 标签
fact-box = 盒号
fact-waived = 豁免
fact-channel = 渠道
fact-flags = 情形
fact-applied = 申请日期
fact-fields = 申请表
fact-documents = 材料
business-new = 新办
business-renew = 更新
business-change = 变更
business-reissue = 补办
business-recover = 恢复
business-revoke = 吊销
business-unlock = 解锁
outcome-issued = 已办
outcome-rejected = 驳回
outcome-withdrawn = 撤回
outcome-lapsed = 逾期
outcome-pending = 未定
customer-kind-enterprise = 企业
customer-kind-institution = 事业或社团
customer-kind-person = 个人
customer-kind-government = 机关
col-marks = 标记
col-materials = 材料
col-material = 材料名称
col-missing = 缺少
col-days = 天数
col-gaps = 缺项
col-longest = 最久
col-remark = 备注
col-fact = 事项
col-before = 原为
col-after = 现为
col-version = 版本
col-reviewed = 审核
col-returned = 退回
col-restricted = 自该行起限制使用
col-annotation = 附注
col-aliases = 其他名称
col-part = 身份
col-wanted = 要求
col-when = 情形
kind-record-correct = 更正著录
kind-record-review = 审核
kind-record-annotate = 附注
kind-record-restrict = 限制或恢复使用
kind-document-misfiled = 提议取出误归材料
kind-document-remove = 取出误归材料
kind-document-removed = 误归材料已销毁
kind-act-confirm = 第二人确认
kind-act-refuse = 否决提议
kind-setting-set = 签署设置
kind-record-find = 全文检索
kind-subject-search = 检索个人
add-materials = 材料：{ $materials }。
add-flaw = { $name } { $flaw }，不计入齐全性。
review-passed = 已审核 { $count } 件。
review-returned = 已退回 { $count } 件。
review-would = 可审核 { $count } 件。
review-refused = { $number }：{ $why }
review-lacks = 材料：{ $materials }
review-nothing = 没有待审案卷。
review-own = 本人经办
review-more = 还有更多：请增大 --limit。
correct-done = { $number } 已更正；著录版本 { $n }。
correct-would = 将更正 { $number }；著录版本 { $n }。
correct-nothing = { $number } 已是如此，未作更改。
correct-to-review = 须重新审核。
missing-nothing = 没有缺件。
missing-more = 另有 { $count } 件不齐：请增大 --limit。
progress-missing = 不齐的案卷：{ $done }
progress-review = 查看案卷：{ $done }/{ $total }
progress-review-plan = 读取日志：{ $done }/{ $total }
flag-unasked = --flag { $flag }：{ $business }（{ $customer }）没有材料涉及此情形，仍照样登记
flag-unasked-near = --flag { $flag }：{ $business }（{ $customer }）没有材料涉及此情形，仍照样登记。是否应为 { $near }？
subject-would-find = 检索将查到 { $count } 件并记入日志；此次未显示任何内容。
subject-annotated = 已附注于 { $number }；案卷本身不变。
subject-would-annotate = 将附注于 { $number }。
subject-restricted = 自此限制使用 { $number }。
subject-would-restrict = 将限制使用 { $number }。
subject-already = { $number } 已经如此，没有做任何事。
subject-lifted = 已解除 { $number } 的使用限制。
subject-would-lift = 将解除 { $number } 的使用限制。
part-customer = 客户
part-handler = 经办人
project-nothing = 尚无项目。
project-unmarked = 不要求标记
customer-nothing = 没有符合的客户。
customer-more = 只显示前 { $count } 个：请给 --name 或增大 --limit。
names-done = { $name }：已签署。
names-would = { $name }：可如此设置。
names-same = { $name } 已是如此，未作更改。
materials-set = 清单 { $name } 自此生效。
materials-would = 清单 { $name } 可读，可以设置。
materials-same = 清单 { $name } 已在使用，未作更改。
materials-shipped = 使用随程序提供的清单：{ $name }。
