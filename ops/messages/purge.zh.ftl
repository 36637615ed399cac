# 销毁：计划、签字、执行、清册与证明。


## Commands

cmd-purge = 销毁保管期满的案卷：计划、鉴定、批准、监销、执行
cmd-purge-examples =
    jingui purge plan
    jingui purge list
cmd-purge-plan = 列出今天可以销毁的案卷，作为待鉴定的计划
cmd-purge-plan-more =
    重放全部日志并核对相关签名，不问目录。日期取本机时钟与共签方最近一次共签时间中较早的一个。到期而未列入的案卷逐一列出原因。
    计划是一个文本文件，各人签的是它的 SHA-256。不带密钥运行时由库自行制订。--as-of 只作演练，不写入任何内容。
cmd-purge-plan-examples =
    jingui purge plan
    jingui purge plan --as-of 2031-01-01 -o plan.jsonl
cmd-purge-list = 列出进行中的计划；加 --all 列出全部
cmd-purge-list-more = 上次执行没有做完、此刻又没有在执行的计划显示为“执行失败”；再次执行并做完后即不再如此显示。
cmd-purge-list-examples =
    jingui purge list
    jingui purge list --all --json
cmd-purge-show = 显示计划：进度、各案卷的日期、未列入的原因
cmd-purge-show-more = 带密钥时还显示鉴定意见、应一并销毁的纸质材料，以及单位证书的序列号。
cmd-purge-show-examples =
    jingui purge show 2M7K3Q4T
    jingui purge show 2M7K3Q4T --json
cmd-purge-appraise = 鉴定：销毁，或继续保管到某一天，或兼按另一类别保管
cmd-purge-appraise-more = 每次鉴定都使此前的批准和监销作废。继续保管的决定立即生效。
cmd-purge-appraise-examples =
    jingui purge appraise 2M7K3Q4T --all --reason "已满保管期，无继续保存价值"
    jingui purge appraise 2M7K3Q4T --row 3 --keep-until 2029-12-31 --reason "客户仍在投诉期内"
cmd-purge-approve = 批准已鉴定的计划
cmd-purge-approve-examples =
    jingui purge approve 2M7K3Q4T --confirm 2M7K3Q4T0000000000000000AB
    jingui purge approve 2M7K3Q4T --as archives --confirm 2M7K3Q4T0000000000000000AB --act-out ok.act
cmd-purge-witness = 监销人签字：执行前核对清单，执行后在清册上签字
cmd-purge-witness-examples =
    jingui purge witness 2M7K3Q4T
    jingui purge witness 2M7K3Q4T --act-out witness.act
cmd-purge-reject = 中止计划；已销毁的除外，其余一律保留
cmd-purge-reject-examples =
    jingui purge reject 2M7K3Q4T --reason "清单有误"
    jingui purge reject 2M7K3Q4T --reason "接法院通知" --json
cmd-purge-run = 执行计划
cmd-purge-run-more =
    逐卷再次核对日期与冻结：冻结直到案卷封面被销毁前的一刻都有效。可以中断，再次运行即继续。--as-of 与 --dry-run 只作演练。
    不带密钥运行时由库自行执行。
cmd-purge-run-examples =
    jingui purge run 2M7K3Q4T --dry-run
    jingui purge run 2M7K3Q4T --confirm 2M7K3Q4T0000000000000000AB
cmd-purge-certificate = 销毁证明：销毁了什么、谁签了字、还有谁能打开旧副本
cmd-purge-certificate-more = -o 写出一个目录，内有计划、清册、相关日志行及证明路径，用 openssl 等通用工具即可核验。
cmd-purge-certificate-examples =
    jingui purge certificate 2M7K3Q4T
    jingui purge certificate 2M7K3Q4T -o certificate
cmd-purge-reverse = 由两人撤销有误的鉴定，案卷须仍在
cmd-purge-reverse-examples =
    jingui purge reverse propose --record JG01-2026-000042 --reason "行号写错"
    jingui purge reverse list
cmd-purge-reverse-propose = 提议撤销某次鉴定对案卷保管期限的延长
cmd-purge-reverse-propose-more =
    延长是指“保管到某日”或“兼按另一类别保管”。经另一人确认后，案卷的日期不再计入该次鉴定；已制订的计划和已有的签字不变。
    案卷有哪些鉴定见 `why`；有多次时用 --appraisal 指明是哪一次。
    --act-out 写出已签字的提议，带到另一台机器上用 `act submit` 提交。
