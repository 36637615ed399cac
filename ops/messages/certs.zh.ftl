# 证书。
kind-cert-link = 关联证书
kind-cert-status = 读入吊销列表
kind-cert-report = 提报吊销
kind-cert-reverse = 提报证书误记
kind-issuer-pin = 提议信任签发者
kind-issuer-unpin = 提议取消签发者
error-no-issuer = 没有已确认的签发者 { $issuer }
hint-no-issuer = `jingui cert issuer list` 可列出。签发者须经第二人确认方才有效。
error-issuer-known = 该签发者已确认（{ $issuer }）
hint-issuer-known = 未作任何更改。`jingui cert issuer list` 可查看。
error-no-certificate = { $path } 不是证书：{ $why }
hint-no-certificate = 可读 PEM、DER、base64 与 PKCS #7。吊销列表请用 `jingui cert import`。若仍要归档该文件，请不用 --cert。
error-before-it-began = { $day } 早于证书生效日 { $begins }
hint-before-it-began = 请核对年份。`jingui cert list` 可查看生效日。
error-no-cert = 没有证书 { $cert }
hint-no-cert = `jingui cert list 案卷` 可列出案卷的证书；序列号按十六进制输入，与证书查看器所示相同。
error-many-certs = 有 { $count } 张证书符合 { $cert }
hint-many-certs = 两个签发者用了同一序列号，或编号开头相同：请用证书编号指明。`jingui cert list` 可查看。
error-linked-already = 这些证书均已关联 { $record }
hint-linked-already = 未作任何更改。`jingui cert list { $record }` 可查看。
error-cert-sheet = { $path } 未说明证书状态：{ $why }
hint-cert-sheet = 表头须有序列号、状态、日期三列。吊销列表可读 PEM 与 DER。
cert-sheet-columns = 前十行中没有含序列号、状态、日期的表头

## 命令

cmd-cert = 依托案卷的证书及其变化
cmd-cert-examples =
    jingui cert add JG01-2026-000042 renewed.cer --reliance renewal
    jingui cert import ca.crl
cmd-cert-add = 将证书关联到案卷
cmd-cert-add-more =
    案卷至少保存到其最晚失效的证书失效并满保管期限为止；关联不能由一人撤销。可读 PEM、DER、base64 与 PKCS #7，
    一个文件可含多张。案卷的首次关联须经审核。
cmd-cert-add-examples =
    jingui cert add JG01-2026-000042 sign.cer encrypt.cer
    jingui cert add JG01-2026-000042 renewed.cer --reliance renewal --reason "沿用原材料在线更新"
cmd-cert-import = 读入吊销列表、证书包与证书状态表
cmd-cert-import-more =
    按序列号与签发者找到所涉案卷。由已确认签发者签名的列表，对仍在有效期内的证书立即生效；其余均为提议，
    经第二人确认后生效。冻结不起算期限。表格须有序列号、状态、日期三列，日期按北京时间。
cmd-cert-import-examples =
    jingui cert import ca.crl delta.crl
    jingui cert import revoked.xlsx --reason "CA 月度清单"
cmd-cert-list = 显示案卷的证书，或按序列号、编号显示一张证书
cmd-cert-list-examples =
    jingui cert list JG01-2026-000042
    jingui cert list 0A1B2C3D --json
cmd-cert-revoke = 提议某证书于某日吊销
cmd-cert-revoke-more =
    依据纸质命令或决定。经第二人确认后生效，证书到期后亦然。晚于到期日的日期予以保留但不计。
    --as held 与 --as released 用于冻结与解冻。
cmd-cert-revoke-examples =
    jingui cert revoke 0A1B2C3D --day 2026-03-20 --reason "CA 第 17 号决定"
    jingui cert revoke 0A1B2C3D --day 2026-03-20 --as held --reason "法院冻结"
cmd-cert-reverse = 提议关于某证书的记载有误
cmd-cert-reverse-more = 指明所涉行为：吊销、冻结或关联本身。经第二人确认后生效。
cmd-cert-reverse-examples =
    jingui cert reverse 0A1B2C3D --said-by 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "是另一客户的证书"
    jingui cert list 0A1B2C3D --json
cmd-cert-waiting = 列出待第二人确认的事项
cmd-cert-waiting-examples =
    jingui cert waiting
    jingui cert waiting --json
cmd-cert-confirm = 以第二人身份确认提议
cmd-cert-confirm-examples =
    jingui cert confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
    jingui cert confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --act-out yes.act
cmd-cert-refuse = 否决提议，或撤回本人的提议
cmd-cert-refuse-examples =
    jingui cert refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "序列号有误"
    jingui cert refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "重复录入" --json
cmd-cert-issuer = 哪些签发者的签名有效
cmd-cert-issuer-examples =
    jingui cert issuer pin ca.cer
    jingui cert issuer approve 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
cmd-cert-issuer-pin = 提议某 CA 的证书
cmd-cert-issuer-pin-more =
    请将其 SHA-256 与 CA 另行告知者核对：证书中的名称只是它自称的。该证书以明文载入日志。
cmd-cert-issuer-pin-examples =
    jingui cert issuer pin ca.cer --reason "CA 于 3 月 3 日移交"
    jingui cert issuer pin ca.cer --dry-run
cmd-cert-issuer-list = 列出签名有效的签发者
cmd-cert-issuer-list-examples =
    jingui cert issuer list
    jingui cert issuer list --json
cmd-cert-issuer-approve = 以第二人身份确认签发者
cmd-cert-issuer-approve-examples =
    jingui cert issuer approve 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
    jingui cert issuer approve 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --dry-run
