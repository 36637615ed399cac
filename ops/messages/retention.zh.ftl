# 保管期限：规则、案卷的日期、到期清单。


## Commands

cmd-why = 显示案卷保管到哪一天，以及依据
cmd-why-more =
    列出每张证书的起算日、所用规则版本、保管义务的最后一天（E）、义务届满次日（F）、可以销毁的第一天（G）以及所依据的条文，
    足以由人手工复算。--as-of 给出过去的日期时，按当日已知的情况显示。只读日志，不需要密钥。
cmd-why-examples =
    jingui why JG01-2026-000042
    jingui why JG01-2026-000042 --as-of 2031-01-01 --json
cmd-due = 列出已到期的案卷
cmd-due-more =
    到期不等于销毁，须先由人鉴定。到期满 90 天的会标出，受理满 90 天仍未决定的申请也会列出。
    没有日期的案卷按原因计数。只读日志，不需要密钥。
cmd-due-examples =
    jingui due
    jingui due --as-of 2031-01-01 --calendar
cmd-rule = 保管期限规则
cmd-rule-examples =
    jingui rule list
    jingui rule diff CN-P5
cmd-rule-list = 列出各类别的规则和待批的提议
cmd-rule-list-examples =
    jingui rule list
    jingui rule list --json
cmd-rule-diff = 对照现行规则与提议的规则，并列出日期会变动的案卷
cmd-rule-diff-examples =
    jingui rule diff CN-P5
    jingui rule diff CN-P5 --records
cmd-rule-propose = 提议规则的下一个版本
cmd-rule-propose-more =
    未写明的沿用现行规则。须由另一位审批人或法务人员批准后生效。期限延长的，立即适用于现存的全部案卷；
    缩短的，只适用于自生效日起签发的证书，且生效日必须在今天之后。任何期限不得短于法定期限。--dry-run 显示影响。
cmd-rule-propose-examples =
    jingui rule propose CN-P5 --years 8 --effective 2027-01-01 --basis "CPS 2.1 第5.5.2条" --reason "CA 新版 CPS" --dry-run
    jingui rule propose CN-P5 --floor 2 --effective 2027-01-01 --basis "BR 5.5.2" --reason "开办公开 TLS 业务"
cmd-rule-approve = 批准他人提议的规则
cmd-rule-approve-examples =
    jingui rule approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --dry-run
    jingui rule approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J
cmd-rule-reject = 否决提议的规则，或撤回自己的提议
cmd-rule-reject-examples =
    jingui rule reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "CPS 规定为七年"
    jingui rule reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "日期有误" --json

arg-as-of = 以这一天为准，默认今天
arg-calendar = 改为按月统计何时可以销毁
arg-rule-diff-class = 类别：CN-P5、CN-G10、CN-R3
arg-rule-diff-records = 列出日期会变动的案卷
arg-rule-propose-class = 类别：CN-P5、CN-G10、CN-R3
arg-years = 整年数
arg-count-from = 起算依据：invalid（证书失效之日），expiry（一律按有效期最后一天）
arg-grace = 义务届满到可以销毁之间的宽限天数：15 至 366
arg-floor = 证书有效期最后一天之后无论如何都要保管的年数；0 表示没有
arg-effective = 生效日
arg-rule-propose-basis = 法律依据；以明文记录
arg-rule-propose-reason = 理由；加密保存
arg-rule-reject-reason = 理由；加密保存
arg-rule-approve-act = 提议的编号，见 `rule list`
arg-rule-reject-act = 提议的编号，见 `rule list`
why-law = 法律依据为 1 至 2000 个可显示的字符

## Errors

error-below-law = { $class } 定为 { $years } 年，短于法定期限
hint-below-law = 法律要求至少 { $floor } 年。
error-rule-open = { $class } 已有待批的规则：{ $act }
hint-rule-open = 请先 `jingui rule approve { $act }` 或 `jingui rule reject { $act } --reason 理由`。
error-no-rule-proposal = { $class } 没有待批的规则
hint-no-rule-proposal = `jingui rule list` 显示现行规则；`jingui rule propose { $class } … --dry-run` 显示改动的影响。
error-rule-same = { $class } 的规则本来就是这样
hint-rule-same = 没有提出任何提议。可用 `jingui rule list` 查看。
error-rule-retroactive = { $class } 的较短期限不能自 { $day } 起生效：这一天已经到了
hint-rule-retroactive = 缩短的期限只适用于此后签发的证书。请用 --effective 写明天或以后的日期。

## Results