cmd-purge-reverse-propose-examples =
    jingui purge reverse propose --record JG01-2026-000042 --reason "行号写错"
    jingui purge reverse propose --record 2M7K3Q4T --appraisal 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "2027 误写为 2035"
cmd-purge-reverse-list = 列出待第二人确认的提议
cmd-purge-reverse-list-examples =
    jingui purge reverse list
    jingui purge reverse list --json
cmd-purge-reverse-confirm = 作为第二人确认
cmd-purge-reverse-confirm-examples =
    jingui purge reverse confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J
    jingui purge reverse confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --act-out yes.act
cmd-purge-reverse-refuse = 否决，或撤回自己的提议
cmd-purge-reverse-refuse-examples =
    jingui purge reverse refuse 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "鉴定无误"
    jingui purge reverse refuse 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "鉴定无误" --json
cmd-purge-policy = 计划所需的签字、等待天数与每次上限
cmd-purge-policy-examples =
    jingui purge policy show
    jingui purge policy propose --wait 30 --reason "本单位规定"
cmd-purge-policy-show = 显示现行规定和待批的提议
cmd-purge-policy-show-examples =
    jingui purge policy show
    jingui purge policy show --json
cmd-purge-policy-propose = 提议新的规定；未写明的沿用现行规定
cmd-purge-policy-propose-more = 须由另一位审批人或法务人员批准，此后制订的计划适用。现有人员永远签不齐的会被拒绝。
cmd-purge-policy-propose-examples =
    jingui purge policy propose --slot unit=approver --slot business=legal --wait 30 --reason "本单位规定"
    jingui purge policy propose --slot unit=approver --slot authority --reason "CA 要求会签"
cmd-purge-policy-approve = 批准他人的提议
cmd-purge-policy-approve-examples =
    jingui purge policy approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J
    jingui purge policy approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --dry-run
cmd-purge-policy-reject = 否决提议，或撤回自己的提议
cmd-purge-policy-reject-examples =
    jingui purge policy reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "等待太短"
    jingui purge policy reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "等待太短" --json
cmd-keys-shred = 报告一份不在钥匙柜中的旧密钥已经销毁
cmd-keys-shred-more = CA 的托管副本由 CA 报告，纸质副本由安全管理员报告。密钥期本身须已销毁。
cmd-keys-shred-examples =
    jingui keys shred 1 --medium escrow --act-out shred.act
    jingui keys shred 1 --medium sheet --reason "已粉碎"

arg-plan-id = 计划的编号，或其开头至少四位
arg-purge-plan-as-of = 只作演练：以这一天为准
arg-purge-run-as-of = 只作演练：以这一天为准
arg-purge-plan-limit = 最多列入多少卷
arg-purge-run-limit = 本次最多销毁多少卷
arg-purge-plan-output = 把计划另存为文件
arg-purge-list-all = 也列出已执行和已中止的
arg-purge-appraise-all = 计划中的全部案卷
arg-purge-appraise-record = 案卷
arg-row = 计划中的行，如 3 或 3-20
arg-keep-until = 继续保管到这一天
arg-purge-appraise-class = 兼按此类别保管，以较长者为准
arg-purge-appraise-reason = 理由；加密保存
arg-purge-approve-as = 以何身份：unit 单位负责人、archives 档案部门负责人、business 业务部门负责人、handler 经办人、authority 授权机构
arg-confirm = 完整的计划编号，再写一遍
arg-purge-reject-reason = 理由；加密保存
arg-purge-certificate-output = 写出证明及全部依据的目录
arg-purge-reverse-propose-record = 因该次鉴定而延长保管的案卷
arg-appraisal = 哪一次鉴定，见 `why`
arg-purge-reverse-propose-reason = 理由；加密保存
arg-purge-reverse-refuse-reason = 理由；加密保存
arg-slot = 一项签字及有权的角色，可以多次
arg-wait = 全部签字经共签方第一次共签之后等待的天数
arg-cap = 每次执行最多销毁的卷数
arg-purge-policy-propose-reason = 理由；加密保存
arg-purge-policy-reject-reason = 理由；加密保存
arg-epoch = 密钥期
arg-medium = 哪一份：escrow CA 的托管副本，sheet 纸质副本
arg-keys-shred-reason = 如何销毁；加密保存
why-rows = 写作 3 或 3-20
why-sign-off = 写作 unit=approver,legal；authority 不带角色

## Errors