cmd-cert-issuer-unpin = 提议某签发者的签名不再有效
cmd-cert-issuer-unpin-examples =
    jingui cert issuer unpin 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "其密钥已丢失"
    jingui cert issuer list

## 参数

arg-reliance = 证书依托案卷的缘由：original、renewal、reissue、change、pair、acted-on；不指定则按业务
arg-cert-add-files = 证书文件
arg-cert-add-reason = 理由；密封保存
arg-cert-import-files = 吊销列表（CRL）、证书包（PKCS #7）、表格（CSV、XLSX）
arg-cert-import-tab = 工作簿中的工作表
arg-cert-import-reason = 提议的理由；密封保存
arg-subject = 案卷、十六进制序列号或证书编号
arg-cert-list-reveal = 完整显示序列号与主体；记入日志
arg-cert-list-reason = --reveal 的理由
arg-cert-revoke-cert = 证书，按十六进制序列号或编号
arg-cert-revoke-day = 发生之日
arg-as = 发生了什么：revoked、held、released
arg-cert-revoke-reason = 理由；密封保存
arg-cert-reverse-cert = 证书，按十六进制序列号或编号
arg-said-by = 作出该记载的行为，见 `cert list --json`
arg-cert-reverse-reason = 理由；密封保存
arg-cert-refuse-reason = 理由；密封保存
arg-cert-confirm-act = 提议，见 `cert waiting`
arg-cert-refuse-act = 提议，见 `cert waiting`
arg-cert-issuer-approve-act = 提议，见 `cert waiting`
arg-cert-issuer-pin-file = CA 的证书
arg-cert-issuer-pin-reason = 理由；密封保存
arg-issuer = 签发者，见 `cert issuer list`
arg-cert-issuer-unpin-reason = 理由；密封保存

## 结果

cert-linked = 已将 { $count } 张证书关联到 { $number }。
cert-would-link = 将把 { $count } 张证书关联到 { $number }。
cert-linked-already = 这些证书均已关联 { $number }，未作更改。
cert-until = 证书 { $serial }：有效期至 { $until }。
cert-never = 证书 { $serial } 没有已知的到期日（9999-12-31）。吊销之前，案卷期限不起算。
cert-undetermined = 证书 { $serial } 未说明何时到期（{ $why }）。在两人处理之前，案卷一直保存。
cert-to-review = 案卷须由另一人审核：`jingui review`。
cert-none = 没有关联的证书。
cert-several = 其中有多张证书
cert-issuer-would-pin = 将提议 { $subject } 的签名有效。SHA-256 { $sha256 }
cert-issuer-proposed = 已提议：{ $subject } 的签名有效。SHA-256 { $sha256 }
cert-issuer-next = 由第二人确认：jingui cert issuer approve { $act }
cert-issuer-none = 尚无已确认的签发者：每项吊销都须第二人确认。
cert-proposed = 已就 { $count } 张证书提议；经第二人确认后生效。
cert-would-propose = 将就 { $count } 张证书提议。
cert-next = 由第二人确认：jingui cert confirm { $act }
cert-waiting-none = 没有待第二人确认的事项。
cert-more = 另有 { $count } 张
cert-confirmed = 已确认：{ $act }
cert-would-confirm = 将确认：{ $act }
cert-refused = 已否决：{ $act }
cert-would-refuse = 将否决：{ $act }
cert-imported = { $files } 个文件，{ $entries } 条，涉及本库证书 { $matched } 张：新生效 { $counted } 项，提议 { $proposed } 项。
cert-would-import = { $files } 个文件，{ $entries } 条，涉及本库证书 { $matched } 张：将生效 { $counted } 项，将提议 { $proposed } 项。
cert-news = { $number }：证书 { $serial } 于 { $day } { $event }。
cert-news-proposed = { $number }：证书 { $serial } 于 { $day } { $event }；已提议。
cert-not-linked = 其中有未关联案卷的证书：`jingui cert add 案卷 文件`
cert-list-unsigned = { $issuer } 的列表本身不生效：{ $why }。所载事项改为提议。
cert-unsigned-name = 没有已确认的同名签发者
cert-unsigned-bad = 不是已确认的同名签发者所签
cert-unsigned-weak = 其签名现已可伪造（SHA-1 或短密钥）
cert-unsigned-unknown = 无法在此验证其签名
cert-entry-untold = 证书 { $serial } 的条目未说明何时发生何事
cert-sheet-reason = 表格
cert-fault = { $file }：{ $why }
cert-fault-row = { $file } 第 { $row } 行：{ $why }
cert-row-rounded = 序列号已被电子表格舍入
cert-row-serial = 不是序列号
cert-row-status = 不是证书状态
cert-row-day = 不是日期
cert-row-future = 日期在将来
cert-row-early = 日期早于证书生效日
cert-row-twice = 另有一行涉及同一证书
cert-event-revoked = 吊销
cert-event-held = 冻结
cert-event-released = 解冻
cert-state-revoked = { $day } 吊销
cert-state-held = 自 { $day } 冻结
cert-state-reversed = 关联已撤销
cert-state-waiting = 待第二人确认
reliance-original = 首次
reliance-renewal = 更新
reliance-reissue = 补办
reliance-change = 变更
reliance-pair = 双证之一
reliance-acted-on = 所处理
doubt-no-seconds = 其时间没有秒
doubt-no-zone = 其时间没有时区
doubt-spelling = 其时间书写不合规
doubt-no-such-time = 没有这样的时间
doubt-out-of-range = 其年份超出范围
doubt-before-begin = 到期早于起始
col-cert = 证书
col-serial = 序列号
col-cert-issuer = 签发者
col-cert-ends = 有效期至
col-reliance = 缘由
col-cert-state = 状态
col-issuer = 编号