col-rule = 规则
col-years = 年数
col-counted-from = 起算依据
col-grace = 宽限
col-floor = 保底
col-effective = 生效日
col-rule-state = 状态
col-law = 法律依据
col-item = 项目
col-now = 现行
col-proposed = 提议
col-changed = 变动
col-last = 最后一天（E）
col-new-last = 新的最后一天
col-disposal = 可销毁（G）
col-new-disposal = 新的可销毁日
col-as-of = 以何日为准
col-decision = 决定日
col-validity = 有效期
col-d0 = 起算日（D0）
col-month = 月份
col-provisional = 暂定
col-since = 到期日
rule-state-holds = 现行
rule-state-earlier = 旧版
rule-state-proposed = 待批
rule-basis-invalid = 失效
rule-basis-expiry = 到期
rule-proposed-by = 提议 { $act }，提出人 { $by }。
rule-reason = 理由：{ $reason }
rule-longer = 没有任何一项缩短：立即适用于现存的全部案卷。
rule-shorter = 有缩短的内容：缩短的部分只适用于自 { $day } 起签发的证书。
rule-affected = { $affected } 个案卷的日期会变动；{ $undetermined } 个案卷没有日期。
rule-proposed = 已提议 { $class } 的规则：{ $act }
rule-next = 请另一位审批人或法务人员先 `jingui rule diff { $class }`，再 `jingui rule approve { $act }`。
rule-approved = { $class }/{ $version } 已生效：{ $years } 年，自 { $day } 起。
rule-would-approve = 将批准 { $class }/{ $version }：{ $years } 年，自 { $day } 起。
rule-rejected = 已否决 { $class }/{ $version }。
rule-would-reject = 将否决 { $class }/{ $version }。
why-decision = 决定
why-rule = { $rule }，{ $years } 年
why-floor = 有效期最后一天之后 { $years } 年
why-by-law = 按法定期限：规则所定较短
why-kept-longer = 较短的新版本只适用于以后签发的证书
why-last = 义务的最后一天（E）
why-free = 义务届满次日（F）
why-disposal = 可以销毁之日（G）
why-grace = 宽限 { $days } 天，{ $rule }
why-provisional = { $day } 以前为暂定：在此之前签发者的吊销列表仍可改变日期。
why-unclear = 无法确定，因此继续保管：{ $why }。
why-verdict-undetermined = 没有日期，永不到期。
why-verdict-held = 已冻结，不得销毁。
why-verdict-keep = 继续保管；自 { $day } 起可以销毁。
why-verdict-not-eligible = 目前不适用销毁。
why-held-for = 冻结：{ $matter }
why-verdict-cool-off = 冻结刚解除；自 { $day } 起可以销毁。
why-appraised-until = 鉴定决定继续保管到 { $day }。
why-appraisal = 鉴定 { $act }：{ $what }
why-said-until = 保管到 { $day }
why-said-class = 兼按 { $class } 保管
why-verdict-due = 保管期已满：自 { $day } 起，经鉴定可以销毁。
unclear-unreviewed = 现有版本尚未经他人审核
unclear-pending = 申请尚未决定
unclear-no-certificate = 没有关联证书
unclear-no-decision = 不知道何时作出决定
unclear-unknown-end = 有证书的有效期不明
unclear-never-ends = 有证书没有截止日，也未吊销
unclear-beyond-calendar = 最后一天在 9999 年之后
cert-end-revoked = 吊销
cert-end-held = 冻结
cert-end-released = 解冻
cert-end-permanent = 冻结后吊销
due-overdue = 已满 90 天
due-pending = { $number } 自 { $day } 起一直待定：请作出决定，或作失效结案。
due-counts = { $day }：到期 { $due }（其中满 90 天 { $overdue }），在保管 { $kept }，冻结 { $held }，没有日期 { $undetermined }。
due-undetermined = 没有日期，原因是{ $why }：{ $count }
kind-rule-propose = 提议保管期限规则
article-esl-24 = 《电子签名法》第二十四条：至少为证书失效后五年
article-egov-24 = 《电子政务电子认证服务管理办法》（2009）第二十四条：十年
article-cc-188 = 《民法典》第一百八十八条：一般诉讼时效三年
article-cc-200-203 = 《民法典》第二百条至第二百零三条：开始当日不计入；到期年月的对应日，没有对应日的为月末日
article-rfc5280-validity = RFC 5280 4.1.2.5：证书在有效期最后一天仍有效
article-rfc5280-hold = RFC 5280 5.3.1：冻结的证书并不因此失效
article-br-552 = 《Baseline Requirements》5.5.2：以依赖该案卷的最晚一张证书为准；到期后的年数
article-legislation-104 = 《立法法》第一百零四条：不溯及既往
article-cc-203-grace = 《民法典》第二百零三条：最后一日为法定休假日的宽限
article-esl-20 = 《电子签名法》第二十条：未经审查的材料不作数
article-cpl-70-84 = 《民事诉讼法》第七十条、第八十四条：保全的不得销毁
article-pipl-47 = 《个人信息保护法》第四十七条：期限届满应当删除