error-no-purge = 没有计划 { $plan }
hint-no-purge = `jingui purge list --all` 列出全部计划；编号至少写四位。
error-plan-ended = 计划 { $plan } 已结束：{ $stage ->
        [planned] 待鉴定
        [appraised] 待批准
        [approved] 待监销
        [waiting] 待执行
        [destroying] 执行中
        [closed] 已执行
       *[rejected] 已中止
    }
hint-plan-ended = `jingui purge show { $plan }` 显示经过；需要时请另订计划。
error-plan-not-ready = 计划 { $plan } 还在前一步：{ $stage ->
        [planned] 待鉴定
        [appraised] 待批准
        [approved] 待监销
        [waiting] 待执行
        [destroying] 执行中
        [closed] 已执行
       *[rejected] 已中止
    }
hint-plan-not-ready = `jingui purge show { $plan }` 显示还缺什么。
error-bad-policy = 不能这样规定：{ $why ->
        [none] 没有任何批准
        [twice] 同一项批准写了两次
        [authority] 本库没有可以批准的上级
        [roles] 有一项批准没有写明由哪些角色作出
        [wait] 等待须为 1 至 366 天
       *[cap] 每次至多销毁 1 至 1,000,000 卷
    }
hint-bad-policy = `jingui purge policy show` 显示现行规定；`jingui purge policy propose --help` 有例子。
error-policy-unmet = 按此规定制订的计划永远签不齐：没有人可以担任 { $missing }
hint-policy-unmet = 一个计划须有一人鉴定（appraise）、每项批准各一人、两人监销（witness），由不同的人担任，除鉴定人外都须经上级会签。请先登记并会签（`jingui staff enrol`、`jingui staff countersign`），或减少所需的批准。
error-plan-waits = 计划 { $plan } 要到 { $day } 才可执行
hint-plan-waits = 等待自共签方在全部签字之后第一次共签之时算起；日期取本机时钟与最近一次共签时间中较早的一个。到那天请先与共签方交换一次文件，再执行。
error-plan-under-way = 计划 { $plan } 的案卷正在销毁
hint-plan-under-way = 上次执行中断了。请先运行 `jingui purge run { $plan } --confirm { $plan }` 把它做完。
error-plan-damaged = 计划 { $plan } 的文件不是所签的那一个：{ $why }
hint-plan-damaged = 不会据此销毁任何内容。请用 `jingui repair --from 副本` 恢复该文件，或用 `jingui verify` 查看。
error-not-cosigned = 共签方尚未共签到第 { $lines } 行
hint-not-cosigned = `jingui journal cosign --request -o FILE` 制作请求，交共签方签署，再 `jingui journal cosign --import FILE`。
error-own-plan = { $staff } 在计划 { $plan } 中已有别的身份
hint-own-plan = 鉴定、批准、监销、执行须由不同的人担任；制订计划的人可以执行。
error-not-witness = { $staff } 不是计划 { $plan } 的监销人
hint-not-witness = 清册由执行前签字的监销人签字。
error-nothing-due = { $day } 没有可以销毁的案卷
hint-nothing-due = `jingui due` 显示何时到期，以及什么没有日期。
error-not-planned = { $record } 不在计划 { $plan } 中
hint-not-planned = `jingui purge show { $plan }` 列出其中的案卷。
error-no-appraisal = 无法确定要撤销案卷 { $record } 的哪一次鉴定
hint-no-appraisal = `jingui why { $record }` 列出其鉴定（如有）；有多次时请用 --appraisal 指明。
error-destroyed = 案卷 { $record } 已销毁
hint-destroyed = 见日志第 { $seq } 行：`jingui journal log --from { $seq } --limit 1`；`jingui purge list --all` 列出清册。
error-being-destroyed = 案卷 { $record } 正在销毁
hint-being-destroyed = `jingui purge list` 显示是哪个计划，`jingui handover status` 显示是否已移交。
error-plan-unconfirmed = 这一步无法撤销：请再写一遍完整的计划编号
hint-plan-unconfirmed = 加上 --confirm { $plan }

## Results

col-plan = 计划
col-stage = 进度
col-day = 日期
col-destroyed = 已销毁
col-ripe = 可执行之日
col-needs = 下一步
col-late = 到期后又归档
col-not-planned = 未列入的原因
purge-none = 没有进行中的计划。
purge-planned = 计划 { $plan } 已制订：{ $records } 卷可以销毁（{ $day }）。
purge-would-plan = 演练：{ $day } 有 { $records } 卷可以销毁。
purge-counts = 到期而未列入 { $excluded }，未到期 { $kept }，没有日期 { $undetermined }。
purge-digest = 所签的 SHA-256：{ $sha256 }
purge-plan-written = 计划已写入 { $path }。
purge-next-appraise = 请另一人鉴定：`jingui purge appraise { $plan } --all --reason 理由`
purge-appraised = 计划 { $plan }：{ $count } 卷鉴定为{ $verdict }。
purge-would-appraise = 演练：计划 { $plan } 的 { $count } 卷将鉴定为{ $verdict }。
purge-next-approve = 接下来由他人批准：`jingui purge approve { $plan } --confirm { $plan }`
purge-approved = 已批准计划 { $plan }。
purge-would-approve = 演练：将批准计划 { $plan }。
purge-witnessed = 已作为监销人在计划 { $plan } 上签字。
purge-would-witness = 演练：将作为监销人在计划 { $plan } 上签字。
purge-attested = 已在计划 { $plan } 的清册上签字。
purge-would-attest = 演练：将在计划 { $plan } 的清册上签字。
purge-rejected = 计划 { $plan } 已中止。
purge-would-reject = 演练：将中止计划 { $plan }。
purge-head = 计划 { $plan }：{ $stage }，{ $records } 卷，{ $day }
purge-approved-by = 批准：{ $by }（{ $slot }）{ $at }
purge-witnessed-by = 监销：{ $by } { $at }
purge-attested-by = 清册签字：{ $by } { $at }
purge-missing-slots = 尚缺批准：{ $slots }
purge-rejected-by = 由 { $by } 中止。
purge-needs = 下一步：{ $needs }
purge-needs-appraisal = 待鉴定
purge-needs-sign-off = 待批准：{ $slots }
purge-needs-witness = 待 { $count } 名监销人签字
purge-needs-cosigner = 待共签方在全部签字之后共签，自共签之日起等待 { $wait } 天
purge-needs-day = 等待至 { $day }（本机时钟与届时最近一次共签时间都须到这一天）
purge-needs-run = 日期已到，待执行
purge-needs-finish = 已开始执行，由下一次执行继续
purge-needs-attest = 待监销人在清册上签字：{ $by }
purge-needs-nothing = 无
purge-stuck = 计划 { $plan } 已无法签齐：没有人可以担任 { $missing }。请登记人员，或用 `jingui purge reject` 中止。
purge-unfinished = 计划 { $plan } 已开始执行而未完成。如果此刻没有在执行，请运行 `jingui purge run { $plan } --confirm { $plan }` 继续。
purge-failed = 计划 { $plan } 执行失败：{ $why }。请运行 `jingui purge run { $plan } --confirm { $plan }` 继续。
purge-failed-why = 执行失败：{ $why }
purge-failed-mirror = 镜像跟不上，{ $count } 卷已开始销毁而未完成
purge-failed-job = 此后负责执行计划的定时任务以退出码 { $code } 结束，{ $count } 卷已开始销毁而未完成
purge-failed-unfinished = 上次执行没有做完，{ $count } 卷已开始销毁而未完成
status-plan = { $plan }，{ $records } 卷：{ $needs }
purge-reason = 鉴定意见：{ $reason }
purge-paper = 应一并销毁的纸质材料：{ $number }，盒 { $box }
purge-relied = 依据该卷的证书：{ $number }，序列号 { $serial }
purge-ran = 计划 { $plan }：已销毁 { $count } 卷，保留 { $left } 卷，待续 { $waiting } 卷。
purge-would-run = 演练：计划 { $plan } 将销毁 { $count } 卷，保留 { $left } 卷，待续 { $waiting } 卷。
purge-left = 保留 { $number }：{ $why }
purge-left-by = 保留 { $count } 卷：{ $why }
purge-left-unread = 无法按原因列出保留的卷数：{ $why }
purge-waiting = 已达每次上限，或计划已不再到期；再次运行即继续，或说明在等什么。
purge-mirror-lags = 镜像跟不上，销毁尚未完成：{ $why }。接好镜像后再次运行。
purge-register = 销毁清册的 SHA-256：{ $sha256 }
purge-next-attest = 请两位监销人在清册上签字：`jingui purge witness { $plan }`；还有谁能打开旧副本，见 `jingui purge certificate { $plan }`。
purge-reversal-proposed = 提议 { $act }：鉴定 { $appraisal } 对 { $count } 卷不再有效。请另一人确认：`jingui purge reverse confirm { $act }`
purge-would-reverse = 演练：将提议鉴定 { $appraisal } 对 { $count } 卷不再有效。
purge-reversals-none = 没有这类待确认的提议。
purge-reversal-confirmed = 已确认 { $act }：有关案卷的日期不再计入该次鉴定。
purge-reversal-would-confirm = 演练：将确认 { $act }。
purge-reversal-refused = 提议 { $act } 已否决。
purge-reversal-would-refuse = 演练：将否决 { $act }。
col-appraisal = 鉴定
progress-purge = 销毁
purge-policy = 计划需要：{ $slots }；监销人 { $witnesses } 名；等待 { $wait } 天；每次至多 { $cap } 卷。
purge-policy-proposed = 提议 { $act }：{ $slots }；监销人 { $witnesses } 名；等待 { $wait } 天；每次至多 { $cap } 卷。
purge-policy-would = 演练：将提议 { $slots }；监销人 { $witnesses } 名；等待 { $wait } 天；每次至多 { $cap } 卷。
purge-policy-would-approve = 演练：提议 { $act } 将生效。
purge-policy-would-reject = 演练：提议 { $act } 将被否决。
purge-policy-approved = 提议 { $act } 已生效。
purge-policy-rejected = 提议 { $act } 已否决。
keys-shredded = 已记录：密钥期 { $epoch } 的{ $medium }已销毁。
keys-would-shred = 演练：将记录密钥期 { $epoch } 的{ $medium }已销毁。
purge-stage-planned = 待鉴定
purge-stage-appraised = 待批准
purge-stage-approved = 待监销
purge-stage-waiting = 待执行
purge-stage-destroying = 执行中
purge-stage-closed = 已执行
purge-stage-rejected = 已中止
slot-unit = 单位负责人
slot-archives = 档案部门负责人
slot-business = 业务部门负责人
slot-handler = 经办人
slot-authority = 授权机构
appraisal-destroy = 销毁
appraisal-keep = 继续保管
appraisal-reclass = 兼按另一类别保管
medium-escrow = CA 托管副本
medium-sheet = 纸质副本
excluded-not-eligible = 目前不适用销毁
excluded-kept = 鉴定为继续保管
excluded-planned = 已在另一计划中
excluded-full = 计划已满
left-not-eligible = 目前不适用销毁
left-changed = 制订计划后有变动
left-not-due = 日期有变，尚未到期
left-kept = 鉴定为继续保管
left-unappraised = 未经鉴定
left-rejected = 计划已中止
signed-plan = 制订
signed-appraise = 鉴定
signed-unit = 批准（单位负责人）
signed-archives = 批准（档案部门负责人）
signed-business = 批准（业务部门负责人）
signed-handler = 批准（经办人）
signed-authority = 批准（授权机构）
signed-witness = 监销
signed-reject = 中止
signed-run = 执行
signed-attest = 清册签字
certificate-title = 档案销毁证明
certificate-of = { $ra }，全宗 { $fonds }
certificate-plan = 销毁计划 { $plan }
certificate-counts = 已销毁 { $destroyed } 卷，保留 { $left } 卷。
certificate-when = 销毁时间：{ $first } 至 { $last }
certificate-plan-digest = 计划的 SHA-256：{ $sha256 }
certificate-register-digest = 销毁清册的 SHA-256：{ $sha256 }
certificate-signed = { $what }：{ $by }，{ $at }，日志第 { $seq } 行
certificate-erased = 本库及其镜像中的封面、卷内、附记均已销毁。
certificate-sealed = 旧副本已无人能打开：相关密钥均已报告销毁。
certificate-openable = 旧副本如果存在，下列密钥仍可打开：
certificate-holder = 密钥期 { $epoch }：{ $people }；纸质副本 { $sheets } 份；CA 托管副本：{ $ca ->
        [yes] 有
       *[no] 无
    }
certificate-copy = 可能含有的副本：{ $target }，最近 { $newest }
certificate-written = 证明及其依据已写入 { $path }。
kind-purge-plan = 制订销毁计划
kind-purge-appraise = 销毁鉴定
kind-purge-approve = 批准销毁
kind-purge-witness = 监销签字
kind-purge-reject = 中止销毁
kind-purge-begin = 开始销毁
kind-purge-done = 已销毁
kind-purge-close = 销毁清册
kind-purge-attest = 清册签字
kind-purge-policy = 提议销毁规定
kind-purge-reverse = 提议撤销鉴定
kind-epoch-shred = 密钥副本已销毁
